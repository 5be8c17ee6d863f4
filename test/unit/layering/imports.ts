/** One import of a source file. */
export interface Import {
  readonly specifier: string;
  /** Erased by the compiler: nothing of it is left at run time. */
  readonly typeOnly: boolean;
  readonly reExport: boolean;
}

const fromClause = /^[ \t]*(import|export)\b([^;"'`]*?)\bfrom\s*["']([^"'\n]+)["']/gm;
const sideEffect = /^[ \t]*import\s*["']([^"'\n]+)["']/gm;
const call = /\b(?:import|require)\s*\(\s*["'`]([^"'`\n]+)["'`]/g;

/** Every import of a formatted source: `import … from`, `export … from`, `import "…"`, `import("…")`, `require("…")`. */
export function importsOf(source: string): readonly Import[] {
  const statements = [...source.matchAll(fromClause)].map(([, keyword, clause = "", specifier = ""]) => ({
    specifier,
    typeOnly: isTypeClause(clause),
    reExport: keyword === "export",
  }));
  const code = source.replace(/^[ \t]*(\/\/|\*|\/\*).*$/gm, "");
  const others = [...code.matchAll(sideEffect), ...code.matchAll(call)].map(([, specifier = ""]) => ({
    specifier,
    typeOnly: false,
    reExport: false,
  }));
  return [...statements, ...others];
}

/** `type X`, `type { X }`, and `{ type X, type Y }` are erased; `{ type X, y }` is not. */
function isTypeClause(clause: string): boolean {
  const text = clause.trim();
  if (/^type\s+(?!from\b)[\w{*]/.test(text)) return true;
  const names =
    /^\{([\s\S]*)\}$/
      .exec(text)?.[1]
      ?.split(",")
      .filter((name) => name.trim() !== "") ?? [];
  return names.length > 0 && names.every((name) => /^\s*type\s+\w/.test(name));
}
