/** The retrieval inspector's page in a real browser, under the content security policy of its panel, driven by a scripted host. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { chromium, type Browser, type Page } from "playwright-core";
import type {
  InspectorHostMessage,
  InspectorState,
  InspectorWebviewMessage,
} from "../../../src/protocol/inspectorMessages.ts";
import type { FakeHost } from "./fakeHost.ts";
import * as scenes from "./inspectorScenes.ts";
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

type HostWindow = Window & { host: FakeHost<InspectorWebviewMessage, InspectorHostMessage> };
type Request = Extract<InspectorWebviewMessage, { type: "request" }>;

async function open(state: InspectorState | null, width = 1100): Promise<Page> {
  const page = await browser.newPage({ viewport: { width, height: 800 } });
  page.setDefaultTimeout(10_000);
  await page.goto(`${server.url}/inspector`);
  await init(page, state);
  return page;
}

async function init(page: Page, state: InspectorState | null): Promise<void> {
  await page.waitForFunction(() =>
    (window as unknown as HostWindow).host.posted.some((message) => message.type === "ready"),
  );
  const message: InspectorHostMessage = {
    type: "init",
    connectionId: "offline",
    connectionLabel: "Local runtime · offline model",
    stores: scenes.stores,
    error: null,
    state,
  };
  await send(page, message);
  await page.waitForSelector(".inspector");
}

function send(page: Page, message: InspectorHostMessage): Promise<void> {
  return page.evaluate((said) => (window as unknown as HostWindow).host.send(said), message);
}

function posted(page: Page): Promise<readonly InspectorWebviewMessage[]> {
  return page.evaluate(() => (window as unknown as HostWindow).host.posted);
}

async function requests<M extends Request["method"]>(
  page: Page,
  method: M,
): Promise<readonly Extract<Request, { method: M }>[]> {
  const all = await posted(page);
  return all.filter(
    (message): message is Extract<Request, { method: M }> => message.type === "request" && message.method === method,
  );
}

function answer(
  page: Page,
  method: string,
  answers: { readonly ok: boolean; readonly value: unknown } | "hold",
): Promise<void> {
  return page.evaluate(
    ([name, what]) => {
      (window as unknown as HostWindow).host.answers[name] = what;
    },
    [method, answers] as const,
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

const question = (page: Page) => page.locator(".question-text textarea");

test("a question goes out with the settings of the wire; results are ranked, marked and inert", async () => {
  const page = await open(null);
  await answer(page, "search", { ok: true, value: scenes.found("vs_docs") });
  await page.getByLabel("Results", { exact: true }).first().fill("5");
  await page.getByLabel("Least score").fill("0.2");
  await page.getByLabel("Ranker").selectOption("none");
  await page.getByLabel("Filter").fill("year >= 2024 and lang in [en]");
  await page.getByText("Rewrite the question").click();
  await question(page).fill("How long do refunds take?");
  await page.keyboard.press("Enter");
  await page.locator(".result").first().waitFor();
  const [request] = await requests(page, "search");
  assert.deepEqual(request?.params, {
    side: "a",
    question: "How long do refunds take?",
    settings: {
      storeId: "vs_docs",
      maxResults: 5,
      scoreThreshold: 0.2,
      ranker: "none",
      rewrite: true,
      filter: {
        type: "and",
        filters: [
          { type: "gte", key: "year", value: 2024 },
          { type: "in", key: "lang", value: ["en"] },
        ],
      },
    },
  });
  assert.equal(await page.locator(".result").count(), 4);
  await page.getByText("searched for “refund time returned parcel working days”").waitFor();
  await page.locator(".result").first().locator("mark", { hasText: "refunded" }).first().waitFor();
  assert.doesNotMatch(await page.locator(".result").first().innerText(), /awb_/);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  await assertInert(page);
  await page.close();
});

test("a filter that is wrong says why and where, and holds the question back", async () => {
  const page = await open(scenes.one());
  await page.getByLabel("Filter").fill("product = widgets and year >=");
  await page.getByText("At 30: Expected a value after “year >=”.").waitFor();
  assert.equal((await page.locator(".ask-button").getAttribute("disabled")) !== null, true);
  await page.getByLabel("Filter").press("Enter");
  assert.equal((await requests(page, "search")).length, 0);
  await page.getByLabel("Filter").fill("");
  await page.locator(".result").nth(1).getByRole("button", { name: "lang: en" }).click();
  await page.locator(".result").nth(1).getByRole("button", { name: "year: 2024" }).click();
  assert.equal(await page.getByLabel("Filter").inputValue(), "lang = en and year = 2024");
  await page.getByRole("button", { name: "Copy as JSON" }).click();
  assert.deepEqual(JSON.parse((await requests(page, "copy"))[0]?.params.text ?? ""), {
    type: "and",
    filters: [
      { type: "eq", key: "lang", value: "en" },
      { type: "eq", key: "year", value: 2024 },
    ],
  });
  await page.getByLabel("Results", { exact: true }).first().fill("99");
  assert.equal(await page.locator(".ask-button").getAttribute("title"), "Results: a whole number from 1 to 50.");
  await page.close();
});

test("keys: arrows go through the results, Enter opens the source, Space shows all of the text", async () => {
  const page = await open(scenes.one());
  await answer(page, "openSource", {
    ok: true,
    value: { note: "returns.md is not in this workspace. This is the text that the store has." },
  });
  const results = page.locator(".result");
  await results.first().focus();
  assert.match(
    (await results.first().getAttribute("aria-label")) ?? "",
    /^1, score 0\.91, returns\.md, lines 12–24, Returns › How long/,
  );
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.keyboard.press("Home");
  await page.keyboard.press("Space");
  await results.first().locator(".result-text.open").waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("is not in this workspace").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Control+Enter");
  const opened = await requests(page, "openSource");
  assert.deepEqual(
    opened.map(({ params }) => [params.storeId, params.result.filename, params.beside]),
    [
      ["vs_docs", "returns.md", false],
      ["vs_docs", "manual.pdf", true],
    ],
  );
  await results.nth(1).getByRole("button", { name: "Show chunks" }).click();
  assert.deepEqual((await requests(page, "showChunks"))[0]?.params, {
    storeId: "vs_docs",
    fileId: "file-2",
    filename: "manual.pdf",
  });
  await assertInert(page);
  await page.close();
});

test("two sides: both are asked, the differences of their ranks are told, sides can be exchanged", async () => {
  const page = await open(scenes.two());
  await page.getByText("3 in both · 1 only in A · 0 only in B").waitFor();
  const a = page.getByRole("region", { name: "Results of A" });
  const b = page.getByRole("region", { name: "Results of B" });
  assert.match(await a.locator(".result").nth(0).innerText(), /2 in B/);
  assert.match(await a.locator(".result").nth(2).innerText(), /not in B/);
  assert.match(await b.locator(".result").nth(2).innerText(), /4 in A/);
  await page.getByRole("button", { name: "Exchange A and B" }).click();
  await page.getByText("3 in both · 0 only in A · 1 only in B").waitFor();
  await page.locator("#a-filter").fill("");
  await answer(page, "search", { ok: true, value: scenes.found("vs_docs") });
  await page.locator(".ask-button").click();
  await page.getByText("Both sides found the same, in the same order.").waitFor();
  assert.deepEqual(
    (await requests(page, "search")).map(({ params }) => [params.side, params.settings.storeId]),
    [
      ["a", "vs_next"],
      ["b", "vs_docs"],
    ],
  );
  await page.getByRole("button", { name: "Stop comparing" }).click();
  assert.equal(await page.locator(".results").count(), 1);
  await assertInert(page);
  await page.close();
});

test("a search can be given up; its late answer is not shown; a refusal is told in its place", async () => {
  const page = await open(scenes.one());
  await answer(page, "search", "hold");
  await question(page).fill("slow");
  await page.keyboard.press("Enter");
  await page.getByText("searching").waitFor();
  await page.keyboard.press("Escape");
  await page.getByText("searching").waitFor({ state: "detached" });
  assert.deepEqual(
    (await posted(page)).filter(({ type }) => type === "cancel"),
    [{ type: "cancel", side: "a" }],
  );
  const [held] = await requests(page, "search");
  await send(page, {
    type: "reply",
    id: held?.id ?? -1,
    ok: true,
    result: { ...scenes.found("vs_docs"), results: [] },
  });
  assert.equal(await page.locator(".result").count(), 4, "what was there stays");
  await answer(page, "search", { ok: false, value: "The vector store vs_docs has expired." });
  await page.locator(".ask-button").click();
  await page.getByRole("alert").getByText("The vector store vs_docs has expired.").waitFor();
  assert.equal(await page.locator(".result").count(), 4);
  await answer(page, "search", { ok: true, value: { ...scenes.found("vs_docs"), results: [] } });
  await page.locator(".ask-button").click();
  await page.getByText("Nothing in this store answers that").waitFor();
  await assertInert(page);
  await page.close();
});

test("what was asked, set and found survives a reload", async () => {
  const page = await open(null);
  await answer(page, "search", { ok: true, value: scenes.found("vs_old") });
  await page.locator("#a-store").selectOption("vs_old");
  await page.getByLabel("Filter").fill("year >");
  await page.getByLabel("Filter").fill("");
  await question(page).fill("What about gift cards?");
  await page.keyboard.press("Enter");
  await page.locator(".result").first().waitFor();
  await page.getByRole("button", { name: "Compare with other settings" }).click();
  await page.locator("#b-filter").fill("half a filter =");
  await page.reload();
  await init(page, null);
  assert.equal(await question(page).inputValue(), "What about gift cards?");
  assert.equal(await page.locator("#a-store").inputValue(), "vs_old");
  assert.equal(await page.locator("#b-filter").inputValue(), "half a filter =");
  assert.equal(await page.locator(".results.side-a .result").count(), 4);
  await page.close();
});

test("no stores, and stores that cannot be listed, are said so", async () => {
  const page = await open(null);
  await send(page, {
    type: "init",
    connectionId: "offline",
    connectionLabel: "x",
    stores: [],
    error: null,
    state: null,
  });
  await page.getByText("This connection has no vector store yet").waitFor();
  await send(page, {
    type: "init",
    connectionId: "offline",
    connectionLabel: "x",
    stores: null,
    error: "nobody answers",
    state: null,
  });
  await page.getByRole("alert").getByText("The vector stores could not be listed: nobody answers").waitFor();
  await answer(page, "stores", { ok: true, value: scenes.stores });
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByRole("alert").waitFor({ state: "detached" });
  await page.close();
});

test("it fits a narrow editor", async () => {
  const page = await open(scenes.two(), 420);
  await page.locator(".results.side-b .result").first().waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), true);
  const columns = await page
    .locator(".sides")
    .evaluate((sides) => getComputedStyle(sides).gridTemplateColumns.split(" ").length);
  assert.equal(columns, 1);
  await page.close();
});
