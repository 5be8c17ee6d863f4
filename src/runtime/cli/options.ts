import { parseArgs } from "node:util";

export interface RuntimeOptions {
  /** 0: the system chooses. */
  readonly port: number;
  readonly dataDir: string;
  readonly upstream:
    | { readonly kind: "offline"; /** Tokens per second; 0 is as fast as possible. */ readonly pace: number }
    | {
        readonly kind: "chat";
        readonly url: string;
        readonly key: string | undefined;
        /** The variable that a key would come from. */ readonly keyName: string;
        readonly model: string | undefined;
      };
  readonly lenient: boolean;
  readonly exitWithParent: boolean;
  /** The key that clients must send, when it was given. */
  readonly key: string | undefined;
}

/** What a command line asks for. `wrong` carries one line for the person who typed it. */
export type CommandLine =
  | { readonly kind: "run"; readonly options: RuntimeOptions }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "wrong"; readonly message: string };

const defaultPace = 60;

/** Reads the arguments after the program's name, and the variables that hold keys. */
export function readCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: false }));
  } catch (error) {
    return wrong(error instanceof Error ? (error.message.split("\n")[0] ?? "bad arguments") : String(error));
  }
  if (values.help === true) return { kind: "help" };
  if (values.version === true) return { kind: "version" };
  const port = Number(values.port ?? "0");
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    return wrong(`--port must be a number from 0 to 65535, not '${values.port}'`);
  if (values.data === undefined || values.data === "")
    return wrong("--data DIR is required: the folder that keeps assistants and threads");
  const upstream = readUpstream(values, env);
  if (typeof upstream === "string") return wrong(upstream);
  return {
    kind: "run",
    options: {
      port,
      dataDir: values.data,
      upstream,
      lenient: values.lenient === true,
      exitWithParent: values["exit-with-parent"] === true,
      key: nonEmpty(env["ASSISTANTS_RUNTIME_KEY"]),
    },
  };
}

const flags = {
  port: { type: "string" },
  data: { type: "string" },
  upstream: { type: "string" },
  "upstream-url": { type: "string" },
  "upstream-key-env": { type: "string" },
  model: { type: "string" },
  pace: { type: "string" },
  lenient: { type: "boolean" },
  "exit-with-parent": { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

type Values = {
  readonly [name in "upstream" | "upstream-url" | "upstream-key-env" | "model" | "pace"]?: string | undefined;
};

function readUpstream(
  values: Values,
  env: Readonly<Record<string, string | undefined>>,
): RuntimeOptions["upstream"] | string {
  const kind = values.upstream ?? "offline";
  if (kind === "offline") {
    for (const flag of ["upstream-url", "upstream-key-env"] as const) {
      if (values[flag] !== undefined) return `--${flag} needs --upstream chat`;
    }
    const pace = Number(values.pace ?? defaultPace);
    return Number.isFinite(pace) && pace >= 0 && values.pace !== ""
      ? { kind, pace }
      : `--pace must be a number of tokens per second, not '${values.pace}'`;
  }
  if (kind !== "chat") return `--upstream must be offline or chat, not '${kind}'`;
  if (values.pace !== undefined) return "--pace needs --upstream offline";
  const url = values["upstream-url"];
  if (url === undefined) return "--upstream chat needs --upstream-url URL, for example http://localhost:11434/v1";
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    return `--upstream-url must be an http or https URL, not '${url}'`;
  const { username, password } = new URL(url);
  if (username !== "" || password !== "")
    return "--upstream-url must not carry a user name or password; set ASSISTANTS_UPSTREAM_KEY";
  return {
    kind,
    url: url.replace(/\/+$/, ""),
    ...upstreamKey(url, values["upstream-key-env"], env),
    model: nonEmpty(values.model),
  };
}

/**
 * A key goes only where it was meant to go: `OPENAI_API_KEY` belongs to OpenAI and is never sent to another host, unless its
 * name is given in so many words.
 */
function upstreamKey(
  url: string,
  named: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): { readonly key: string | undefined; readonly keyName: string } {
  if (named !== undefined) return { key: nonEmpty(env[named]), keyName: named };
  const own = nonEmpty(env["ASSISTANTS_UPSTREAM_KEY"]);
  if (own === undefined && new URL(url).host === "api.openai.com")
    return { key: nonEmpty(env["OPENAI_API_KEY"]), keyName: "OPENAI_API_KEY" };
  return { key: own, keyName: "ASSISTANTS_UPSTREAM_KEY" };
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === undefined || text.trim() === "" ? undefined : text.trim();
}

function wrong(message: string): CommandLine {
  return { kind: "wrong", message };
}
