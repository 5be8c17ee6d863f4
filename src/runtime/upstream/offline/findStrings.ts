import { asExact, escapeRegExp, firstOf, matches, type Found } from "./found.ts";
import { dates, ofFormat } from "./formats.ts";
import { examplesOf, likeExamples } from "./shape.ts";
import { sameWord, stem, wordsOf } from "./words.ts";
import type { JsonSchema } from "./jsonSchema.ts";

/** A thing with a name in the text: `"Blue Mug"`, or words in capitals that do not merely begin a sentence. */
const capitalWords = String.raw`\p{Lu}[\p{L}\p{N}'’.-]*(?:\s+(?:de|la|of|the|del|van|von)?\s?\p{Lu}[\p{L}\p{N}'’-]*)*`;

/** What in the text can be the string that a parameter asks for. `free`: whether the user's own sentence may serve. */
export function findStrings(text: string, name: string, schema: JsonSchema, free: boolean): Found[] {
  const words = wordsOf(name);
  const examples = examplesOf(schema);
  if (schema.pattern !== undefined) return fitting(byPattern(text, schema.pattern), schema);
  const formatted = schema.format === undefined ? undefined : ofFormat(text, schema.format);
  if (formatted !== undefined)
    return ["email", "uri", "url", "uuid", "ipv4"].includes(schema.format ?? "") ? formatted.map(asExact) : formatted;
  const has = (...some: string[]): boolean => words.some((word) => some.includes(word));
  const found = firstOf(
    () => likeExamples(text, examples),
    () => (has("email", "mail") ? (ofFormat(text, "email") ?? []) : []),
    () => (has("url", "uri", "link", "website") ? (ofFormat(text, "uri") ?? []) : []),
    () => (has("date", "day", "deadline") ? dates(text) : []),
    () => labelled(text, words),
    // An id whose build nobody described: a word with a digit in it.
    () =>
      has("id", "ids", "number", "code", "sku", "reference", "ref", "key") && !examples.some((one) => /\d/.test(one))
        ? identifiers(text)
        : [],
    () =>
      examples.some((one) => /\d/.test(one)) || has("date", "email", "url", "uri") ? [] : named(text, words, examples),
    () => ownWords(text, words, free),
  );
  return fitting(found, schema);
}

function fitting(found: Found[], schema: JsonSchema): Found[] {
  const { minLength = 0, maxLength = Infinity } = schema;
  return found.filter(
    ({ value }) => typeof value !== "string" || (value.length >= minLength && value.length <= maxLength),
  );
}

