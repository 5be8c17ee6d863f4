/** Servers that people connect, with what is known about them. `profile` is the runtime's `--profile`. */
export interface ServerPreset {
  readonly label: string;
  readonly detail: string;
  readonly kind: "responses" | "chat";
  readonly baseUrl: string;
  readonly profile: string;
  /** Whether such a server asks for a key: `perhaps` asks the person, who may leave it empty. */
  readonly key: "yes" | "no" | "perhaps";
  readonly modelExample: string;
}

export const presets: readonly ServerPreset[] = [
  {
    label: "OpenAI",
    detail: "Responses API, stateless: nothing is stored there",
    kind: "responses",
    baseUrl: "https://api.openai.com/v1",
    profile: "openai",
    key: "yes",
    modelExample: "",
  },
  chat("Ollama", "On this machine", "http://localhost:11434/v1", "ollama", "no", "llama3.2"),
  chat("LM Studio", "On this machine", "http://localhost:1234/v1", "lmstudio", "no", ""),
  chat("llama.cpp server", "Started with --jinja, for tools", "http://localhost:8080/v1", "llamacpp", "perhaps", ""),
  chat("vLLM", "With --enable-auto-tool-choice, for tools", "http://localhost:8000/v1", "vllm", "perhaps", ""),
  chat("OpenRouter", "Many models behind one key", "https://openrouter.ai/api/v1", "openrouter", "yes", ""),
  chat(
    "Azure OpenAI",
    "Your resource's address",
    "https://YOUR-RESOURCE.openai.azure.com/openai/v1",
    "azure",
    "yes",
    "",
  ),
  chat("Another server", "Any that speaks Chat Completions", "", "auto", "perhaps", ""),
];

function chat(
  label: string,
  detail: string,
  baseUrl: string,
  profile: string,
  key: ServerPreset["key"],
  modelExample: string,
): ServerPreset {
  return { label, detail, kind: "chat", baseUrl, profile, key, modelExample };
}
