import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { zipSync } from "fflate";
import { FileReader } from "../../../src/runtime/ingest/fileReader.ts";
import { ingestFile, type IngestOutcome } from "../../../src/runtime/ingest/ingestFile.ts";
import type { Chunk } from "../../../src/runtime/store/chunkStore.ts";
import { docx, pdf, pptx } from "../../wire/documentFixtures.ts";

const folder = mkdtempSync(join(tmpdir(), "documents-"));
after(() => rmSync(folder, { recursive: true, force: true }));

async function read(filename: string, content: Uint8Array): Promise<{ outcome: IngestOutcome; chunks: Chunk[] }> {
  const path = join(folder, "content");
  writeFileSync(path, content);
  const chunks: Chunk[] = [];
  const outcome = await ingestFile({ path, filename, bytes: content.length }, undefined, (some) => {
    chunks.push(...some);
    return Promise.resolve(true);
  });
  return { outcome, chunks };
}

function failure({ outcome }: { outcome: IngestOutcome }): string {
  return outcome.kind === "failed" ? `${outcome.error.code}: ${outcome.error.message}` : outcome.kind;
}

const long = (word: string): string =>
  Array.from({ length: 45 }, (_, at) => `${word} line ${at} of the page.`).join("\n");

test("a PDF: text by pages; a chunk knows its own", async () => {
  const { outcome, chunks } = await read("a.PDF", pdf([long("Alpha"), long("Beta"), "", long("Gamma")]));
  assert.equal(outcome.kind, "read");
  const text = chunks.map((chunk) => chunk.text.slice(chunk.repeated)).join("");
  assert.match(text, /Alpha line 44 of the page\.\s+Beta line 0/);
  for (const { text: own, place } of chunks) {
    assert.equal(place.lines, null);
    const pages = [
      own.includes("Alpha") ? [1] : [],
      own.includes("Beta") ? [2] : [],
      own.includes("Gamma") ? [4] : [],
    ].flat();
    assert.deepEqual(place.pages, [pages[0], pages.at(-1)]);
  }
});

test("a Word document: paragraphs and headings", async () => {
  const { outcome, chunks } = await read(
    "a.docx",
    docx(["# Tulips", "Plant them in October &amp; wait.", "# Roses", "Cut them in March."]),
  );
  assert.equal(outcome.kind, "read");
  assert.equal(
    chunks
      .map((chunk) => chunk.text)
      .join("")
      .trim()
      .replace(/\n+/g, "\n"),
    "# Tulips\nPlant them in October & wait.\n# Roses\nCut them in March.",
  );
  assert.deepEqual([chunks[0]?.place.heading, chunks[0]?.place.pages], ["Tulips", null]);
});

test("a presentation: slides in the order in which they are shown, titles, notes", async () => {
  const { outcome, chunks } = await read(
    "a.pptx",
    pptx([
      { title: "Start", text: "Welcome", notes: "Smile." },
      { title: "End", text: "Bye" },
    ]),
  );
  assert.equal(outcome.kind, "read");
  assert.equal(chunks.map((chunk) => chunk.text).join(""), "# Start\nWelcome\n\nNotes:\nSmile.\n\n# End\nBye\n\n");
  assert.deepEqual([chunks[0]?.place.heading, chunks[0]?.place.pages], ["Start", [1, 2]]);
});

test("HTML: headings, whatever stands in their tags", async () => {
  const { chunks } = await read("a.html", Buffer.from("<h1 class=x>\n  Big <b>news</b></h1><p>One</p><h3></h3><p>Two"));
  assert.equal(chunks[0]?.text.trim(), "# Big news\nOne\n###\nTwo");
  assert.equal(chunks[0]?.place.heading, "Big news");
});

test("what cannot be read fails with its reason", async () => {
  const bomb = docx([], { "word/media.xml": " ".repeat(40 * 1024 * 1024) });
  for (const [name, content, expected] of [
    ["a.pdf", pdf(["secret"], true), /^invalid_file: The PDF is encrypted/],
    ["a.pdf", Buffer.from("not a pdf at all"), /^invalid_file: The file is no PDF/],
    ["a.pdf", pdf(["", ""]), /^invalid_file: There is no text in the PDF: its pages may be pictures/],
    ["a.docx", Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1]), /^invalid_file: The Word document is encrypted/],
    ["a.docx", Buffer.from("hello"), /^invalid_file: The file is no Word document/],
    ["a.docx", docx(["x"]).subarray(0, 300), /^invalid_file: .*(?:damaged|parts of one are missing)/],
    ["a.docx", pptx([{ title: "x", text: "y" }]), /^invalid_file: The file is no Word document: parts/],
    ["a.docx", docx([]), /^invalid_file: There is no text in the file/],
    ["a.pptx", docx(["x"]), /^invalid_file: The file is no presentation/],
    [
      "a.pptx",
      Buffer.from(zipSync({ "ppt/slides/slide1.xml": Buffer.from("<p:sld><a:t>") })),
      /^invalid_file: The presentation cannot be read/,
    ],
    ["a.docx", bomb, /^invalid_file: The Word document holds far more than its size says/],
    [
      "a.txt",
      Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 1, 2, 0, 0, 0xff]),
      /^invalid_file: The file (?:is not text|holds zero bytes)/,
    ],
    ["a.txt", Buffer.from(" \n\t "), /^invalid_file: There is no text in the file/],
    ["a.txt", Buffer.alloc(0), /^invalid_file: The file is empty/],
    ["a.doc", Buffer.from("x"), /^unsupported_file: The old binary format \.doc/],
    ["a.xlsx", Buffer.from("x"), /^unsupported_file: Files with extension \.xlsx .*\.pdf/],
  ] as const)
    assert.match(failure(await read(name, content)), expected, name);
});

test("a thread that dies takes its file with it; the next file gets another thread", async () => {
  // Stands in for a parser that kills its thread: by its memory, by an exit.
  const program = `import { parentPort } from "node:worker_threads";
    parentPort.on("message", ({ source }) => {
      if (source.filename === "exit") process.exit(3);
      if (source.filename === "greedy") for (const hoard = []; ; ) hoard.push(new Array(1e6).fill(hoard.length));
      if (source.filename === "throw") throw new Error("a broken parser");
      parentPort.postMessage({ kind: "ended", outcome: { kind: "read", bytes: 1 } });
    });`;
  const reader = new FileReader(new URL(`data:text/javascript,${encodeURIComponent(program)}`), 64);
  const source = (filename: string): { path: string; filename: string; bytes: number } => ({
    path: "",
    filename,
    bytes: 1,
  });
  for (const [filename, reason] of [
    ["exit", /could not be read: the thread that read it ended/],
    ["throw", /could not be read: a broken parser/],
    ["greedy", /could not be read: it needs more than 64 MB of memory/],
  ] as const) {
    assert.match(failure({ outcome: await reader.read(source(filename), undefined, () => true) }), reason);
    assert.equal((await reader.read(source("fine"), undefined, () => true)).kind, "read");
  }
  await reader.stop();
});
