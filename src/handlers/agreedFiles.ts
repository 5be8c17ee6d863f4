import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { dirname, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import type { Handler } from "../core/answers/handler.ts";
import { folderOf, wordsOf } from "./commandLine.ts";

/** Larger files count by their size and time. */
const maxHashedBytes = 16 * 1024 * 1024;
/** Of a word that is a text with many, such as a script in the definition. */
const mostPiecesOfWord = 200;
/** What programs add to a name that they are given: Node and Python to a file's or a folder's, Windows to a program's. */
const additions = [
  ".js .cjs .mjs .json .node .ts .py .exe .com .cmd .bat",
  "/index.js /index.json /index.node /package.json /__main__.py /__init__.py",
].flatMap((endings) => endings.split(" "));

/**
 * What a person agrees to when a handler may run: its definition, where that stands, and what is in the files that it names. Another
 * hash: another agreement is needed.
 * @param place the definition's path on disk
 */
export async function agreementHash(handler: Handler, place: string): Promise<string> {
  const hash = createHash("sha256").update(JSON.stringify([handler, place]));
  for (const { path, content } of await agreedFiles(handler, place))
    hash.update(`\n${JSON.stringify(path)} ${createHash("sha256").update(content).digest("hex")}`);
  return hash.digest("hex");
}

/** The files that a handler names, wherever in its words or variables, found from where its process looks for them. */
export async function agreedFiles(
  handler: Handler,
  place: string,
): Promise<readonly { readonly path: string; readonly content: string | Buffer }[]> {
  const found = new Map<string, string | Buffer>();
  for (const path of candidates(handler, place)) {
    if (found.has(path)) continue;
    const content = await contentOf(path);
    if (content !== null) found.set(path, content);
  }
  return [...found].map(([path, content]) => ({ path, content }));
}

function candidates(handler: Handler, place: string): ReadonlySet<string> {
  const paths = new Set<string>();
  if (handler.kind === "http") return paths;
  const folder = folderOf(handler, place);
  const add = (name: string): void => {
    const path = pathOf(name, folder);
    if (path === null) return;
    paths.add(path);
    for (const addition of additions) paths.add(path + addition);
  };
  if (handler.kind === "module") add(resolve(dirname(place), handler.file));
  else {
    const [program, ...rest] = wordsOf(handler, place);
    // A bare name is looked up in PATH.
    if (/[\\/]/.test(program)) add(program);
    rest.forEach((word, index) => {
      add(word);
      // Python's `-m tools.run`.
      if (rest[index - 1] === "-m") add(word.replaceAll(".", "/"));
    });
  }
  const texts =
    handler.kind === "command" ? [...handler.argv.slice(1), ...Object.values(handler.env)] : Object.values(handler.env);
  for (const text of texts)
    // `--import=./a.mjs`, `-r./a.cjs`, `sh -c "cd tools && ./run.sh"`, `NODE_OPTIONS: --require ./a.cjs`
    for (const piece of text.split(/[\s"'`;|&()<>,=]+/).slice(0, mostPiecesOfWord))
      for (const name of [piece, /^-[A-Za-z](.+)$/.exec(piece)?.[1] ?? ""]) {
        const path = pathOf(name, folder);
        if (path !== null) paths.add(path);
      }
  return paths;
}

function pathOf(name: string, folder: string): string | null {
  if (name === "" || name.includes("\0") || name.length > 4096) return null;
  if (!/^file:/i.test(name)) return resolve(folder, name);
  try {
    return fileURLToPath(name);
  } catch {
    // No address of a file on this machine: nothing that could be looked at.
    return null;
  }
}

/** Null for what is no file: the handler's failure will say so, should it have meant one. */
async function contentOf(path: string): Promise<string | Buffer | null> {
  try {
    const status = await stat(path);
    if (!status.isFile()) return null;
    return status.size > maxHashedBytes ? `${status.size} ${status.mtimeMs}` : await readFile(path);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    // There, and not to be read: its appearing or becoming readable is a change.
    return ["EACCES", "EPERM"].includes(code) ? code : null;
  }
}