/** Stretches of up to four words that the pattern accepts whole, the longest at each place. */
function byPattern(text: string, source: string): Found[] {
  let pattern;
  try {
    pattern = new RegExp(`^(?:${source.replace(/^\^/, "").replace(/(?<!\\)\$$/, "")})$`, "u");
  } catch {
    // Not a pattern in this dialect: it says nothing.
    return [];
  }
  const tokens = [...text.matchAll(/\S+/g)].map((match) => {
    const lead = /^["'`“(<[]*/.exec(match[0])?.[0].length ?? 0;
    const core = match[0].slice(lead).replace(/["'`”)>\].,;:!?]+$/, "");
    return { start: match.index + lead, end: match.index + lead + core.length };
  });
  const found: Found[] = [];
  for (let at = 0; at < tokens.length; at++) {
    for (let last = Math.min(at + 3, tokens.length - 1); last >= at; last--) {
      const [start, end] = [tokens[at]?.start ?? 0, tokens[last]?.end ?? 0];
      const value = text.slice(start, end);
      if (value === "" || value.length > 200 || !pattern.test(value)) continue;
      found.push({ value, start, end, sure: true });
      at = last;
      break;
    }
  }
  // A pattern that accepts any word has found nothing.
  if (found.length > 1 && pattern.test("the") && pattern.test("of")) return [];
  // One that accepts words, numbers or days finds them in any sentence.
  const telling = !["the", "order", "covid19", "7", "42", "2026", "2026-07-01"].some((common) => pattern.test(common));
  return telling
    ? found.map((one) => (/\p{N}/u.test(String(one.value)) && hasTwoKinds(one) ? asExact(one) : one))
    : found;
}

/** Digits and something else: neither a number nor a word. */
function hasTwoKinds({ value }: Found): boolean {
  return /[^\p{N}.,\s]/u.test(String(value));
}

/** "priority: high", "the order number is 17", `name = "x"`. */
function labelled(text: string, words: readonly string[]): Found[] {
  const label = words.map(escapeRegExp).join("[\\s_-]+");
  const sign = `(?:\\s*[:=]\\s*|\\s+(?:is|are|named|called|titled)\\s+|\\s+(?=["'“‘]))`;
  return firstOf(
    () => matches(text, new RegExp(`\\b${label}${sign}["'“‘\`]([^"'”’\`]+)["'”’\`]`, "giu"), true),
    () =>
      matches(
        text,
        new RegExp(
          `\\b${label}\\s*[:=]\\s*([^\\s,;]+(?:\\s+(?!and\\b)[^\\s,;:]+(?!\\s*[:=]))*?)(?=\\s*[,;.!?]?\\s*(?:$|\\n|,|;|\\.\\s|\\band\\b))`,
          "giu",
        ),
        true,
      ),
    () => matches(text, new RegExp(`\\b${label}\\s+(?:is|are|named|called|titled)\\s+([^\\s,;.!?]+)`, "giu"), true),
  );
}

function identifiers(text: string): Found[] {
  const times = ofFormat(text, "date")?.map((day) => [day.start, day.end] as const) ?? [];
  return matches(
    text,
    /(?<![\p{L}\p{N}.@-])#?([\p{L}\p{N}]*\p{N}[\p{L}\p{N}]*(?:[-_/][\p{L}\p{N}]+)*|\p{Lu}+(?:[-_/]\p{N}+)+)(?![\p{L}\p{N}@])/gu,
    true,
  ).filter(
    (found) =>
      !times.some(([start, end]) => found.start >= start && found.end <= end) && !/^\d{1,2}$/.test(String(found.value)),
  );
}

/** Which little words stand before what a parameter names; the later ones only if the earlier ones are not there. */
const prepositions: readonly { readonly words: readonly string[]; readonly before: readonly string[] }[] = [
  { words: ["from", "origin", "source", "departure", "sender"], before: ["from"] },
  { words: ["to", "destination", "target", "arrival", "recipient", "into"], before: ["to|into"] },
  {
    words: ["location", "city", "place", "country", "region", "area", "town", "address", "venue", "state"],
    before: ["in|at|near|around", "for|to", "of"],
  },
];

/** Quoted text, or names in capitals: after the preposition that fits the parameter, else anywhere but at a sentence's start. */
function named(text: string, words: readonly string[], examples: readonly string[]): Found[] {
  const before = prepositions.find((one) => one.words.some((word) => words.includes(word)))?.before;
  const quoted = (): Found[] => matches(text, /["“`]([^"”`]+)["”`]|(?<![\p{L}])['‘]([^'’]+)['’](?![\p{L}])/gu, false);
  const list = `(?:${capitalWords})(?:(?:\\s*,\\s*|,?\\s+(?:and|or|&)\\s+)(?:${capitalWords}))*`;
  if (before !== undefined) {
    const after = (some: string): Found[] =>
      matches(text, new RegExp(`\\b(?:${some})\\s+(${list})`, "gu"), false).flatMap((found) =>
        members(found, examples),
      );
    return firstOf(...before.map((some) => () => after(some)), quoted);
  }
  if (isProse(words)) return quoted();
  return firstOf(quoted, () =>
    matches(text, new RegExp(`(?<=[\\p{L}\\p{N},]\\s)(${list})`, "gu"), false)
      .flatMap((found) => members(found, examples))
      .filter((found) => !/^I\b|'/.test(String(found.value))),
  );
}

/** The members of "Oslo, Bergen and Rome". A comma alone may be inside one name ("Oslo, Norway"). */
function members(found: Found, examples: readonly string[]): Found[] {
  const text = String(found.value);
  const joined = /\s(?:and|or|&)\s/.test(text);
  if (!joined && !text.includes(",")) return [found];
  if (!joined)
    return examples.some((one) => one.includes(",")) ? [found] : [{ ...found, value: text.split(",")[0] ?? text }];
  const separator = /\s*,?\s+(?:and|or|&)\s+|\s*,\s*/gu;
  let from = 0;
  return text.split(separator).map((member) => {
    const at = text.indexOf(member, from);
    from = at + member.length;
    return { ...found, value: member, start: found.start + at, end: found.start + from };
  });
}

const proseWords = [
  "query",
  "question",
  "message",
  "text",
  "description",
  "reason",
  "subject",
  "body",
  "title",
  "content",
  "note",
  "notes",
  "comment",
  "summary",
  "details",
  "prompt",
  "search",
  "topic",
  "issue",
  "problem",
  "keywords",
  "keyword",
  "term",
];

function isProse(words: readonly string[]): boolean {
  return words.some((word) => proseWords.some((prose) => sameWord(stem(word), stem(prose))));
}

/** For a parameter that wants the user's own words: what follows "because" or "about"; or, with `free`, all of it. */
function ownWords(text: string, words: readonly string[], free: boolean): Found[] {
  if (!isProse(words)) return [];
  const whole = text.trim();
  const reason = words.includes("reason");
  const lead = reason ? "because|due to|since|reason is" : "about|regarding|saying|titled|called|concerning";
  return firstOf(
    () => matches(text, new RegExp(`\\b(?:${lead})\\s+(.+?)\\s*[.!?]?\\s*$`, "gisu"), true),
    () => (!free || reason || whole === "" ? [] : [{ value: whole, start: 0, end: text.length, sure: false }]),
  );
}
