import assert from "node:assert/strict";
import { test } from "node:test";

import { namesOf } from "../../../src/core/debug/callNames.ts";
import { withPart } from "../../../src/core/debug/expression/assign.ts";
import { evaluate } from "../../../src/core/debug/expression/evaluate.ts";
import { parseConsoleLine, parseExpression } from "../../../src/core/debug/expression/parse.ts";
import { ExpressionError } from "../../../src/core/debug/expression/syntax.ts";

const args = {
  order_id: "ORD-1",
  amount: 120,
  items: [{ sku: "A", qty: 2 }, { sku: "B" }],
  customer: { name: "Ada", vip: true },
  empty: "",
  nothing: null,
  output: "shadowed",
};
const names = namesOf({
  known: new Map<string, () => unknown>([
    ["args", () => args],
    ["output", () => ({ status: "shipped" })],
  ]),
  args,
  parameters: new Set(["order_id", "currency"]),
});
const value = (text: string): unknown => evaluate(parseExpression(text), names);

const results: readonly [string, unknown][] = [
  ['order_id == "ORD-1"', true],
  ["order_id === 'ORD-2'", false],
  ["amount > 100 and amount <= 120", true],
  ["amount > 100 && not customer.vip", false],
  ["not amount == 5", true],
  ["!customer.vip || amount != 120", false],
  ["args.items[0].sku", "A"],
  ["items[-1]['sku']", "B"],
  ["items[7].sku", null],
  ["customer.address.street", null],
  ["currency", null],
  ["currency > 3", false],
  ['"ORD" in order_id', true],
  ['"vip" in customer', true],
  ['order_id in ["ORD-1", "ORD-2"]', true],
  ['order_id not in ["ORD-1"]', false],
  ["output.status", "shipped"],
  ["args.output", "shadowed"],
  ["len(items) == 2 and len(order_id) == 5", true],
  ['starts_with(order_id, "ORD-")', true],
  ["lower(customer.name) + '!'", "ada!"],
  ["(1 + 2) * 3 - -1", 10],
  ["7 % 4 / 2", 1.5],
  ['{ status: "late", "days": [1, 2,], }', { status: "late", days: [1, 2] }],
  ['customer == { vip: true, name: "Ada" }', true],
  ["type(items)", "a list"],
  ["keys(customer)", ["name", "vip"]],
  ['json("[1]")[0]', 1],
  ['error("no such order")', { error: "no such order" }],
  ["empty or 'none'", "none"],
  ["nothing == null", true],
  ['"a\\u0041\\n"', "aA\n"],
  ["items.length", 2],
  ["customer.constructor", null],
  ["customer.__proto__", null],
];
for (const [text, wanted] of results)
  test(`expression: ${text}`, () => {
    assert.deepEqual(value(text), wanted);
  });

const wrong: readonly [string, RegExp][] = [
  ["", /no expression/],
  ["order_id ==", /stops in the middle/],
  ["ordr_id == 1", /Nothing here is called ordr_id. Is it order_id\?/],
  ["zebra", /Nothing here is called zebra. There is: args, output/],
  ['order_id = "x"', /= sets a value/],
  ["amount > '5'", /not a number with a text/],
  ["1 < 2 < 3", /One comparison at a time/],
  ['"open', /no closing "/],
  ["items[", /stops in the middle/],
  ["items[0", /A \] is missing/],
  ["process.exit()", /out of place/],
  ["eval('1')", /no function eval\(\)/],
  ["len()", /called as len/],
  ["1 / 0", /by zero/],
  ["amount ; 1", /“;” at character 8/],
  [`${"(".repeat(200)}1${")".repeat(200)}`, /nested too deep/],
  ["1 + ".repeat(10_000), /longer than/],
  ["customer.name.first", /no part called first/],
];
for (const [text, reason] of wrong)
  test(`not an expression here: ${text.slice(0, 40)}`, () => {
    assert.throws(
      () => value(text),
      (error: unknown) => error instanceof ExpressionError && reason.test(error.message),
    );
  });

test("a line of the console may set a path", () => {
  const line = parseConsoleLine('output.items[1]["sku"] = "C"');
  assert.equal(line.kind, "assignment");
  if (line.kind !== "assignment") return;
  assert.equal(line.name, "output");
  const keys = line.keys.map((key) => evaluate(key, names));
  assert.deepEqual(keys, ["items", 1, "sku"]);
  assert.deepEqual(withPart({ items: [{ sku: "A" }], z: 1 }, keys, "C"), { items: [{ sku: "A" }, { sku: "C" }], z: 1 });
  assert.throws(() => parseConsoleLine("1 = 2"), /must be a path/);
  assert.throws(() => parseConsoleLine("a = b = c"), /= sets a value/);
});

test("a part is set in a copy; what does not fit is refused in words", () => {
  const before = { a: { b: 1 } };
  assert.deepEqual(withPart(before, ["a", "c"], 2), { a: { b: 1, c: 2 } });
  assert.deepEqual(before, { a: { b: 1 } });
  assert.deepEqual(withPart(null, ["x", "y"], 1), { x: { y: 1 } });
  assert.deepEqual(withPart([1, 2], [-1], 3), [1, 3]);
  assert.throws(() => withPart("text", ["a"], 1), /has no parts/);
  assert.throws(() => withPart([1], [5], 1), /no item 5/);
  const hostile = withPart({}, ["__proto__"], { polluted: true }) as object;
  assert.equal("polluted" in {}, false);
  assert.equal(Object.hasOwn(hostile, "__proto__"), true);
});
