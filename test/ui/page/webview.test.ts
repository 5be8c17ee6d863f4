/** The chat panel's webview in a real browser, under the panel's content security policy, driven by a scripted host. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import type { HostMessage, PatchOp, RequestMessage, WebviewMessage } from "../../../src/protocol/messages.ts";
import type { CitationView, MessageView, PanelState } from "../../../src/protocol/panelState.ts";
import type { FakeHost } from "./fakeHost.ts";
import { hostile } from "./hostile.ts";
import * as scenes from "./scenes.ts";
import { buildPage, servePage, type PageServer } from "./server.ts";

let browser: Browser;
let server: PageServer;

before(async () => {
  await buildPage();
  server = await servePage();
  browser = await chromium.launch({
    executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
    args: ["--no-sandbox"],
  });
});

after(async () => {
  await browser?.close();
  await server?.[Symbol.asyncDispose]();
});

type HostWindow = Window & { host: FakeHost };

async function open(state: PanelState, before: (page: Page) => Promise<void> = async () => {}): Promise<Page> {
  const page = await browser.newPage({ viewport: { width: 1100, height: 800 } });
  page.setDefaultTimeout(10_000);
  await page.goto(server.url);
  await before(page);
  await init(page, state);
  return page;
}

async function init(page: Page, state: PanelState): Promise<void> {
  await until(page, (posted) => posted.type === "ready");
  await send(page, { type: "init", state });
  await page.waitForSelector(".panel");
}

function send(page: Page, message: HostMessage): Promise<void> {
  return page.evaluate((said) => (window as unknown as HostWindow).host.send(said), message);
}

function patch(page: Page, ...ops: PatchOp[]): Promise<void> {
  return send(page, { type: "patch", ops });
}

function posted(page: Page): Promise<readonly WebviewMessage[]> {
  return page.evaluate(() => (window as unknown as HostWindow).host.posted);
}

async function requests(page: Page, method: string): Promise<readonly RequestMessage[]> {
  const all = await posted(page);
  return all.filter((message): message is RequestMessage => message.type === "request" && message.method === method);
}

async function until(page: Page, holds: (message: WebviewMessage) => boolean): Promise<WebviewMessage> {
  for (let attempt = 0; attempt < 4000; attempt++) {
    const found = (await posted(page)).find(holds);
    if (found) {
      return found;
    }
    await page.waitForTimeout(25);
  }
  throw new Error("The webview did not post what was expected");
}

/** A place once the page has stopped moving: the same in ten frames, one after the other. */
async function atRest(page: Page, read: () => Promise<number>): Promise<number> {
  const frame = (): Promise<unknown> => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  for (let [last, same] = [await read(), 0]; ;) {
    await frame();
    const now = await read();
    same = now === last ? same + 1 : 0;
    if (same === 10) return now;
    last = now;
  }
}

function answer(page: Page, method: string, ok: boolean, value: unknown = null): Promise<void> {
  return page.evaluate(
    ([name, good, what]) => {
      (window as unknown as HostWindow).host.answers[name] = { ok: good, value: what };
    },
    [method, ok, value] as const,
  );
}

async function assertInert(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const { host } = window as unknown as HostWindow;
    return {
      violations: host.violations,
      owned: "owned" in window,
      faults: host.posted.filter((message) => message.type === "fault"),
    };
  });
  assert.deepEqual(seen, { violations: [], owned: false, faults: [] });
}

const growing: MessageView = {
  id: "la",
  role: "assistant",
  status: "in_progress",
  incompleteReason: null,
  createdAt: Date.now(),
  runId: "live",
  parts: [{ kind: "text", text: "", citations: [] }],
  files: [],
};

/** Streams a text in pieces of a size, one patch each, as the host does. */
async function stream(page: Page, text: string, size: number): Promise<void> {
  await patch(page, { op: "message", message: growing });
  await page.evaluate(
    async ([whole, length]) => {
      const { host } = window as unknown as HostWindow;
      for (let from = 0; from < whole.length; from += length) {
        const append = whole.slice(from, from + length);
        host.send({ type: "patch", ops: [{ op: "messageText", messageId: "la", part: 0, from, append }] });
        if ((from / length) % 8 === 0) {
          await new Promise((resolve) => requestAnimationFrame(resolve));
        }
      }
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    },
    [text, size] as const,
  );
}

