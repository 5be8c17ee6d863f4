/** What the sandbox's Python answers to the questions of environment markers (PEP 508). */
const environment: Readonly<Record<string, string>> = {
  python_version: "3.14",
  python_full_version: "3.14.2",
  sys_platform: "emscripten",
  platform_system: "Emscripten",
  platform_machine: "wasm32",
  platform_python_implementation: "CPython",
  implementation_name: "cpython",
  os_name: "posix",
  // Optional parts are nobody's need until somebody asks for them.
  extra: "",
};

/** The projects that a wheel's METADATA says it needs here, by their normalized names. */
export function needsOf(metadata: string): readonly string[] {
  return [...metadata.matchAll(/^Requires-Dist:\s*([A-Za-z0-9._-]+)([^;\r\n]*)(?:;([^\r\n]*))?/gm)].flatMap(
    ([, name = "", , marker]) => (marker === undefined || holds(marker) ? [projectName(name)] : []),
  );
}

/** A project's name as indexes compare it: lower case with dashes. */
export function projectName(name: string): string {
  return name.toLowerCase().replaceAll(/[-_.]+/g, "-");
}

/**
 * Whether a marker holds, with `and` before `or`. Parentheses are looked through, which can only make a package needed that is not. What
 * is not understood holds.
 */
function holds(marker: string): boolean {
  return marker
    .replaceAll(/[()]/g, " ")
    .split(/\bor\b/)
    .some((part) => part.split(/\band\b/).every(comparisonHolds));
}

function comparisonHolds(comparison: string): boolean {
  const parts = /^\s*(\w+)\s*(==|!=|<=|>=|<|>|not\s+in|in)\s*["']([^"']*)["']\s*$/.exec(comparison);
  if (parts === null) return true;
  const [, name = "", operator = "", value = ""] = parts;
  const actual = environment[name];
  if (actual === undefined) return true;
  const order = name.startsWith("python_") ? compareVersions(actual, value) : actual.localeCompare(value);
  switch (operator) {
    case "==":
      return order === 0;
    case "!=":
      return order !== 0;
    case "<":
      return order < 0;
    case "<=":
      return order <= 0;
    case ">":
      return order > 0;
    case ">=":
      return order >= 0;
    case "in":
      return value.includes(actual);
    default:
      return !value.includes(actual);
  }
}

function compareVersions(one: string, other: string): number {
  const [a, b] = [one, other].map((version) => version.split(".").map(Number));
  for (let at = 0; at < 3; at++) {
    const difference = (a?.[at] ?? 0) - (b?.[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
