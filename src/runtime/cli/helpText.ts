export const helpText = `Usage: runtime --data DIR [options]

A local server that speaks the Assistants v2 protocol and executes runs itself. It listens on 127.0.0.1 only
and prints one line of JSON when it is ready: {"listening":"http://127.0.0.1:PORT/v1","key":"..."}

  --data DIR               where assistants, threads and runs are kept; made if missing (required)
  --port N                 port to listen on; 0, the default, lets the system choose
  --upstream KIND          what answers: offline (the default; a built-in demonstration, no model) or chat
                           (any Chat Completions server: Ollama, vLLM, llama.cpp, LM Studio, OpenAI, ...)
  --upstream-url URL       base URL of the chat server, for example http://localhost:11434/v1
  --upstream-key-env NAME  the environment variable that holds the chat server's key
  --model ID               the model to list when the chat server has no list of models
  --pace N                 tokens per second of the offline upstream; 0 is as fast as possible (default 60)
  --lenient                ignore unknown parameters instead of refusing them
  --exit-with-parent       stop when standard input closes; runs at work get up to 30 seconds to end
  --help, --version

Keys come from the environment, never from the command line:
  ASSISTANTS_RUNTIME_KEY   what clients of this server must send; made up when not set
  ASSISTANTS_UPSTREAM_KEY  what is sent to the chat server
  OPENAI_API_KEY           used when ASSISTANTS_UPSTREAM_KEY is not set, for api.openai.com only

Exit codes: 0 stopped, 1 cannot run, 2 wrong arguments, 3 another runtime has the data directory
(its address is printed as {"alreadyRunning":"http://127.0.0.1:PORT/v1","pid":N}).
`;