function complete(page: Page, text: string): Promise<void> {
  return patch(page, {
    op: "message",
    message: { ...growing, status: "completed", parts: [{ kind: "text", text, citations: [] }] },
  });
}

const sample =
  "# Title\n\nA paragraph with **bold** and\n#hash that joins.\n\n- one\n- two\n\n  still two\n\n```ts\nconst a = 1;\n\n``` not a close\nlet b;\n```\n\n| a | b |\n|:--|--:|\n| 1 | 2 |\n\nEnd with [a link](https://example.com/x).";

test("streamed markdown ends as the same markdown rendered at once, and finished blocks are not drawn again", async () => {
  const page = await open(scenes.streaming(Date.now()));
  await stream(page, sample, 3);
  await page.evaluate(
    () => ((window as unknown as { heading: unknown }).heading = document.querySelector(".markdown h1")),
  );
  await complete(page, sample);
  await page.waitForSelector(".markdown table");
  const streamed = await page.locator(".markdown").innerHTML();
  assert.equal(
    await page.evaluate(
      () => document.querySelector(".markdown h1") === (window as unknown as { heading: unknown }).heading,
    ),
    true,
  );
  assert.match(streamed, /hljs-keyword/);
  const fresh = scenes.streaming(Date.now());
  const other = await open({
    ...fresh,
    messages: [
      ...fresh.messages,
      { ...growing, status: "completed", parts: [{ kind: "text", text: sample, citations: [] }] },
    ],
  });
  assert.equal(await other.locator(".markdown").innerHTML(), streamed);
  await assertInert(page);
  await page.close();
  await other.close();
});

