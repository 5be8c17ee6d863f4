import assert from "node:assert/strict";
import { test } from "node:test";
import { closesFence, limitNesting, mayCloseFence, splitBlocks } from "../../../webview/markdown/blocks.ts";
import type { CitationView } from "../../../src/protocol/panelState.ts";
import { withoutPendingMarks } from "../../../webview/markdown/pendingMarks.ts";
import { createMarkdown } from "../../../webview/markdown/parser.ts";
import { hostile } from "../../ui/page/hostile.ts";

const markdown = createMarkdown();
const render = (text: string, citations: readonly CitationView[] = []): string =>
  markdown.render(text, { citations, highlight: true });

test("finished blocks are those before the last, once the last has a whole line", () => {
  const finished = (text: string): string => text.slice(0, splitBlocks(markdown, text).finished);
  assert.equal(finished("one\n\ntwo"), "");
  assert.equal(finished("one\n\ntwo\n"), "one\n\n");
  assert.equal(finished("para\n#"), "");
  assert.equal(finished("para\n# head\n"), "para\n");
  assert.equal(finished("- a\n\n  still a\n"), "");
});

test("whatever way a text is cut, the finished part and the rest render as the whole", () => {
  const text =
    "# T\n\npara\n#tag joins\n\n- a\n- b\n\n  c\n\n```js\nx\n\n```\n\n| a | b |\n|--|:-:|\n| 1 | 2 |\n\n> q\nlazy\n\nend\n===\n";
  for (let length = 1; length <= text.length; length++) {
    const { finished } = splitBlocks(markdown, text.slice(0, length));
    assert.equal(render(text.slice(0, finished)) + render(text.slice(finished)), render(text), `cut at ${length}`);
  }
});

test("an open fence is found, and only its own mark closes it", () => {
  const { openFence } = splitBlocks(markdown, "text\n\n````ts\ncode\n```\n");
  assert.deepEqual(openFence && [openFence.marker, openFence.length, openFence.info], ["`", 4, "ts"]);
  assert.ok(openFence);
  assert.deepEqual(
    ["```\n", "````\n", "  `````  \n", "~~~~\n", "```` x\n"].map((line) => closesFence(openFence, line)),
    [false, true, true, false, false],
  );
  assert.deepEqual(["", "``", "   `", "a", "`a"].map(mayCloseFence), [true, true, true, false, false]);
  assert.equal(splitBlocks(markdown, "```\ncode\n```\n").openFence, null);
});

test("no tag, link or style of the model's comes through", () => {
  const html = render(hostile);
  assert.doesNotMatch(html, /<(script|img|iframe|svg|style|b)\b/);
  assert.doesNotMatch(html, /\s(href|src|style|on\w+)="/);
  assert.doesNotMatch(html, /data-href="(?!https?:|mailto:)/);
  assert.match(html, /The end of it/);
});

test("columns are aligned with classes, citations become chips", () => {
  assert.match(render("| a |\n|--:|\n| 1 |"), /<td class="align-right">1<\/td>/);
  assert.equal(
    render("Yes【1†a.md】.", [{ marker: "【1†a.md】", label: "a<.md:3", kind: "source" }]),
    '<p>Yes<a class="citation" role="link" tabindex="0" data-citation="0" title="Open the source: a&lt;.md:3" aria-label="Source a&lt;.md:3">a&lt;.md:3</a>.</p>\n',
  );
});

test("hundreds of nested marks keep their length and lose their depth, in linear time", () => {
  for (const text of [
    "* ".repeat(5000),
    "> > ".repeat(20_000),
    `${" -".repeat(39)}${" ".repeat(50_000)}`,
    "*".repeat(50_000),
  ]) {
    assert.equal(limitNesting(text).length, text.length);
  }
  assert.match(render(`${"* ".repeat(300)}x\n\nafter`), /after/);
});

test("a link to a file that the run has made can be followed; other paths of its kind cannot", () => {
  const made: CitationView = { marker: "sandbox:/mnt/data/my report.csv", label: "my report.csv", kind: "file" };
  const html = render("[csv](<sandbox:/mnt/data/my report.csv>) and [other](sandbox:/mnt/data/b.csv)", [made]);
  assert.match(html, /<a class="link" role="link" tabindex="0" data-citation="0" title="Open my report.csv">csv<\/a>/);
  assert.match(html, /<span class="link-inert" title="sandbox:\/mnt\/data\/b.csv">other<\/span>/);
  assert.match(render(`See ${made.marker}.`, [made]), /aria-label="File my report.csv">my report.csv<\/a>\./);
});

test("marks that nothing is known about yet are not drawn while the text grows", () => {
  const known: CitationView = { marker: "【4:0†a.md】", label: "a.md", kind: "source" };
  const text = "Five days【4:0†a.md】, or ten【4:1†b.md】 【注】.";
  assert.equal(withoutPendingMarks(text, [known]), "Five days【4:0†a.md】, or ten 【注】.");
  for (let length = 1; length <= text.length; length += 1) {
    const shown = withoutPendingMarks(text.slice(0, length), []);
    assert.doesNotMatch(shown, /【[\d:]|†/, shown);
  }
  assert.equal(withoutPendingMarks("a【", []), "a");
  assert.equal(withoutPendingMarks("a【b", []), "a【b");
});
