/** What the types of the language do not know yet, and every browser that VS Code brings does. */
interface ExactJson {
  parse(
    text: string,
    reviver: (key: string, value: unknown, context?: { readonly source?: string }) => unknown,
  ): unknown;
  rawJSON?(text: string): object;
  isRawJSON?(value: unknown): boolean;
}

const exact: ExactJson = JSON;

/**
 * Parses JSON for those who write it again: integers that no number holds exactly keep their digits in JSON.stringify.
 * @throws SyntaxError as JSON.parse does
 */
export function parseToWrite(text: string): unknown {
  return exact.parse(text, (_, value, context) => {
    const source = context?.source;
    if (typeof value !== "number" || Number.isSafeInteger(value) || source === undefined || !/^-?\d+$/.test(source))
      return value;
    return exact.rawJSON?.(source) ?? value;
  });
}

/** Whether a parsed value is a map or a list. */
export function hasParts(value: unknown): value is object {
  return typeof value === "object" && value !== null && exact.isRawJSON?.(value) !== true;
}
