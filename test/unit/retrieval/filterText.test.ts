import assert from "node:assert/strict";
import { test } from "node:test";

import type { AttributeFilter } from "../../../src/core/retrieval/retrieval.ts";
import { parseFilter, printFilter, withCondition } from "../../../webview/inspector/filterText.ts";
import { Random } from "../core/random.ts";

function read(text: string): AttributeFilter {
  const parsed = parseFilter(text);
  assert.equal(parsed.kind, "filter", `${text}: ${JSON.stringify(parsed)}`);
  return parsed.kind === "filter" ? parsed.filter : assert.fail();
}

function refusal(text: string): readonly [string, number | null] {
  const parsed = parseFilter(text);
  assert.equal(parsed.kind, "wrong", `${text}: ${JSON.stringify(parsed)}`);
  return parsed.kind === "wrong" ? [parsed.reason, parsed.at] : assert.fail();
}

test("every comparison of the wire has its form", () => {
  const forms: readonly (readonly [string, AttributeFilter])[] = [
    ["product = widgets", { type: "eq", key: "product", value: "widgets" }],
    ['product == "on sale"', { type: "eq", key: "product", value: "on sale" }],
    ["product eq 'it''s'".replace("''", "\\'"), { type: "eq", key: "product", value: "it's" }],
    ["draft != true", { type: "ne", key: "draft", value: true }],
    ["year>2024", { type: "gt", key: "year", value: 2024 }],
    ["year >= -1.5e3", { type: "gte", key: "year", value: -1500 }],
    ["name < m", { type: "lt", key: "name", value: "m" }],
    ["name lte m", { type: "lte", key: "name", value: "m" }],
    ['lang in [en, "no", 7]', { type: "in", key: "lang", value: ["en", "no", 7] }],
    ["lang not in (en)", { type: "nin", key: "lang", value: ["en"] }],
    ["lang nin []", { type: "nin", key: "lang", value: [] }],
    ['"a key" = "true"', { type: "eq", key: "a key", value: "true" }],
    ["größe.cm = 12", { type: "eq", key: "größe.cm", value: 12 }],
  ];
  for (const [text, filter] of forms) assert.deepEqual(read(text), filter, text);
});

test("and binds stronger than or; brackets say otherwise; case does not matter", () => {
  const [a, b, c] = ["a", "b", "c"].map((key) => ({ type: "eq", key, value: 1 }) as const);
  assert.deepEqual(read("a = 1 or b = 1 and c = 1"), {
    type: "or",
    filters: [a, { type: "and", filters: [b, c] }],
  });
  assert.deepEqual(read("(a = 1 OR b = 1) AND c = 1"), {
    type: "and",
    filters: [{ type: "or", filters: [a, b] }, c],
  });
  assert.deepEqual(read("a = 1 and b = 1 and c = 1"), { type: "and", filters: [a, b, c] });
});

test("JSON of the wire is taken as it is", () => {
  const filter = {
    type: "and",
    filters: [
      { type: "in", key: "lang", value: ["en", 1] },
      { type: "or", filters: [{ type: "ne", key: "draft", value: true }] },
    ],
  };
  assert.deepEqual(read(JSON.stringify(filter)), filter);
  assert.deepEqual(parseFilter("  \n"), { kind: "none" });
});

test("what is wrong is told in words, at its place", () => {
  const wrong: readonly (readonly [string, RegExp, number | null])[] = [
    ["product", /Expected a comparison after “product”/, 7],
    ["product =", /Expected a value after “product =”/, 9],
    ["= widgets", /Expected an attribute's name/, 0],
    ["a = 1 b = 2", /Expected “and” or “or” before “b”/, 6],
    ["a = 1 and", /Expected an attribute's name/, 9],
    ["(a = 1", /“\(” is not closed/, 0],
    ["a = 1)", /closes nothing/, 5],
    ["a > true", /no order/, 4],
    ["a in b", /Expected a list/, 5],
    ["a in [b, true]", /not true or false/, 9],
    ["a in [b c]", /Expected “,” or “\]”/, 8],
    ["a in [b", /not closed with “\]”/, 5],
    ["a not b", /“in” after “not”/, 6],
    ['a = "b', /no closing "/, 4],
    ["a ! b", /“!” is not expected/, 2],
    [`${"(".repeat(40)}a = 1${")".repeat(40)}`, /more than 32 deep/, 32],
    ["{", /Not valid JSON/, null],
    ['{"type":"eq","value":1}', /needs the attribute's name as "key"/, null],
    ['{"type":"like","key":"a","value":1}', /must be one of eq, ne, /, null],
    ['{"type":"and"}', /needs a list "filters"/, null],
    ['{"type":"or","filters":[1]}', /filters\[0\] of the filter must be an object/, null],
    ['{"type":"gt","key":"a","value":true}', /must be a text or a number/, null],
    ['{"type":"in","key":"a","value":[true]}', /list of texts and numbers/, null],
    ['{"type":"eq","key":"a","value":null}', /a number, true or false/, null],
  ];
  for (const [text, reason, at] of wrong) {
    const [words, place] = refusal(text);
    assert.match(words, reason, text);
    assert.equal(place, at, text);
  }
});

test("a printed filter reads back with the same meaning, whatever is in it", () => {
  const random = new Random(7);
  const values = [
    "widgets",
    "on sale",
    'q"uo\\te',
    "true",
    "12",
    "and",
    "",
    "{}",
    "größe",
    "a,b",
    3,
    -0.5,
    1e21,
    true,
    false,
  ];
  const make = (depth: number): AttributeFilter => {
    const key = random.pick(["product", "a key", "in", "or", "x=y", "größe"]);
    const kind = random.below(depth > 3 ? 3 : 5);
    if (kind >= 3) {
      const filters = Array.from({ length: random.below(4) }, () => make(depth + 1));
      return { type: kind === 3 ? "and" : "or", filters };
    }
    const value = random.pick(values);
    if (kind === 0) return { type: random.pick(["eq", "ne"]), key, value };
    const ordered = typeof value === "boolean" ? 1 : value;
    if (kind === 1) return { type: random.pick(["gt", "gte", "lt", "lte"]), key, value: ordered };
    return { type: random.pick(["in", "nin"]), key, value: [ordered, "b"] };
  };
  for (let round = 0; round < 3000; round += 1) {
    const filter = make(0);
    assert.deepEqual(flat(read(printFilter(filter))), flat(filter), printFilter(filter));
  }
});

/** A list of one condition is that condition. */
function flat(filter: AttributeFilter): AttributeFilter {
  if (!("filters" in filter)) return filter;
  const filters = filter.filters.map(flat);
  return filters.length === 1 && filters[0] !== undefined ? filters[0] : { type: filter.type, filters };
}

test("a condition is added once, and binds the whole of what was there", () => {
  assert.equal(withCondition("", "lang", "en"), "lang = en");
  assert.equal(withCondition("a = 1 or b = 2", "lang", "en"), "(a = 1 or b = 2) and lang = en");
  assert.equal(withCondition("a = 1 and lang = en", "lang", "en"), "a = 1 and lang = en");
  assert.equal(withCondition('{"type":"eq","key":"a","value":1}', "year", 2024), "a = 1 and year = 2024");
  assert.equal(withCondition("a =", "lang", "en"), "a = and lang = en");
});
