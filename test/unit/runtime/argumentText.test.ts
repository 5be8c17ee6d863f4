import assert from "node:assert/strict";
import { test } from "node:test";
import { ArgumentText } from "../../../src/runtime/tools/argumentText.ts";

/** The argument, told in pieces of `size` characters. */
function told(raw: string, size: number): { live: string; all: string } {
  const argument = new ArgumentText("code");
  let live = "";
  for (let at = 0; at < raw.length; at += size) live += argument.add(raw.slice(at, at + size));
  const all = live + argument.end();
  assert.equal(argument.text, all);
  return { live, all };
}

const code = 'print("a\\n")\n# 😀 é 日本 \u0000 \\ "quoted" \t done\n';

test("a string argument comes out the same wherever the JSON is cut, and while it is written", () => {
  for (const raw of [
    JSON.stringify({ code }),
    JSON.stringify({ why: "code", nested: { code: "no", list: ["code"] }, code, after: "x" }, null, 2),
    `{"code" : "${escapeAll(code)}"}`,
  ]) {
    for (const size of [1, 2, 3, 5, 7, raw.length]) assert.deepEqual(told(raw, size), { live: code, all: code }, raw);
  }
});

function escapeAll(text: string): string {
  return Array.from({ length: text.length }, (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, "0")}`).join(
    "",
  );
}

test("bare code is code, also when it begins like JSON", () => {
  for (const raw of ["print(1)\nx = {'a': 1}", "{'a': 1}", "{x for x in y}", "[1, 2]", "# {", "{}x"])
    for (const size of [1, 4, 100]) assert.equal(told(raw, size).all, raw);
  assert.equal(told("print(1)", 3).live, "print(1)");
});

test("another name, no text, a bare string, and what is cut off", () => {
  assert.equal(told('{"source":"x = 1","n":2}', 4).all, "x = 1");
  assert.equal(told('{"code":7}', 4).all, "");
  assert.equal(told("{}", 1).all, "");
  assert.equal(told('"x = 1\\n"', 2).all, "x = 1\n");
  assert.equal(told('{"code":"x = 1\\nprint(', 3).all, "x = 1\nprint(");
  assert.equal(told("", 1).all, "");
});