test("a long fence is drawn once and a little more, not again with each piece", async () => {
  const page = await open(scenes.streaming(Date.now()));
  const text = `\`\`\`python\n${"print('line of code')\n".repeat(5000)}\`\`\`\n\nDone.`;
  await page.evaluate(() => {
    const counter = window as unknown as { drawn: number };
    counter.drawn = 0;
    new MutationObserver((changes) => {
      for (const change of changes) {
        for (const node of change.addedNodes) counter.drawn += node.textContent?.length ?? 0;
        if (change.type === "characterData") counter.drawn += change.target.textContent?.length ?? 0;
      }
    }).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  await stream(page, text, 64);
  await complete(page, text);
  await page.getByText("Done.").waitFor();
  const drawn = await page.evaluate(() => (window as unknown as { drawn: number }).drawn);
  // Once as it comes, and again whole when it is finished and gets its colours; its square would be hundreds of times this.
  assert.ok(drawn < text.length * 10, `${drawn} characters drawn for ${text.length}`);
  assert.equal((await page.locator(".markdown code").innerText()).split("\n").length >= 5000, true);
  await page.close();
});

test("hostile markdown does nothing", async () => {
  for (const streamed of [true, false]) {
    const page = await open(scenes.streaming(Date.now()));
    if (streamed) {
      await stream(page, hostile, 50);
    }
    await patch(page, { op: "message", message: growing });
    await complete(page, hostile);
    await page.getByText("The end of it").waitFor();
    const bad = await page.evaluate(
      () =>
        document.querySelectorAll(
          ".markdown :is(script, img, iframe, style, object, [href], [src], [style], [onclick], [onerror])",
        ).length,
    );
    assert.equal(bad, 0);
    for (const link of await page.locator(".markdown [data-href]").all()) {
      assert.match((await link.getAttribute("data-href")) ?? "", /^(https?|mailto):/);
      await link.click();
    }
    assert.equal(page.url(), `${server.url}/`);
    assert.ok((await requests(page, "openLink")).length > 0);
    const wide = await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);
    assert.equal(wide, true);
    await assertInert(page);
    await page.close();
  }
});

test("two outputs are submitted with one request; a failed one keeps what is typed", async () => {
  const page = await open(scenes.waiting(Date.now()));
  await answer(page, "submit", false, "The run is not waiting.");
  const areas = page.locator(".output-editor textarea");
  assert.equal(await areas.count(), 2);
  assert.equal(await page.evaluate(() => document.activeElement?.getAttribute("data-call")), "call_8fKq2vVbT1");
  await page.keyboard.type('{"status":"shipped"}');
  await areas.nth(1).fill("{oops");
  await page.getByText("not JSON at 1:2, sent as text").waitFor();
  await page.getByText("valid JSON", { exact: false }).first().waitFor();
  await page.keyboard.press("Control+Enter");
  await page.getByText("Not submitted: The run is not waiting.").waitFor();
  assert.equal(await areas.nth(1).inputValue(), "{oops");
  await answer(page, "submit", true);
  await page.getByRole("button", { name: "Submit 2 outputs" }).click();
  await page.waitForFunction(
    () =>
      (window as unknown as HostWindow).host.posted.filter(
        (message) => message.type === "request" && message.method === "submit",
      ).length === 2,
  );
  assert.deepEqual((await requests(page, "submit")).at(-1)?.params, {
    runId: "run_2",
    outputs: [
      { callId: "call_8fKq2vVbT1", output: '{"status":"shipped"}' },
      { callId: "call_9", output: "{oops" },
    ],
  });
  await page.close();
});

test("the way to the end is offered over what was said before, not over a card that waits", async () => {
  const page = await open(scenes.waiting(Date.now()));
  await page.setViewportSize({ width: 700, height: 500 });
  const scrollTo = (top: number): Promise<void> =>
    page.locator(".conversation").evaluate((element, to) => {
      element.scrollTop = to;
    }, top);
  const toLatest = page.getByRole("button", { name: "Jump to latest" });
  await scrollTo(0);
  await toLatest.waitFor();
  await page.locator(".tool-card").evaluate((card) => card.scrollIntoView({ block: "start" }));
  await toLatest.waitFor({ state: "detached" });
  // The card goes on below: this is not the end by its place.
  const below = await page
    .locator(".conversation")
    .evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  assert.ok(below > 32, `only ${below} px below`);
  await page.close();
});

test("an error is returned well-formed with its words selected, and an answered card becomes a record", async () => {
  const state = scenes.waiting(Date.now());
  const page = await open(state);
  await page.getByRole("button", { name: "Return error" }).first().click();
  await page.keyboard.type("No such order");
  assert.equal(await page.locator(".output-editor textarea").first().inputValue(), '{"error":"No such order"}');
  const run = state.runs[1];
  assert.ok(run);
  const step = run.steps[0];
  assert.ok(step);
  await patch(
    page,
    { op: "run", run: { ...run, status: "in_progress", pending: [], expiresAt: null } },
    {
      op: "step",
      runId: run.id,
      step: {
        ...step,
        status: "completed",
        end: Date.now(),
        calls: step.calls.map((call) => ({ ...call, output: '{"status":"lost"}', origin: "hand", end: Date.now() })),
      },
    },
  );
  await page.locator(".tool-card").waitFor({ state: "detached" });
  const record = page.getByRole("button", { name: /get_order_status.*typed by hand/ }).first();
  await record.click();
  await page.locator(".call-record-body").getByText('"lost"').waitFor();
  await page.close();
});

test("what is typed survives a reload, and the host hears of it", async () => {
  const state = scenes.waiting(Date.now());
  const page = await open(state);
  await page.locator(".composer-text textarea").fill("next question");
  await page.locator(".output-editor textarea").first().fill('{"half":');
  const draft = await until(page, (message) => message.type === "draft" && "call_8fKq2vVbT1" in message.draft.outputs);
  assert.deepEqual(draft, {
    type: "draft",
    draft: { text: "next question", outputs: { call_8fKq2vVbT1: '{"half":' } },
  });
  await page.reload();
  await init(page, state);
  assert.equal(await page.locator(".composer-text textarea").inputValue(), "next question");
  assert.equal(await page.locator(".output-editor textarea").first().inputValue(), '{"half":');
  await page.close();
});

test("keys: Enter sends, Shift+Enter breaks the line, Escape stops, sending is held while a run is active", async () => {
  const page = await open(scenes.panel());
  const composer = page.locator(".composer-text textarea");
  await composer.focus();
  await page.keyboard.type("one");
  await page.keyboard.press("Shift+Enter");
  await page.keyboard.type("two");
  await answer(page, "send", false, "No connection.");
  await page.keyboard.press("Enter");
  await page.getByText("Not sent: No connection.").waitFor();
  assert.equal(await composer.inputValue(), "one\ntwo");
  await answer(page, "send", true);
  await page.keyboard.press("Enter");
  await page.waitForFunction(
    () => document.querySelector<HTMLElement & { value: string }>(".composer-text")?.value === "",
  );
  assert.deepEqual(
    (await requests(page, "send")).map(({ params }) => params),
    [{ text: "one\ntwo" }, { text: "one\ntwo" }],
  );
  await patch(page, { op: "run", run: scenes.run("live", "one", Date.now(), { status: "in_progress", end: null }) });
  await page.getByRole("button", { name: "Stop run" }).waitFor();
  await page.keyboard.type("three");
  await page.keyboard.press("Enter");
  await page.getByText("after the run is over").waitFor();
  assert.equal((await requests(page, "send")).length, 2);
  await page.keyboard.press("Escape");
  assert.deepEqual(
    (await requests(page, "stop")).map(({ params }) => params),
    [{ runId: "live" }],
  );
  await page.close();
});

test("the timeline is a tree under the arrow keys, with raw JSON on demand", async () => {
  const page = await open(scenes.waiting(Date.now()));
  await answer(page, "raw", true, { json: '{"id":"run_1","object":"thread.run"}' });
  await send(page, { type: "focus", target: "timeline" });
  const focused = (): Promise<string | null> =>
    page.evaluate(() => document.activeElement?.getAttribute("data-key") ?? null);
  assert.equal(await focused(), "run_2");
  await page.keyboard.press("ArrowDown");
  assert.equal(await focused(), "run_2/step_2");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.locator('[data-key="run_2/step_2"]').getAttribute("aria-expanded"), "false");
  await page.keyboard.press("ArrowLeft");
  assert.equal(await focused(), "run_2");
  await page.keyboard.press("Home");
  assert.equal(await focused(), "run_1");
  await page.keyboard.press("ArrowRight");
  await page.locator('[data-key="run_1/step_1"]').waitFor();
  assert.match(
    (await page.locator('[data-key="run_1"]').getAttribute("aria-label")) ?? "",
    /^Run How long do returns take\?, completed, 1\.92 s, queued 70 ms/,
  );
  await page.getByRole("tab", { name: "Raw" }).click();
  await page.locator(".tab-panel").getByText('"thread.run"').waitFor();
  assert.deepEqual((await requests(page, "raw")).at(-1)?.params, { kind: "run", runId: "run_1", stepId: null });
  await page.locator(".split").focus();
  const before = await page.locator(".timeline-frame").evaluate((element) => element.clientWidth);
  await page.keyboard.press("ArrowLeft");
  await page.waitForFunction((width) => (document.querySelector(".timeline-frame")?.clientWidth ?? 0) > width, before);
  await assertInert(page);
  await page.close();
});

