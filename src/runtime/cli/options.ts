import { join } from "node:path";
import { parseArgs } from "node:util";
import { nonEmpty, readUpstream, type Environment, type UpstreamOptions } from "./upstreamOptions.ts";

export interface RuntimeOptions {
  /** 0: the system chooses. */
  readonly port: number;
  readonly dataDir: string;
  /** Where the sandbox keeps its snapshot and its packages. */
  readonly pythonDir: string;
  /** Whether programs of assistants may run at all. */
  readonly python: boolean;
  readonly upstream: UpstreamOptions;
  readonly lenient: boolean;
  readonly exitWithParent: boolean;
  /** The origin of the web pages that may use the server, when one was given. */
  readonly cors?: string;
  /** The key that clients must send, when it was given. */
  readonly key: string | undefined;
}

/** What a command line asks for. `wrong` carries one line for the person who typed it. */
export type CommandLine =
  | { readonly kind: "run"; readonly options: RuntimeOptions }
  | { readonly kind: "help" }
  | { readonly kind: "version" }
  | { readonly kind: "wrong"; readonly message: string };

/** Reads the arguments after the program's name, and the variables that hold keys. */
export function readCommandLine(args: readonly string[], env: Environment): CommandLine {
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
  const { cors } = values;
  if (cors !== undefined && (!URL.canParse(cors) || new URL(cors).origin !== cors))
    return wrong(`--cors must be the origin of web pages, such as http://localhost:5173, not '${cors}'`);
  const upstream = readUpstream(values, env);
  if (typeof upstream === "string") return wrong(upstream);
  return {
    kind: "run",
    options: {
      port,
      dataDir: values.data,
      pythonDir: nonEmpty(values["python-dir"]) ?? join(values.data, "python"),
      python: values["no-python"] !== true,
      upstream,
      lenient: values.lenient === true,
      exitWithParent: values["exit-with-parent"] === true,
      ...(cors === undefined ? {} : { cors }),
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
  "upstream-api-version": { type: "string" },
  profile: { type: "string" },
  model: { type: "string" },
  "model-map": { type: "string", multiple: true },
  "embedding-model": { type: "string" },
  "hosted-files": { type: "boolean" },
  "hosted-python": { type: "boolean" },
  "chat-tool-choice": { type: "string" },
  "chat-stream-options": { type: "string" },
  "chat-token-field": { type: "string" },
  "chat-system-role": { type: "string" },
  "chat-parallel-tool-calls": { type: "string" },
  pace: { type: "string" },
  lenient: { type: "boolean" },
  cors: { type: "string" },
  "python-dir": { type: "string" },
  "no-python": { type: "boolean" },
  "exit-with-parent": { type: "boolean" },
  help: { type: "boolean", short: "h" },
  version: { type: "boolean", short: "v" },
} as const;

/** Every flag there is, without its dashes. */
export const flagNames: readonly string[] = Object.keys(flags);

function wrong(message: string): CommandLine {
  return { kind: "wrong", message };
}
