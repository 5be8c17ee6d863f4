import type { ToolHandler } from "../definition/definition.ts";
import { isAbsolutePath } from "./handlerPath.ts";
import { templatesIn } from "./template.ts";

/** What every kind of handler has. */
interface HandlerBase {
  /** Milliseconds, whole run. */
  readonly timeoutMs: number;
  /** Bytes of output that are taken; more is an error. */
  readonly maxOutputBytes: number;
  /** Variables beside the few that every handler gets (PATH, HOME, …). Values may name secrets. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it runs: a path relative to the definition; null for the definition's own folder. */
  readonly cwd: string | null;
  /** What a failure means: the person is asked, or the model is told. */
  readonly onError: "ask" | "return";
}

/** A program: arguments of the call as JSON on its standard input, the output from its standard output. */
export interface CommandHandler extends HandlerBase {
  readonly kind: "command";
  /** Never goes through a shell. Words that begin with `./` or `../` are paths beside the definition. */
  readonly argv: readonly [string, ...string[]];
}

/** An exported function of a JavaScript, TypeScript or Python file, run in a process of its own. */
export interface ModuleHandler extends HandlerBase {
  readonly kind: "module";
  readonly file: string;
  readonly language: "node" | "python";
  /** The export's name; `default` where the definition names none (in Python: `handle`). */
  readonly exportName: string;
}

/** An HTTP request: the arguments as a JSON body, or in the query of GET; the output is the answer's body. */
export interface HttpHandler extends HandlerBase {
  readonly kind: "http";
  readonly method: string;
  /** http or https; `{{args.…}}` in path and query is replaced, URL-encoded. */
  readonly url: string;
  /** Values may name secrets: `Bearer ${secret:orders-api}`, `${env:ORDERS_KEY}`. */
  readonly headers: Readonly<Record<string, string>>;
}

export type Handler = CommandHandler | ModuleHandler | HttpHandler;

export const handlerDefaults = { timeoutMs: 30_000, maxOutputBytes: 1024 * 1024 } as const;

export type ReadHandler =
  | { readonly valid: true; readonly handler: Handler }
  | { readonly valid: false; readonly reason: string };

/** A definition's `handler` as what can be run. The schema has held the shapes already; this says what it cannot. */
export function readHandler(raw: ToolHandler): ReadHandler {
  const kinds = (["command", "module", "http"] as const).filter((kind) => raw[kind] !== undefined);
  if (kinds.length !== 1) {
    const reason =
      kinds.length === 0
        ? "A handler needs one of `command`, `module` and `http`."
        : `A handler has one of \`command\`, \`module\` and \`http\`; this one has ${kinds.join(" and ")}.`;
    return { valid: false, reason };
  }
  const base: HandlerBase = {
    timeoutMs: raw.timeout_ms ?? handlerDefaults.timeoutMs,
    maxOutputBytes: raw.max_output_bytes ?? handlerDefaults.maxOutputBytes,
    env: raw.env ?? {},
    cwd: raw.cwd ?? null,
    onError: raw.on_error ?? "ask",
  };
  if (raw.command !== undefined) return readCommand(raw.command, base);
  if (raw.module !== undefined) return readModule(raw.module, base);
  return raw.http === undefined ? { valid: false, reason: "A handler is missing." } : readHttp(raw.http, base);
}

function readCommand(words: readonly string[], base: HandlerBase): ReadHandler {
  const [program, ...rest] = words;
  if (program === undefined || program === "") return { valid: false, reason: "`command` needs a program." };
  if (words.some((word) => word.includes("\0"))) return { valid: false, reason: "`command` holds a NUL character." };
  return { valid: true, handler: { ...base, kind: "command", argv: [program, ...rest] } };
}

function readModule(module: NonNullable<ToolHandler["module"]>, base: HandlerBase): ReadHandler {
  const extension = /\.([A-Za-z]+)$/.exec(module.file)?.[1]?.toLowerCase() ?? "";
  const language = ["js", "mjs", "cjs", "ts", "mts", "cts"].includes(extension)
    ? "node"
    : extension === "py"
      ? "python"
      : null;
  if (language === null)
    return {
      valid: false,
      reason: `\`module.file\` is a .js, .mjs, .cjs, .ts, .mts, .cts or .py file: ${module.file}`,
    };
  const exportName = module.export ?? (language === "python" ? "handle" : "default");
  // Python's names may hold more letters than these; what is looked up is an attribute, never code.
  if (!/^[\p{L}_$][\p{L}\p{N}_$]*$/u.test(exportName))
    return { valid: false, reason: `\`module.export\` is the name of a function: ${exportName}` };
  return { valid: true, handler: { ...base, kind: "module", file: module.file, language, exportName } };
}