test("a long wait is folded, and unfolded on demand", async () => {
  const page = await open(scenes.waiting(Date.now()));
  const share = (): Promise<number> =>
    page.evaluate(() => {
      const bar = document.querySelector('[data-key="run_2"] .kind-waiting');
      return (bar?.getBoundingClientRect().width ?? 0) / (bar?.parentElement?.getBoundingClientRect().width ?? 1);
    });
  assert.ok((await share()) < 0.3);
  await page.locator(".fold-mark").click();
  await page.waitForFunction(() => document.querySelector(".fold-mark") === null);
  assert.ok((await share()) > 0.8);
  await page.close();
});

test("a lost patch makes the webview ask for a whole state, once", async () => {
  const page = await open(scenes.streaming(Date.now()));
  await patch(page, { op: "message", message: growing });
  await patch(page, { op: "messageText", messageId: "la", part: 0, from: 0, append: "Hello" });
  await patch(page, { op: "messageText", messageId: "la", part: 0, from: 9, append: "lost" });
  await patch(page, { op: "messageText", messageId: "la", part: 0, from: 13, append: "more" });
  await page.waitForTimeout(100);
  assert.equal((await posted(page)).filter((message) => message.type === "ready").length, 2);
  const state = scenes.streaming(Date.now());
  await send(page, {
    type: "init",
    state: {
      ...state,
      messages: [
        ...state.messages,
        { ...growing, parts: [{ kind: "text", text: "Hello all is well", citations: [] }] },
      ],
    },
  });
  await page.getByText("Hello all is well").waitFor();
  await patch(page, { op: "messageText", messageId: "la", part: 0, from: 17, append: " again" });
  await page.getByText("Hello all is well again").waitFor();
  await page.close();
});

