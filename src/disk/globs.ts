import picomatch from "picomatch";

import type { StoreDefinition } from "../core/vectorStoreDefinition/storeDefinition.ts";

type Matcher = (path: string) => boolean;

/** The globs of a store definition. Paths are relative to its folder, with forward slashes. */
export interface StoreGlobs {
  /** Whether a file belongs into the store. */
  readonly includes: Matcher;
  /** Whether a file may look as if it held a secret. */
  readonly allowsSecrets: Matcher;
  /** Whether a path matches one glob of the definition. */
  matches(path: string, glob: string): boolean;
  /** Folders below which all files are that can match, such as `docs`; "" for the definition's own. */
  readonly bases: readonly string[];
}

/**
 * Globs as VS Code writes them: `*`, `?`, `**`, `{a,b}`, `[a-z]`; dotfiles match; a name of a folder means all that is in it.
 * Backslashes are taken for slashes, as people on Windows write them. Unicode is compared composed (NFC).
 */
export function storeGlobs(definition: StoreDefinition): StoreGlobs {
  const known = new Map<string, Matcher>();
  const one = (glob: string): Matcher => {
    const found = known.get(glob) ?? matcher([glob]);
    known.set(glob, found);
    return found;
  };
  const [included, excluded] = [matcher(definition.include), matcher(definition.exclude)];
  return {
    includes: (path) => included(path) && !excluded(path),
    allowsSecrets: matcher(definition.allowSecrets),
    matches: (path, glob) => one(glob)(path),
    bases: basesOf(definition.include),
  };
}

/** Whether a path matches one of several globs. */
export function matcher(globs: readonly string[]): Matcher {
  if (globs.length === 0) return () => false;
  const patterns = globs.map(clean).flatMap((glob) => [glob, `${glob}/**`]);
  if (patterns.includes("**")) return () => true;
  // A name may hold a line break, which a dot takes only so.
  const match = picomatch(patterns, { dot: true, flags: "s" });
  return (path) => match(isAscii(path) ? path : path.normalize("NFC"));
}

function clean(glob: string): string {
  const slashed = glob
    .normalize("NFC")
    .replaceAll("\\", "/")
    .replace(/^(?:\.\/)+/, "")
    .replace(/\/+$/, "");
  return slashed === "" || slashed === "." ? "**" : slashed;
}

function basesOf(globs: readonly string[]): readonly string[] {
  const bases = globs.map((glob) => {
    const { base, isGlob, negated } = picomatch.scan(clean(glob));
    // A path without a wildcard is a file or a folder.
    return negated ? "" : isGlob ? base : clean(glob);
  });
  const sorted = [...new Set(bases.map((base) => (base === "." ? "" : plainPart(base))))].toSorted();
  return sorted.filter((base) => !sorted.some((other) => other !== base && contains(other, base)));
}

/** Up to the first name that the disk may spell with other Unicode characters. */
function plainPart(base: string): string {
  const parts = base.split("/");
  const odd = parts.findIndex((part) => !isAscii(part));
  return odd === -1 ? base : parts.slice(0, odd).join("/");
}

function contains(folder: string, path: string): boolean {
  return folder === "" || path.startsWith(`${folder}/`);
}

function isAscii(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- ASCII is what is meant
  return /^[\u0000-\u007f]*$/.test(text);
}