function readHttp(http: NonNullable<ToolHandler["http"]>, base: HandlerBase): ReadHandler {
  // A model may fill the path, never choose the server.
  const origin = /^https?:\/\/[^/?#]*/i.exec(http.url)?.[0];
  if (origin === undefined || !URL.canParse(origin))
    return { valid: false, reason: `\`http.url\` begins with http:// or https:// and a server: ${http.url}` };
  if (templatesIn(origin).length > 0)
    return { valid: false, reason: "`http.url` may use arguments in its path and query only." };
  if (new URL(origin).username !== "" || new URL(origin).password !== "")
    return { valid: false, reason: "`http.url` holds a password: put it into a header, as `${secret:NAME}`." };
  const method = (http.method ?? "POST").toUpperCase();
  if (!/^(GET|POST|PUT|PATCH|DELETE)$/.test(method))
    return { valid: false, reason: `\`http.method\` is GET, POST, PUT, PATCH or DELETE: ${method}` };
  const headers = http.headers ?? {};
  for (const [name, value] of Object.entries(headers))
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || /[\r\n\0]/.test(value))
      return { valid: false, reason: `\`http.headers\` has a name or a value that cannot be sent: ${name}` };
  return { valid: true, handler: { ...base, kind: "http", method, url: http.url, headers } };
}

/** The handler in one line, as a person would type or say it. */
export function handlerWords(handler: Handler): string {
  switch (handler.kind) {
    case "command":
      return handler.argv.map(quoted).join(" ");
    case "module":
      return handler.exportName === "default"
        ? `The default export of ${handler.file}`
        : `${handler.exportName} of ${handler.file}`;
    case "http":
      return `${handler.method} ${handler.url}`;
  }
}

function quoted(word: string): string {
  return /^[\w@%+=:,./\\-]+$/.test(word) ? word : JSON.stringify(word);
}

/** Whether a word of a command is a path beside the definition, or an absolute one. */
export function isPathWord(word: string): boolean {
  return /^\.{1,2}[\\/]/.test(word) || isAbsolutePath(word);
}

/** Names of the secrets that the handler asks for. */
export function secretNames(handler: Handler): readonly string[] {
  return namesIn(handler, "secret");
}

/** Names of the variables of our own environment that the handler asks for. */
export function environmentNames(handler: Handler): readonly string[] {
  return namesIn(handler, "env");
}

function namesIn(handler: Handler, wanted: "secret" | "env"): readonly string[] {
  const names = Object.values(handler.kind === "http" ? handler.headers : handler.env).flatMap((value) =>
    [...value.matchAll(secretPattern)].filter(([, kind]) => kind === wanted).map(([, , name]) => name ?? ""),
  );
  return [...new Set(names)];
}

/**
 * What a person agrees to when a handler may run, line by line: all that it is made of, where it runs, and what of the person's it
 * gets. Secrets and variables of the environment are named, never shown.
 */
export function handlerExplained(handler: Handler, place: string, folder: string): string {
  const listed = (label: string, items: readonly string[]): string =>
    items.length === 0 ? "" : `${label}: ${items.join(", ")}`;
  const pairs = (values: Readonly<Record<string, string>>, sign: string): readonly string[] =>
    Object.entries(values).map(([name, value]) => `${name}${sign}${value}`);
  return (
    [
      handlerWords(handler),
      "",
      handler.kind === "http" ? listed("Headers", pairs(handler.headers, ": ")) : `In: ${folder}`,
      `From: ${place}`,
      handler.kind === "http" ? "" : listed("Variables", pairs(handler.env, "=")),
      listed("Secrets", secretNames(handler)),
      listed("From your environment", environmentNames(handler)),
      "",
      "It gets the arguments that the model wrote. You are asked again when the handler or the files that it names change.",
    ]
      .filter((line, index, all) => line !== "" || all[index - 1] !== "")
      // A value cannot look like a line of its own.
      .map((line) => line.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, " "))
      .join("\n")
  );
}

/** `${secret:NAME}` and `${env:NAME}` in the value of a header or a variable. */
export const secretPattern = /\$\{(secret|env):([A-Za-z0-9_.-]{1,100})\}/g;
