import { distinct, escapeRegExp, firstOf, matches, type Found } from "./found.ts";
import { findStrings } from "./findStrings.ts";
import { typeOf, type JsonSchema } from "./jsonSchema.ts";
import { sameWord, stem, wordsOf } from "./words.ts";

/**
 * Everything in the text that can be the value of a parameter, in the order of the text. `free` lets a string parameter take the
 * user's own sentence. Objects and arrays are made of these elsewhere.
 */
export function findValues(text: string, name: string, schema: JsonSchema, free: boolean): Found[] {
  if (schema.const !== undefined) return [{ value: schema.const, start: 0, end: 0, sure: true }];
  if (Array.isArray(schema.enum)) return distinct(enumValues(text, schema.enum));
  switch (typeOf(schema)) {
    case "integer":
    case "number":
      return numbers(text, name, schema);
    case "boolean":
      return booleans(text, name);
    case "string":
      return distinct(findStrings(text, name, schema, free));
    default:
      return [];
  }
}

function enumValues(text: string, values: readonly unknown[]): Found[] {
  return values.flatMap((value) => {
    if (typeof value !== "string" && typeof value !== "number" && typeof value !== "boolean") return [];
    const words = String(value)
      .split(/[\s_-]+/)
      .map(escapeRegExp);
    const written = new RegExp(`(?<![\\p{L}\\p{N}])${words.join("[\\s_-]+")}(?![\\p{L}\\p{N}])`, "giu");
    const convert = (): unknown => value;
    return firstOf(
      () => matches(text, written, true, convert),
      () => {
        // "refunded" for `refund`: a form of the same word.
        const wanted = stem(String(value).toLowerCase());
        if (words.length > 1 || wanted.length < 4) return [];
        return matches(text, /\p{L}+/gu, true, (word) =>
          sameWord(stem(word.toLowerCase()), wanted) ? value : undefined,
        );
      },
    );
  });
}

const numberWords = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
const multiples: Readonly<Record<string, number>> = { k: 1e3, thousand: 1e3, million: 1e6, m: 1e6 };

/** Numbers that are not part of an id, a date or a time; the one nearest to a word of the parameter's name first. */
function numbers(text: string, name: string, schema: JsonSchema): Found[] {
  const integer = typeOf(schema) === "integer";
  const written = matches(
    text,
    /(?<![\p{L}\p{N}#.:/_-]|\p{N},)(-?\d{1,3}(?:,\d{3})+(?:\.\d+)?|-?\d+(?:\.\d+)?)(?![\p{N}:/_]|[-.]\p{N}|-\p{L}*\p{N})(?!(?![km]\b|kg|cm|mm|km|px|gb|mb|hours?|h\b|%)\p{L})/giu,
    true,
    (digits) => Number(digits.replaceAll(",", "")),
  ).map((found) => {
    const unit = /^\s?(k|thousand|million|m)\b/i.exec(text.slice(found.end))?.[1]?.toLowerCase();
    return unit === undefined || (unit === "m" && !/[$€£]\s?$/.test(text.slice(0, found.start)))
      ? found
      : { ...found, value: Number(found.value) * (multiples[unit] ?? 1) };
  });
  const spelled = matches(text, new RegExp(`\\b(${numberWords.slice(1).join("|")})\\b`, "gi"), true, (word) =>
    numberWords.indexOf(word.toLowerCase()),
  );
  const fits = ({ value }: Found): boolean => {
    const number = Number(value);
    return (
      (!integer || Number.isInteger(number)) &&
      number >= (schema.minimum ?? -Infinity) &&
      number <= (schema.maximum ?? Infinity) &&
      number > (schema.exclusiveMinimum ?? -Infinity) &&
      number < (schema.exclusiveMaximum ?? Infinity)
    );
  };
  const found = firstOf(
    () => written.filter(fits),
    () => spelled.filter((one) => fits(one) && nearness(text, one, name, schema) < 3),
  );
  return found.toSorted((a, b) => nearness(text, a, name, schema) - nearness(text, b, name, schema));
}

/** How many words lie between a number and a word of the parameter; large when there is none. Ahead of its word counts as nearest. */
function nearness(text: string, found: Found, name: string, schema: JsonSchema): number {
  const names = wordsOf(name).map(stem);
  const told = wordsOf(schema.description ?? "")
    .filter((word) => word.length > 3)
    .map(stem);
  const distance = (words: readonly string[], wanted: readonly string[], penalty: number): number => {
    const at = words.findIndex((word) => wanted.some((one) => sameWord(stem(word), one)));
    return at === -1 || at > 4 ? Infinity : at + penalty;
  };
  const after = wordsOf(text.slice(found.end));
  const before = wordsOf(text.slice(0, found.start)).toReversed();
  const best = Math.min(
    distance(after, names, 0),
    distance(before, names, 0.5),
    distance(after, told, 5),
    distance(before, told, 5.5),
  );
  return Number.isFinite(best) ? best : 20;
}

function booleans(text: string, name: string): Found[] {
  const stems = wordsOf(name)
    .filter((word) => !["is", "has", "include", "with", "use", "enable", "should", "only"].includes(word))
    .map(stem);
  const words = [...text.matchAll(/[\p{L}\p{N}']+/gu)];
  for (const [at, match] of words.entries()) {
    if (!stems.some((one) => sameWord(stem(match[0].toLowerCase()), one))) continue;
    const around = words.slice(Math.max(0, at - 3), at + 3).map((word) => word[0].toLowerCase());
    const no = around.some((word) =>
      ["no", "not", "without", "don't", "false", "never", "disable", "off"].includes(word),
    );
    return [{ value: !no, start: match.index, end: match.index + match[0].length, sure: true }];
  }
  return [];
}
