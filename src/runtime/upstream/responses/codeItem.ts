import { fieldsOf, stringOf, type Fields } from "../http/fields.ts";
import type { ProgramOutput, TurnEvent } from "../port.ts";

/** What a `code_interpreter_call` came to. */
export function readProgram(item: Fields): Extract<TurnEvent, { kind: "code.end" }> {
  const { outputs, status } = item;
  return {
    kind: "code.end",
    outputs: (Array.isArray(outputs) ? outputs : []).flatMap((one: unknown): ProgramOutput[] => {
      const { type, logs, url } = fieldsOf(one);
      if (type === "logs") return stringOf(logs) === "" ? [] : [{ kind: "logs", text: stringOf(logs) }];
      return type === "image" && stringOf(url) !== "" ? [{ kind: "image", url: stringOf(url) }] : [];
    }),
    problem: problemOf(status),
  };
}

function problemOf(status: unknown): string | null {
  if (status === "failed") return "The upstream could not run this program; it gives no reason.";
  return status === "incomplete" || status === "in_progress" || status === "interpreting"
    ? "The upstream's answer ended before this program did."
    : null;
}
