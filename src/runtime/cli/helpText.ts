export const helpText = `Usage: runtime --data DIR [options]
       runtime python-packages fetch|add|list|remove ... --data DIR   (--help says more)

A local server that speaks the Assistants v2 protocol and executes runs itself. It listens on 127.0.0.1 only
and prints one line of JSON when it is ready: {"listening":"http://127.0.0.1:PORT/v1","key":"..."}

  --data DIR               where assistants, threads and runs are kept; made if missing (required)
  --port N                 port to listen on; 0, the default, lets the system choose
  --upstream KIND          what answers: offline (the default; a built-in demonstration, no model), responses
                           (OpenAI's Responses API; nothing is stored there) or chat (any Chat Completions
                           server: Ollama, vLLM, llama.cpp, LM Studio, OpenRouter, Azure, OpenAI, ...)
  --upstream-url URL       base URL of the server, for example http://localhost:11434/v1
                           (responses: https://api.openai.com/v1 unless given)
  --upstream-key-env NAME  the environment variable that holds the server's key
  --upstream-api-version V the api-version of the query, which Azure's addresses before /openai/v1 want
  --profile NAME           whose ways to expect: openai, azure, ollama, vllm, llamacpp, lmstudio, openrouter, or
                           auto (the default), which looks at the URL; what a server refuses is learned anyway
  --model ID               the model to list when the server has no list of models
  --model-map ASKED=MODEL  runs that ask for ASKED get MODEL; several with commas or by repeating the flag;
                           *=MODEL is for every name that is not mapped
  --embedding-model ID     search vector stores by meaning as well as by words, with the embeddings of this model
                           from the upstream's /embeddings; without it, search is by words
  --hosted-files           responses only: files, vector stores and file search are the upstream's own (OpenAI), not
                           the runtime's; requests for them are passed on with the upstream's key
  --hosted-python          responses only: the code interpreter is the upstream's own (OpenAI), not the runtime's sandbox;
                           each thread that has it gets a container there, for which OpenAI charges, and files go there
  --pace N                 tokens per second of the offline upstream; 0 is as fast as possible (default 60)

Switches for --upstream chat, kept to whatever the server says; without them, refusals are learned from:
  --chat-tool-choice F          all, strings (a named function becomes "required" with it alone) or none
  --chat-stream-options on|off  whether the token usage of a stream is asked for
  --chat-token-field NAME       max_tokens or max_completion_tokens
  --chat-system-role ROLE       system or developer, for the instructions
  --chat-parallel-tool-calls on|off   whether parallel_tool_calls may be sent

  --lenient                ignore unknown parameters instead of refusing them
  --cors ORIGIN            let web pages of this origin, such as http://localhost:5173, use the server; they
                           need the key all the same. Without it, no web page may
  --python-dir DIR         where the Python sandbox keeps its snapshot (some 30 MB) and its packages; DATA/python
                           unless given. Several runtimes may share it
  --no-python              run no Python; assistants with code_interpreter are told that it is off
  --exit-with-parent       stop when standard input closes; runs at work get up to 30 seconds to end
  --help, --version

Keys come from the environment, never from the command line:
  ASSISTANTS_RUNTIME_KEY   what clients of this server must send; made up when not set
  ASSISTANTS_UPSTREAM_KEY  what is sent to the upstream's server
  OPENAI_API_KEY           used when ASSISTANTS_UPSTREAM_KEY is not set, for api.openai.com only

Exit codes: 0 stopped, 1 cannot run, 2 wrong arguments, 3 another runtime has the data directory
(its address is printed as {"alreadyRunning":"http://127.0.0.1:PORT/v1","pid":N}).
`;