test("a long thread opens at its end; older messages keep the reading position", async () => {
  const page = await open(scenes.long(Date.now(), 600));
  await page.getByText("Answer 599").waitFor();
  const place = (): Promise<number> =>
    page
      .locator(".conversation")
      .evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight);
  assert.ok((await atRest(page, place)) < 40);
  await page.evaluate(() => {
    (window as unknown as HostWindow).host.answers["loadOlder"] = "hold";
  });
  await page.locator(".conversation").evaluate((element) => (element.scrollTop = 0));
  await until(page, (message) => message.type === "request" && message.method === "loadOlder");
  await page.getByRole("button", { name: "Jump to latest" }).waitFor();
  const top = (): Promise<number> =>
    page.getByText("Question 0", { exact: true }).evaluate((element) => element.getBoundingClientRect().top);
  const stood = await atRest(page, top);
  const older = Array.from({ length: 40 }, (_, index) =>
    scenes.message(`o${index}`, "user", `Older ${index}\n\nwith lines`, Date.now() - 10_000_000),
  );
  await patch(page, { op: "olderMessages", messages: older, hasOlderMessages: false });
  await page.getByText("Older 39").waitFor();
  const stands = await atRest(page, top);
  assert.ok(Math.abs(stands - stood) < 40, `moved from ${stood} to ${stands}`);
  await page.getByRole("button", { name: "Jump to latest" }).click();
  assert.ok((await atRest(page, place)) < 40);
  await page.close();
});

test("older messages that cannot be read: the reason, and no request until the person asks again", async () => {
  const page = await open(scenes.long(Date.now(), 60));
  await page.getByText("Answer 59").waitFor();
  await page.evaluate(() => {
    (window as unknown as HostWindow).host.answers["loadOlder"] = { ok: false, value: "nobody answers" };
  });
  await page.locator(".conversation").evaluate((element) => (element.scrollTop = 0));
  await page.getByText("Older messages could not be read: nobody answers").waitFor();
  const asked = (): Promise<number> =>
    page.evaluate(
      () =>
        (window as unknown as HostWindow).host.posted.filter(
          (message) => message.type === "request" && message.method === "loadOlder",
        ).length,
    );
  await page.waitForTimeout(1200);
  assert.equal(await asked(), 1);
  await page.getByText("Try again").click();
  await page.getByText("Older messages could not be read").waitFor();
  assert.equal(await asked(), 2);
  await page.close();
});

test("the composer is free as soon as its message is in the thread, though the host has not answered yet", async () => {
  const page = await open(scenes.panel());
  await page.evaluate(() => {
    (window as unknown as HostWindow).host.answers["send"] = "hold";
  });
  await page.locator(".composer-text textarea").fill("hello");
  await page.locator(".composer-text textarea").press("Enter");
  await until(page, (message) => message.type === "request" && message.method === "send");
  assert.equal(await page.locator(".composer-text textarea").inputValue(), "hello");
  await patch(page, { op: "message", message: scenes.message("u9", "user", "hello", Date.now()) });
  await page.waitForFunction(
    () => document.querySelector<HTMLElement & { value: string }>(".composer-text")?.value === "",
  );
  await page.locator(".composer-text textarea").fill("next");
  assert.equal(await page.locator(".composer-text textarea").inputValue(), "next");
  await page.close();
});

