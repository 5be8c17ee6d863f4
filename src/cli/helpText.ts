export const helpText = `Usage: assistants COMMAND [PATHS] --connection URL [options]

  plan       what a push would do (with --pull: a pull); nothing is done
  push       make the assistants on the connection equal to their definitions
  pull       write what changed there into the definitions
  status     how each definition and its assistant stand
  validate   problems of the definitions, and of store definitions; needs no connection
  docs plan|sync|clean [STORES]
             what a sync would put into the vector stores of *.vectorstore.yaml; do it; delete uploads that none of them has
             any more. STORES are names, definitions or folders

PATHS are definitions or folders, from the folder that holds assistants.lock.json; without any, all are meant.

  -c, --connection URL|ID  the server, such as https://example.com/v1; or a name, with --base-url
      --base-url URL       the address of a connection that goes by a name
      --model ID           for definitions that name no model
      --root DIR           the folder with assistants.lock.json (default: the current one)
      --json               one JSON object on standard output, and no other words there
  -y, --yes                do it without asking; without a terminal nothing is asked, and nothing done without this
      --delete             delete on the other side what was deleted on this one
      --ours, --theirs     which side a field is taken from that both changed; with pull, --ours settles and writes nothing
      --link PATH=ID       this definition is that assistant (after a lost lock, or a file that moved)
      --adopt              link every definition that has exactly one assistant pushed from its path
      --new PATH           this definition is none of the assistants of its name: make a new one
      --all, --remote ID   pull: write new files for assistants without a definition
      --keep               docs: take nothing out of a store
      --retry-failed       docs: put files in again that the server could not read
      --link STORE=ID      docs: this definition is that vector store
      --disable CODES      rules to turn off, such as completion-budget,function-description

Environment:
  ASSISTANTS_API_KEY       the key; OPENAI_API_KEY is used for api.openai.com only
  ASSISTANTS_CONNECTION, ASSISTANTS_BASE_URL, ASSISTANTS_MODEL
  ASSISTANTS_CACHE_DIR     where is kept what was read of files, and docs' journal of uploads

Exit codes: 0 no changes, or applied; 2 changes (plan, status); 3 a conflict, or a definition that waits for --link or --new;
4 a definition is not valid; docs: 3 files that the server cannot read, or a store that waits for --link; 1 anything else that went wrong.
`;
