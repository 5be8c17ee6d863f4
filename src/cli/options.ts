import { parseArgs } from "node:util";

import { cacheDirOf, docsCommands } from "./documents/docsOptions.ts";
import type { DocsCommandName, DocsOptions } from "./documents/docsOptions.ts";

export type CommandName = "plan" | "push" | "pull" | "status" | "validate";

export interface CliOptions {
  readonly command: CommandName;
  /** Definitions or folders to keep to; none: all. */
  readonly paths: readonly string[];
  /** The folder with the lock. */
  readonly root: string;
  /** The connection's key in the lock, and where it is. Null for `validate` alone. */
  readonly connection: { readonly key: string; readonly baseUrl: string } | null;
  readonly apiKey: string;
  readonly model: string | null;
  readonly json: boolean;
  readonly yes: boolean;
  readonly deletes: boolean;
  readonly prefer: "here" | "there" | null;
  /** `plan` of a pull. */
  readonly pulls: boolean;
  readonly links: ReadonlyMap<string, string | null>;
  readonly adopt: boolean;
  readonly newFiles: "all" | ReadonlySet<string> | null;
  /** Codes of rules that are turned off. */
  readonly disabled: ReadonlySet<string>;
  /** Where is kept what can be made again. */
  readonly cacheDir: string;
}

/** What a command line asks for. `wrong` carries one line for the person who typed it. */
export type CommandLine =
  | { readonly kind: "run"; readonly options: CliOptions }
  | { readonly kind: "docs"; readonly options: DocsOptions }
  | { readonly kind: "help" }
  | { readonly kind: "wrong"; readonly message: string };

const flags = {
  connection: { type: "string", short: "c" },
  "base-url": { type: "string" },
  model: { type: "string" },
  root: { type: "string" },
  json: { type: "boolean" },
  yes: { type: "boolean", short: "y" },
  delete: { type: "boolean" },
  ours: { type: "boolean" },
  theirs: { type: "boolean" },
  pull: { type: "boolean" },
  link: { type: "string", multiple: true },
  new: { type: "string", multiple: true },
  adopt: { type: "boolean" },
  all: { type: "boolean" },
  remote: { type: "string", multiple: true },
  disable: { type: "string", multiple: true },
  keep: { type: "boolean" },
  "retry-failed": { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

const commands: readonly string[] = ["plan", "push", "pull", "status", "validate", "docs"];

/** Reads the arguments after the program's name, and the variables that hold keys. */
export function readCommandLine(
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): CommandLine {
  let parsed;
  try {
    parsed = parseArgs({ args: [...args], options: flags, strict: true, allowPositionals: true });
  } catch (error) {
    return wrong(error instanceof Error ? (error.message.split("\n")[0] ?? "bad arguments") : String(error));
  }
  const { values, positionals } = parsed;
  if (values.help === true || positionals[0] === "help") return { kind: "help" };
  const [command, ...paths] = positionals;
  if (command === undefined) return wrong("say what to do: plan, push, pull, status, validate or docs");
  if (!commands.includes(command))
    return wrong(`there is no command '${command}': plan, push, pull, status, validate or docs`);
  if (values.ours === true && values.theirs === true) return wrong("--ours and --theirs exclude each other");
  if (values.theirs === true && command !== "pull" && values.pull !== true) return wrong("--theirs is for pull");
  const given = values.connection ?? env["ASSISTANTS_CONNECTION"];
  const connection = connectionOf(given, values["base-url"] ?? env["ASSISTANTS_BASE_URL"]);
  if (typeof connection === "string") return wrong(connection);
  if (connection === null && command !== "validate")
    return wrong("--connection URL is required: the server's address, such as https://example.com/v1");
  const links = new Map<string, string | null>((values.new ?? []).map((path) => [slashed(path), null]));
  for (const link of values.link ?? []) {
    const at = link.lastIndexOf("=");
    if (at < 1) return wrong(`--link is PATH=ID, not '${link}'`);
    links.set(slashed(link.slice(0, at)), link.slice(at + 1));
  }
  if (command === "docs") {
    const [what, ...stores] = paths;
    if (what === undefined || !docsCommands.includes(what)) return wrong("say what to do: docs plan, sync or clean");
    if (connection === null) return wrong("--connection URL is required");
    return {
      kind: "docs",
      options: {
        command: what as DocsCommandName,
        stores: stores.map(slashed),
        root: values.root ?? ".",
        connection,
        apiKey: keyFor(connection.baseUrl, env),
        json: values.json === true,
        yes: values.yes === true,
        keep: values.keep === true,
        retryFailed: values["retry-failed"] === true,
        links: new Map([...links].flatMap(([name, id]) => (id === null ? [] : [[name, id] as const]))),
        cacheDir: cacheDirOf(env),
      },
    };
  }
  return {
    kind: "run",
    options: {
      command: command as CommandName,
      paths: paths.map(slashed),
      root: values.root ?? ".",
      connection,
      apiKey: keyFor(connection?.baseUrl, env),
      model: values.model ?? env["ASSISTANTS_MODEL"] ?? null,
      json: values.json === true,
      yes: values.yes === true,
      deletes: values.delete === true,
      prefer: values.ours === true ? "here" : values.theirs === true ? "there" : null,
      pulls: values.pull === true,
      links,
      adopt: values.adopt === true,
      newFiles: values.all === true ? "all" : values.remote === undefined ? null : new Set(values.remote),
      cacheDir: cacheDirOf(env),
      disabled: new Set((values.disable ?? []).flatMap((codes) => codes.split(","))),
    },
  };
}

export function connectionOf(
  given: string | undefined,
  baseUrl: string | undefined,
): CliOptions["connection"] | string {
  if (given === undefined && baseUrl === undefined) return null;
  const isUrl = given !== undefined && /^https?:/i.test(given);
  const address = baseUrl ?? (isUrl ? given : undefined);
  if (address === undefined) return `--base-url is required: '${given}' is a name, and no address`;
  if (!URL.canParse(address) || !/^https?:$/.test(new URL(address).protocol))
    return `'${address}' is no http or https URL`;
  const url = new URL(address);
  if (url.username !== "" || url.password !== "" || url.search !== "")
    return "leave keys out of the URL: set ASSISTANTS_API_KEY";
  const clean = url.href.replace(/\/+$/, "");
  return {
    key: given === undefined || isUrl ? (isUrl ? new URL(given).href.replace(/\/+$/, "") : clean) : given,
    baseUrl: clean,
  };
}

/** `OPENAI_API_KEY` belongs to OpenAI and goes to no other host. */
export function keyFor(baseUrl: string | undefined, env: Readonly<Record<string, string | undefined>>): string {
  const own = env["ASSISTANTS_API_KEY"]?.trim();
  if (own !== undefined && own !== "") return own;
  return (
    (baseUrl !== undefined && new URL(baseUrl).host === "api.openai.com" ? env["OPENAI_API_KEY"]?.trim() : undefined) ??
    ""
  );
}

/** A path as the lock writes it. */
function slashed(path: string): string {
  return path
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)+/, "")
    .replace(/\/+$/, "");
}

function wrong(message: string): CommandLine {
  return { kind: "wrong", message };
}