test("a program stands with its code, its output and its picture; its files are opened and saved by the host", async () => {
  const page = await open(scenes.coding(Date.now()), (opened) =>
    answer(opened, "picture", true, { dataUrl: scenes.chartUrl }),
  );
  const block = page.locator(".code-run");
  await block.locator(".hljs-keyword", { hasText: "import" }).first().waitFor();
  await block.getByText("north       812.40").waitFor();
  const picture = block.getByRole("img", { name: "Picture made by the program" });
  await picture.waitFor();
  assert.equal(await page.locator("img").count(), 1, "the message does not show it a second time");
  await block.getByRole("button", { name: "Copy as a Python file" }).click();
  const asked = await until(page, (one) => one.type === "request" && one.method === "pythonFile");
  assert.match(JSON.stringify(asked), /csv\.DictReader/);
  await block.locator(".picture").hover();
  await block.getByRole("button", { name: "Save the picture…" }).click();
  await until(page, (one) => one.type === "request" && one.method === "saveFile" && one.params.fileId === "file-chart");
  await page.locator(".made-file-name").click();
  await until(
    page,
    (one) => one.type === "request" && one.method === "openFile" && one.params.fileId === "file-totals",
  );
  await block.locator(".code-run-title").click();
  assert.equal(await block.locator(".code-view").count(), 0);
  await picture.waitFor();
  await assertInert(page);
});

test("code and output grow as they come, with colours in the end", async () => {
  const state = scenes.coding(Date.now());
  const [run] = state.runs;
  const [step] = run!.steps;
  const call = { ...step!.calls[0]!, arguments: "", output: null, images: [], end: null };
  const live = { ...step!, end: null, status: "in_progress" as const, calls: [call] };
  const page = await open({
    ...state,
    messages: state.messages.slice(0, 1),
    runs: [{ ...run!, status: "in_progress", end: null, steps: [live] }],
  });
  const text = (field: "arguments" | "output", from: number, append: string) =>
    patch(page, { op: "callText", runId: run!.id, stepId: live.id, callId: "c1", field, from, append });
  const long = "x = 1  # <b>\n".repeat(800);
  await text("arguments", 0, "import os\n");
  await page.locator(".code-run .hljs-keyword").waitFor();
  await text("arguments", 10, long);
  await page.waitForFunction(
    (length) => document.querySelector(".code-run code")?.textContent?.length === length,
    10 + long.length,
  );
  await text("output", 0, "one\n");
  await text("output", 4, "<script>owned = 1</script>\n");
  await page.locator(".code-run-output").getByText("<script>owned = 1</script>").waitFor();
  assert.equal(await page.locator(".code-run-output code").textContent(), "one\n<script>owned = 1</script>\n");
  await assertInert(page);
  await page.close();
});

const citedText =
  "Five days【4:0†returns.md】, ten for parcels【4:1†manual.pdf】.\n\nA second paragraph with 【注】 in it.";

test("citations: marks are never seen as text, chips open their source by click and by Enter, labels may come later", async () => {
  const page = await open(scenes.streaming(Date.now()));
  await patch(page, { op: "message", message: growing });
  await page.evaluate(() => {
    const watched = window as unknown as { seen: string[] };
    watched.seen = [];
    const look = (): void => {
      const text = document.querySelector(".run-block .markdown")?.textContent ?? "";
      if (/【[\d:]|†/.test(text)) watched.seen.push(text);
    };
    new MutationObserver(look).observe(document.body, { childList: true, characterData: true, subtree: true });
  });
  const citations: CitationView[] = [];
  for (let from = 0; from < citedText.length; from += 3) {
    const append = citedText.slice(from, from + 3);
    await patch(page, { op: "messageText", messageId: "la", part: 0, from, append });
    // The annotation comes some pieces after its mark.
    for (const [mark, label] of [
      ["【4:0†returns.md】", "returns.md"],
      ["【4:1†manual.pdf】", "manual.pdf"],
    ] as const) {
      const known = citations.some(({ marker }) => marker === mark);
      if (known || from < citedText.indexOf(mark) + mark.length + 6) continue;
      citations.push({ marker: mark, label, kind: "source" });
      await patch(page, { op: "citations", messageId: "la", part: 0, citations });
    }
  }
  const part = { kind: "text", text: citedText, citations } as const;
  await patch(page, { op: "message", message: { ...growing, status: "completed", parts: [part] } });
  const chips = page.locator(".run-block .citation");
  await chips.nth(1).waitFor();
  assert.deepEqual(await page.evaluate(() => (window as unknown as { seen: string[] }).seen), []);
  assert.equal(
    await page.locator(".run-block .markdown").innerText(),
    "Five daysreturns.md, ten for parcelsmanual.pdf.\n\nA second paragraph with 【注】 in it.",
  );
  await patch(page, {
    op: "citations",
    messageId: "la",
    part: 0,
    citations: citations.map((one) => ({
      ...one,
      label: one.label === "returns.md" ? "returns.md:14" : "manual.pdf p. 31",
    })),
  });
  await page.getByRole("link", { name: "Source returns.md:14" }).click();
  await page.getByRole("link", { name: "Source manual.pdf p. 31" }).focus();
  await page.keyboard.press("Control+Enter");
  assert.deepEqual(
    (await requests(page, "openCitation")).map(({ params }) => params),
    [
      { messageId: "la", part: 0, index: 0, beside: false },
      { messageId: "la", part: 0, index: 1, beside: true },
    ],
  );
  await assertInert(page);
  await page.close();
});

