/** From bytes to chunks: decoding, HTML, cutting, filters. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Chunker } from "../../../src/runtime/ingest/chunker.ts";
import { decodeText } from "../../../src/runtime/ingest/decodeText.ts";
import { InvalidContent } from "../../../src/runtime/ingest/invalidContent.ts";
import { HtmlText } from "../../../src/runtime/ingest/htmlText.ts";
import { textFormatOf } from "../../../src/runtime/ingest/textFormat.ts";
import { loadTokenizer } from "../../../src/runtime/tokenizer.ts";
import { passes } from "../../../src/runtime/vectorStores/attributeFilter.ts";

const tokenizer = await loadTokenizer();

async function decoded(content: Buffer, step: number): Promise<string> {
  const pieces = async function* (): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < content.length; at += step) yield content.subarray(at, at + step);
  };
  let text = "";
  for await (const piece of decodeText(pieces())) text += piece;
  return text;
}

test("letters of several bytes survive wherever the bytes are cut", async () => {
  const text = "aé€🌱\n".repeat(2000);
  for (const step of [1, 3, 7, 4096, 100_000]) {
    assert.equal(await decoded(Buffer.from(text), step), text);
    assert.equal(await decoded(Buffer.from(`\ufeff${text}`, "utf16le"), step), text);
    assert.equal(await decoded(Buffer.from(`\ufeff${text}`, "utf16le").swap16(), step), text);
  }
});

test("what is no text is refused, also when it begins like text", async () => {
  for (const content of [
    Buffer.from([0xff]),
    Buffer.from([0xc3]),
    Buffer.concat([Buffer.from("x".repeat(9000)), Buffer.from([0x80])]),
    Buffer.concat([Buffer.from("x".repeat(9000)), Buffer.from([0])]),
    Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0]),
  ])
    await assert.rejects(() => decoded(content, 1000), InvalidContent);
});

test("HTML gives the same text wherever it is cut", () => {
  const page =
    "<!doctype html><html><head><title>T&amp;C</title><style>a{b:'</p>'}</style></head><body><!-- <p>not this</p> -->" +
    "<h1>A  heading</h1><p>one<br>two <em>emp</em>hasis, 3 < 4 &lt;tag&gt; &#x1F331;&unknown; &#0;</p>" +
    "<script>if (a</b/) document.write('<p>nor this</p>')</script><SVG><text>no</text></SVG><ul><li>x<li>y</ul></body>";
  const whole = new HtmlText();
  const expected = words(whole.write(page) + whole.end());
  assert.deepEqual(expected, "T&C # A heading one two emphasis, 3 < 4 <tag> 🌱&unknown; x y".split(" "));
  for (const step of [1, 2, 5, 17, 64]) {
    const html = new HtmlText();
    let text = "";
    for (let at = 0; at < page.length; at += step) text += html.write(page.slice(at, at + step));
    assert.deepEqual(words(text + html.end()), expected, `cut every ${step}`);
  }
});

test("broken and hostile HTML is read in one go, whatever it is", () => {
  const unclosed = "<p>before<script>never closed ".padEnd(200_000, "<");
  for (const page of [
    "<".repeat(300_000),
    "<p ".repeat(100_000),
    `${"<div>".repeat(100_000)}deep`,
    unclosed,
    "a &".repeat(50_000),
    " ".repeat(300_000),
  ]) {
    const html = new HtmlText();
    const text = html.write(page) + html.end();
    assert.ok(text.length <= page.length);
  }
  const html = new HtmlText();
  assert.equal((html.write(unclosed) + html.end()).trim(), "before");
});

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}

function chunked(text: string, max: number, overlap: number): { text: string; repeated: number }[] {
  const chunker = new Chunker(tokenizer, { max, overlap });
  return [...chunker.write(text), ...chunker.end()];
}

test("chunks are as long as may be, overlap as they should, and are the whole text", () => {
  const text = Array.from({ length: 900 }, (_, at) => `Sentence ${at} of the 🌱 story, übrigens.`).join("\n");
  for (const [max, overlap] of [
    [100, 0],
    [100, 50],
    [800, 400],
    [4096, 1],
  ] as const) {
    const chunks = chunked(text, max, overlap);
    assert.equal(chunks.map((chunk) => chunk.text.slice(chunk.repeated)).join(""), text);
    for (const [at, chunk] of chunks.entries()) {
      const tokens = tokenizer.count(chunk.text);
      // Counted anew, a chunk may be a token more or less: it begins and ends inside of the text.
      assert.ok(tokens <= max + 2, `${tokens} tokens`);
      if (at < chunks.length - 1) assert.ok(tokens >= max - 8, `only ${tokens} tokens`);
      const before = chunks[at - 1];
      if (before === undefined) continue;
      const repeated = chunk.text.slice(0, chunk.repeated);
      assert.ok(before.text.endsWith(repeated));
      assert.ok(tokenizer.count(repeated) <= overlap + 2 && (overlap < 10 || tokenizer.count(repeated) > overlap - 8));
    }
  }
});

test("a text that fits is one chunk; none is none; letters are not cut in two", () => {
  assert.deepEqual(
    chunked("short", 100, 50).map(({ text, repeated }) => ({ text, repeated })),
    [{ text: "short", repeated: 0 }],
  );
  assert.deepEqual(chunked("", 100, 50), []);
  const family = "👩‍👩‍👧‍👦".repeat(200);
  const chunks = chunked(family, 100, 0);
  assert.ok(chunks.length > 1);
  for (const chunk of chunks) assert.ok(chunk.text.isWellFormed());
  assert.equal(chunks.map((chunk) => chunk.text).join(""), family);
});

test("formats go by the last extension, in any case", () => {
  assert.deepEqual(textFormatOf("A.B.MD"), { kind: "markdown" });
  assert.deepEqual(textFormatOf("x.HTML"), { kind: "html" });
  for (const name of ["a", "a.pdf.doc", "", ".", "a.", "a.csv", "md"])
    assert.equal(textFormatOf(name).kind, "unreadable", name);
});

test("filters on attributes that are missing, inherited, or of another type", () => {
  const eq = { type: "eq", key: "a", value: 1 } as const;
  for (const nothing of [null, undefined, {}]) {
    assert.equal(passes(eq, nothing), false);
    assert.equal(passes({ type: "ne", key: "a", value: 1 }, nothing), true);
    assert.equal(passes({ type: "nin", key: "a", value: [1] }, nothing), true);
    assert.equal(passes({ type: "lt", key: "a", value: 1 }, nothing), false);
  }
  assert.equal(passes({ type: "ne", key: "constructor", value: "x" }, {}), true);
  assert.equal(passes({ type: "gte", key: "a", value: "b" }, { a: "b" }), true);
  assert.equal(passes({ type: "gt", key: "a", value: "b" }, { a: 3 }), false);
  assert.equal(passes({ type: "lt", key: "a", value: 3 }, { a: "2" }), false);
  assert.equal(passes({ type: "and", filters: [] }, {}), true);
  assert.equal(passes({ type: "or", filters: [] }, {}), false);
});
