import type { InspectorState } from "../../src/protocol/inspectorMessages.ts";

/** What VS Code kept for the page, if this program can read it: it comes from disk, and may be of another version. */
export function keptState(value: unknown): InspectorState | null {
  if (typeof value !== "object" || value === null) {
    return null;
  }
  const { version, id, connectionId, question, a, b } = value as Readonly<Record<string, unknown>>;
  const whole =
    version === 1 &&
    typeof id === "string" &&
    typeof connectionId === "string" &&
    typeof question === "string" &&
    isSide(a) &&
    (b === null || isSide(b));
  return whole ? (value as InspectorState) : null;
}

function isSide(value: unknown): boolean {
  if (typeof value !== "object" || value === null || !("settings" in value) || !("found" in value)) {
    return false;
  }
  const { settings, found } = value;
  if (typeof settings !== "object" || settings === null) {
    return false;
  }
  const { storeId, filter, ranker } = settings as Readonly<Record<string, unknown>>;
  const results = typeof found === "object" && found !== null && "results" in found ? found.results : null;
  return (
    typeof storeId === "string" &&
    typeof filter === "string" &&
    typeof ranker === "string" &&
    (found === null || Array.isArray(results))
  );
}
