import { posix } from "node:path";

import { importsOf, type Import } from "./imports.ts";

/** A part of the program that imports are held to: a folder of src, a file of its own, or the webview. */
type Zone =
  | "core"
  | "protocol"
  | "provider"
  | "debug"
  | "handlers"
  | "runtime"
  | "disk"
  | "cli"
  | "host"
  | "manifest"
  | "extension"
  | "webview"
  | "schemas"
  | "elsewhere";

interface Rule {
  /** Zones that may be imported, beside the own one. */
  readonly zones: readonly Zone[];
  /** Zones of which only types may be imported. */
  readonly types?: readonly Zone[];
  /** npm packages and Node's modules; "any" of them, except vscode. */
  readonly packages: "any" | readonly string[];
  readonly vscode?: true;
}

/** design.md §3: arrows point inward. */
const rules: Readonly<Record<Exclude<Zone, "elsewhere" | "schemas">, Rule>> = {
  core: { zones: ["schemas"], packages: ["yaml", "@cfworker/json-schema"] },
  protocol: { zones: [], types: ["core"], packages: [] },
  provider: { zones: ["core"], packages: "any" },
  debug: { zones: ["core"], packages: "any" },
  handlers: { zones: ["core"], packages: "any" },
  runtime: { zones: ["core"], packages: "any" },
  disk: { zones: ["core"], packages: "any" },
  cli: { zones: ["core", "provider", "debug", "disk", "handlers"], packages: "any" },
  host: {
    zones: ["core", "protocol", "provider", "debug", "handlers", "disk", "manifest"],
    packages: "any",
    vscode: true,
  },
  manifest: { zones: [], packages: [] },
  extension: {
    zones: ["core", "protocol", "provider", "debug", "handlers", "disk", "manifest", "host"],
    packages: "any",
    vscode: true,
  },
  webview: { zones: ["protocol"], types: ["core"], packages: "any" },
};

/** A source file by its path from the repository's root, with forward slashes. */
export interface Source {
  readonly path: string;
  readonly text: string;
}

/** What is wrong with a file, one sentence each; nothing when all is well. */
export function violationsOf({ path, text }: Source): readonly string[] {
  const imports = importsOf(text);
  const found = imports.map((one) => importViolation(path, one)).filter((one) => one !== undefined);
  return [...found, ...styleViolations(path, text, imports)].map((reason) => `${path}: ${reason}`);
}

function importViolation(path: string, { specifier, typeOnly }: Import): string | undefined {
  const zone = zoneOf(path);
  if (zone === "elsewhere" || zone === "schemas") return "lies in no known part of the program";
  const rule = rules[zone];
  if (!specifier.startsWith(".")) return packageViolation(zone, rule, specifier);
  const target = zoneOf(posix.join(posix.dirname(path), specifier));
  if (target === zone || rule.zones.includes(target)) return undefined;
  if (rule.types?.includes(target))
    return typeOnly ? undefined : `${zone} may import only types of ${target}: ${specifier}`;
  return `${zone} may not import ${target}: ${specifier}`;
}

function packageViolation(zone: Zone, rule: Rule, specifier: string): string | undefined {
  if (specifier === "vscode") return rule.vscode ? undefined : `${zone} may not import vscode`;
  if (rule.packages === "any") {
    return zone === "webview" && specifier.startsWith("node:") ? `webview may not import ${specifier}` : undefined;
  }
  const allowed = rule.packages.some((name) => specifier === name || specifier.startsWith(`${name}/`));
  return allowed ? undefined : `${zone} may not import the package ${specifier}`;
}

function styleViolations(path: string, text: string, imports: readonly Import[]): readonly string[] {
  const name = posix.basename(path);
  const found: string[] = [];
  if (/^[ \t]*export\s+default\b|^[ \t]*export\s*\{[^}]*\bas\s+default\b/m.test(text))
    found.push("has a default export");
  if (/^index\.tsx?$/.test(name) && imports.some(({ reExport }) => reExport)) found.push("is a barrel");
  if (/(Manager|Helpers?|[uU]til(s|ities)?)\.tsx?$/.test(name) || /^helpers?\./.test(name)) {
    found.push("is named after no thing");
  }
  return found;
}

function zoneOf(path: string): Zone {
  const [first = "", second = ""] = path.split("/");
  if (first === "webview" || first === "schemas") return first;
  if (first !== "src") return "elsewhere";
  const name = second.replace(/\.ts$/, "");
  return Object.hasOwn(rules, name) ? (name as Zone) : "elsewhere";
}