test("a mark that nothing was ever said about is text in the end", async () => {
  const page = await open(scenes.streaming(Date.now()));
  const text = "One【9:9†gone.md】.\n\nTwo 【7:7†also】.\n\nThree.\n";
  await stream(page, text, 5);
  assert.doesNotMatch(await page.locator(".run-block .markdown").innerText(), /【/);
  await complete(page, text);
  await page.getByText("Three.").waitFor();
  assert.equal(
    await page.locator(".run-block .markdown").innerText(),
    "One【9:9†gone.md】.\n\nTwo 【7:7†also】.\n\nThree.",
  );
  await page.close();
});

test("a file search: its line, its results with their sources, and the way into the inspector", async () => {
  const page = await open(scenes.waiting(Date.now()));
  const line = page.getByRole("button", { name: /file search/ }).first();
  assert.match(await line.innerText(), /“how long returns take” → 2 results/);
  await line.click();
  const record = page.locator(".call-record-body");
  await record.getByRole("button", { name: "returns.md", exact: true }).click();
  await record.getByRole("button", { name: "Text of returns.md" }).click();
  await record.locator("mark", { hasText: "returned" }).waitFor();
  assert.match(await record.innerText(), /0\.72\s+manual\.pdf\s+p\. 31/);
  await page.locator('[data-key="run_1"]').click();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("treeitem", { name: /Call file search/ }).click();
  await page.getByRole("tab", { name: "Queries" }).click();
  await page.locator(".tab-panel").getByText("“how long returns take”").waitFor();
  await page.getByRole("tab", { name: "Results" }).click();
  await page.locator(".tab-panel").getByRole("button", { name: "Open in Inspector" }).click();
  assert.deepEqual((await requests(page, "openSearchResult"))[0]?.params, {
    runId: "run_1",
    stepId: "step_0",
    callId: "call_0",
    index: 0,
    beside: false,
  });
  assert.deepEqual((await requests(page, "inspectSearch"))[0]?.params, {
    runId: "run_1",
    stepId: "step_0",
    callId: "call_0",
  });
  await assertInert(page);
  await page.close();
});

test("files that the host picked go with the message, until they are taken off or sent", async () => {
  const page = await open(scenes.panel(), (opened) =>
    answer(opened, "attach", true, [
      { token: "t1", name: "a.csv", bytes: 12 },
      { token: "t2", name: "<b>.csv", bytes: 4200 },
    ]),
  );
  await page.getByRole("button", { name: "Attach files…" }).click();
  const chips = page.locator(".attached-files li");
  await chips.nth(1).waitFor();
  assert.equal(await chips.nth(1).innerText(), "<b>.csv\n4.2 KB");
  await page.getByRole("button", { name: "Do not attach a.csv" }).click();
  await answer(page, "send", false, "the file is gone");
  await page.locator(".composer textarea").fill("Sum it");
  await page.locator(".composer textarea").press("Enter");
  await page.getByText("Not sent: the file is gone").waitFor();
  assert.equal(await chips.count(), 1, "what was not sent is kept");
  await answer(page, "send", true);
  await page.locator(".composer textarea").press("Enter");
  await chips.first().waitFor({ state: "detached" });
  assert.deepEqual(
    (await requests(page, "send")).map(({ params }) => params),
    [
      { text: "Sum it", attachments: ["t2"] },
      { text: "Sum it", attachments: ["t2"] },
    ],
  );
  await assertInert(page);
  await page.close();
});
