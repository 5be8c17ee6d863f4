import { statSync } from "node:fs";
import { delimiter, extname, join, win32 } from "node:path";

/** What is spawned, without a shell that reads arguments. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  /** `args` are a command line already (Windows' cmd.exe). */
  readonly verbatim: boolean;
}

export interface ProgramSurroundings {
  readonly platform: NodeJS.Platform;
  readonly env: Readonly<Record<string, string>>;
  readonly isFile: (path: string) => boolean;
}

export const here = (env: Readonly<Record<string, string>>): ProgramSurroundings => ({
  platform: process.platform,
  env,
  isFile: (path) => {
    try {
      return statSync(path).isFile();
    } catch {
      // Not there, or not to be looked at: no program either way.
      return false;
    }
  },
});

/**
 * The program that a command names. On Windows names are looked up in PATH with PATHEXT, and batch files (`npm.cmd`) are given to
 * cmd.exe with every character escaped that means something to it: Node refuses to start them by themselves, because their
 * arguments are read as a command line (CVE-2024-27980).
 * @throws Error in words where there is no such program (Windows; elsewhere the system says so itself)
 */
export function programOf(argv: readonly [string, ...string[]], around: ProgramSurroundings): Program {
  const [name, ...args] = argv;
  if (around.platform !== "win32") return { file: name, args, verbatim: false };
  const file = findOnWindows(name, around);
  if (file === null) throw new Error(`There is no program ${name}.`);
  if (!/\.(?:cmd|bat)$/i.test(file)) return { file, args, verbatim: false };
  if (args.some((arg) => /[\r\n]/.test(arg)))
    throw new Error(`${name} is a batch file, which takes no argument with a line break.`);
  const comspec = variable(around.env, "COMSPEC") ?? "cmd.exe";
  const line = [escapeMeta(win32.normalize(file)), ...args.map(escapeArgument)].join(" ");
  return { file: comspec, args: ["/d", "/s", "/c", `"${line}"`], verbatim: true };
}

function findOnWindows(name: string, { env, isFile }: ProgramSurroundings): string | null {
  const extensions = (variable(env, "PATHEXT") ?? ".COM;.EXE;.BAT;.CMD").split(";").filter(Boolean);
  const candidates = (base: string): readonly string[] =>
    extname(base) === ""
      ? extensions.map((extension) => base + extension.toLowerCase())
      : [base, ...extensions.map((extension) => base + extension.toLowerCase())];
  const separator = process.platform === "win32" ? delimiter : ";";
  // The current folder is not searched: a program of that name in the workspace must be named as `./name`.
  const places = /[\\/]/.test(name)
    ? [name]
    : (variable(env, "PATH") ?? "")
        .split(separator)
        .filter(Boolean)
        .map((folder) => (process.platform === "win32" ? join(folder, name) : win32.join(folder, name)));
  return places.flatMap(candidates).find(isFile) ?? null;
}

/** Names of variables have no case on Windows. */
function variable(env: Readonly<Record<string, string>>, name: string): string | null {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1] ?? null;
}

function escapeMeta(text: string): string {
  return text.replaceAll(/[()\][%!^"`<>&|;, *?]/g, "^$&");
}

/**
 * One argument for a batch file: quoted as the C runtime reads it, then escaped for cmd.exe; twice, since a batch file hands its
 * arguments to another program through cmd.exe again.
 */
function escapeArgument(arg: string): string {
  const quoted = `"${arg.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, "$1$1")}"`;
  return escapeMeta(escapeMeta(quoted));
}
