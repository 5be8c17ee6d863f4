import { fieldsOf, stringOf } from "../http/fields.ts";

/** Whether items to send back tell of programs in another container than the request's: the API refuses to see them again. */
export function ranElsewhere(items: readonly object[], containerId: string | undefined): boolean {
  return items.some((item) => {
    const { type, container_id: ran } = fieldsOf(item);
    return type === "code_interpreter_call" && ran !== containerId;
  });
}

/**
 * A turn whose container is gone, in words and function calls: what its programs were and showed is said as text. Reasoning is left out,
 * and so are the ids that would ask for it, because it must be followed by the very items that it led to.
 */
export function withoutContainer(items: readonly object[]): object[] {
  return items.flatMap((one): object[] => {
    const item = fieldsOf(one);
    switch (item["type"]) {
      case "code_interpreter_call":
        return [{ role: "assistant", content: programInWords(item["code"], item["outputs"]) }];
      case "message": {
        const parts = Array.isArray(item["content"]) ? item["content"].map(fieldsOf) : [];
        const said = parts.map(({ text, refusal }) => stringOf(text) || stringOf(refusal)).join("");
        return said === "" ? [] : [{ role: "assistant", content: said }];
      }
      case "function_call": {
        const { id: _, ...call } = item;
        return [call];
      }
      default:
        return [];
    }
  });
}

function programInWords(code: unknown, outputs: unknown): string {
  const logs = (Array.isArray(outputs) ? outputs : []).map((one: unknown) => stringOf(fieldsOf(one)["logs"])).join("");
  const shown = logs === "" ? "It printed nothing." : `It printed:\n${logs}`;
  return `[I ran this program in a Python session that is gone since:]\n${stringOf(code)}\n[${shown}]`;
}
