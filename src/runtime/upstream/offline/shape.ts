import { asExact, escapeRegExp, firstOf, matches, type Found } from "./found.ts";
import type { JsonSchema } from "./jsonSchema.ts";

/** Examples of a value: from `examples`, `example`, and from words like "(e.g., ORD-12345)" in the description. */
export function examplesOf(schema: JsonSchema): string[] {
  const listed = [
    ...(Array.isArray(schema.examples) ? schema.examples : []),
    ...(schema.example === undefined ? [] : [schema.example]),
  ];
  const description = schema.description ?? "";
  const told = [
    ...description.matchAll(
      /(?:\be\.?g\.?,?|\bfor (?:example|instance),?|\bsuch as|\blike|\bexamples?:)\s*:?\s*([^();]+)/gi,
    ),
  ].flatMap((match) => splitExamples(match[1] ?? ""));
  return [...listed.map(String), ...told].filter((text) => text !== "");
}

function splitExamples(text: string): string[] {
  const quoted = [...text.matchAll(/["'`“”‘’]([^"'`“”‘’]+)["'`“”‘’]/g)].map((match) => match[1] ?? "");
  if (quoted.length > 0) return quoted;
  return [
    text
      .replace(/[.,\s]+$/, "")
      .trim()
      .split(/\s+or\s+/)[0] ?? "",
  ];
}

/**
 * What in the text looks like the examples. `ORD-12345` stands for letters, a dash and digits: things with the same letters
 * are meant first, things of the same build otherwise.
 */
export function likeExamples(text: string, examples: readonly string[]): Found[] {
  const withDigits = examples.filter((example) => /\d/.test(example) && example.length <= 60);
  return firstOf(
    () =>
      withDigits.flatMap((example) => {
        const found = matches(text, bounded(shapePattern(example, true)), true);
        return /\p{L}/u.test(example) ? found.map(asExact) : found;
      }),
    () =>
      withDigits.flatMap((example) =>
        /[^\d\s.,]/.test(example)
          ? matches(text, bounded(shapePattern(example, false)), true).map((found) =>
              isOfTheKind(String(found.value), example) ? { ...found, distinctive: "alike" } : found,
            )
          : [],
      ),
    () => examples.flatMap((example) => capitals(text, example)),
    // "order 12345" for `ORD-12345`: as many digits, without the letters.
    () => withDigits.flatMap((example) => onlyDigits(text, example)),
  );
}

/**
 * Whether other letters than the example's are still a sign: `INV-2034` for `ORD-12345`, or a long mix. Not words with a number
 * (`top-10`, `GPT-4`, `covid19`), which have a similar build.
 */
function isOfTheKind(value: string, example: string): boolean {
  const digits = (text: string): number => text.replaceAll(/\P{N}/gu, "").length;
  const sameCase = !/\p{Ll}/u.test(value) || /\p{Ll}/u.test(example);
  const separated = /\p{L}[^\p{L}\p{N}\s]\p{N}|\p{N}[^\p{L}\p{N}\s]\p{L}/u.test(value);
  if (!sameCase || !/\p{L}/u.test(value) || digits(value) < Math.max(2, digits(example) / 2)) return false;
  return separated ? !/\p{Ll}/u.test(value) || digits(value) >= 3 : value.length >= 10 && digits(value) >= 5;
}

function onlyDigits(text: string, example: string): Found[] {
  const digits = /^\p{L}+[^\p{L}\p{N}]?(\p{N}{3,})$/u.exec(example)?.[1];
  return digits === undefined
    ? []
    : matches(
        text,
        new RegExp(`(?<![\\p{L}\\p{N}.,-])\\p{N}{${digits.length}}(?![\\p{L}\\p{N}-]|[.,]\\p{N})`, "gu"),
        true,
      );
}

/** Codes written in capitals, such as `USD`: capitals of the same length. */
function capitals(text: string, example: string): Found[] {
  return /^\p{Lu}{2,6}$/u.test(example) ? matches(text, bounded(`\\p{Lu}{${example.length}}`), true) : [];
}

function bounded(source: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${source}(?![\\p{L}\\p{N}])`, "gu");
}

/** A pattern from an example: runs of letters, of digits, and what separates them. */
function shapePattern(example: string, sameLetters: boolean): string {
  return [...example.matchAll(/(\p{L}+)|(\p{N}+)|(\s+)|([^\p{L}\p{N}\s])/gu)]
    .map(([run, letters, digits, space]) => {
      if (letters !== undefined)
        return sameLetters ? anyCase(letters) : `\\p{L}{${Math.max(1, run.length - 1)},${run.length + 1}}`;
      if (digits !== undefined) return `\\p{N}{1,${Math.max(run.length * 2, run.length + 3)}}`;
      return space !== undefined ? "\\s+" : escapeRegExp(run);
    })
    .join("");
}

function anyCase(letters: string): string {
  return Array.from(letters)
    .map((letter) =>
      letter.toLowerCase() === letter.toUpperCase() ? letter : `[${letter.toLowerCase()}${letter.toUpperCase()}]`,
    )
    .join("");
}
