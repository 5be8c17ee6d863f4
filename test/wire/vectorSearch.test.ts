import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { VectorStoreSearchParams, VectorStoreSearchResponse } from "openai/resources/vector-stores/vector-stores";
import { cookbook, uploadText } from "./fileFixtures.ts";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;
let book: Awaited<ReturnType<typeof cookbook>>;

before(async () => {
  runtime = await startRuntime();
  book = await cookbook(runtime.client);
});
after(() => runtime.stop());

async function search(
  query: string | string[],
  more: Partial<VectorStoreSearchParams> = {},
): Promise<VectorStoreSearchResponse[]> {
  return (await runtime.client.vectorStores.search(book.id, { query, ...more })).data;
}

test("the best chunk comes first, with its file, its attributes and a score between 0 and 1", async () => {
  const response = await runtime.client.vectorStores
    .search(book.id, { query: "How do I bake rye bread?" })
    .asResponse();
  const page = (await response.json()) as { data: VectorStoreSearchResponse[] } & Record<string, unknown>;
  const [first] = page.data;
  assert.deepEqual(
    { ...page, data: [{ ...first, score: undefined, x_scores: undefined }] },
    {
      object: "vector_store.search_results.page",
      search_query: ["How do I bake rye bread?"],
      has_more: false,
      next_page: null,
      data: [
        {
          file_id: book.bread,
          filename: "bread.md",
          score: undefined,
          x_scores: undefined,
          x_vector_store_id: book.id,
          x_chunk: { index: 0, start: 0, end: 83, lines: [1, 2], pages: null, heading: "Rye bread", tokens: 23 },
          attributes: { course: "side", minutes: 90, vegan: true },
          content: [
            {
              type: "text",
              text: "# Rye bread\nKnead rye flour with sourdough and water. Bake until the crust is dark.",
            },
          ],
        },
      ],
    },
  );
  const scores = page.data.map((one) => one.score);
  assert.deepEqual(
    scores,
    scores.toSorted((a, b) => b - a),
  );
  for (const score of scores) assert.ok(score > 0 && score <= 1, String(score));
});

test("words in other forms are found; words that are nowhere are not; no query is syntax", async () => {
  assert.deepEqual(
    (await search("simmering BEETROOTS")).map((one) => one.file_id),
    [book.soup],
  );
  for (const query of ["submarine", "", "???", "\u0000"]) assert.deepEqual(await search(query), [], query);
  for (const query of ['"honey', "honey OR", "NEAR(honey)", "text:honey*", "honey AND -", "he'l\"lo) honey"])
    assert.equal((await search(query))[0]?.file_id, book.cake, query);
});

test("max_num_results, score_threshold, several queries", async () => {
  assert.equal((await search("water sour cream flour")).length, 3);
  assert.equal((await search("water sour cream flour", { max_num_results: 2 })).length, 2);
  const all = await search("sour cream and dill");
  const between = ((all[0]?.score ?? 0) + (all[1]?.score ?? 0)) / 2;
  assert.deepEqual(
    (await search("sour cream and dill", { ranking_options: { score_threshold: between } })).map((one) => one.file_id),
    [book.soup],
  );
  assert.deepEqual(await search("sour cream", { ranking_options: { score_threshold: 1 } }), []);
  const both = await search(["rye", "honey"]);
  assert.deepEqual(both.map((one) => one.file_id).toSorted(), [book.bread, book.cake].toSorted());
  const page = await runtime.client.vectorStores
    .search(book.id, { query: ["rye", "honey"], rewrite_query: true })
    .asResponse();
  assert.deepEqual(((await page.json()) as { search_query: unknown }).search_query, ["rye", "honey"]);
  const ranked = await search("rye", { ranking_options: { ranker: "default-2024-11-15" } });
  assert.equal(ranked[0]?.file_id, book.bread);
});

test("every operator of the filter grammar", async () => {
  const everything = "water flour sour cream";
  const { bread, soup, cake } = book;
  const minutes = (type: string, value: unknown): unknown => ({ type, key: "minutes", value });
  for (const [filter, expected] of [
    [{ type: "eq", key: "course", value: "side" }, [bread]],
    [{ type: "eq", key: "vegan", value: true }, [bread]],
    [{ type: "eq", key: "minutes", value: "90" }, []],
    [{ type: "ne", key: "course", value: "side" }, [soup, cake]],
    [{ type: "ne", key: "vegan", value: true }, [soup, cake]],
    [{ type: "ne", key: "nowhere", value: 1 }, [bread, soup, cake]],
    [{ type: "eq", key: "nowhere", value: 1 }, []],
    [{ type: "eq", key: "toString", value: "x" }, []],
    [minutes("gt", 90), [cake]],
    [minutes("gte", 90), [bread, cake]],
    [minutes("lt", 90), [soup]],
    [minutes("lte", 90), [bread, soup]],
    [minutes("in", [45, 120]), [soup, cake]],
    [minutes("nin", [45, 120]), [bread]],
    [{ type: "nin", key: "vegan", value: ["x"] }, [bread, soup, cake]],
    [{ type: "and", filters: [minutes("gt", 40), minutes("lt", 100)] }, [bread, soup]],
    [{ type: "or", filters: [minutes("lt", 50), minutes("gt", 100)] }, [soup, cake]],
    [
      {
        type: "and",
        filters: [
          { type: "or", filters: [minutes("eq", 45), minutes("eq", 90)] },
          { type: "ne", key: "course", value: "side" },
        ],
      },
      [soup],
    ],
  ] as const) {
    const found = await search(everything, { filters: filter as never });
    assert.deepEqual(found.map((one) => one.file_id).toSorted(), [...expected].toSorted(), JSON.stringify(filter));
  }
});

test("a search that is not one is refused", async () => {
  let deep: unknown = { type: "eq", key: "a", value: 1 };
  for (let at = 0; at < 40; at++) deep = { type: "and", filters: [deep] };
  for (const [body, message] of [
    [{}, /Missing required parameter: 'query'/],
    [{ query: "x", max_num_results: 51 }, /<= 50/],
    [{ query: "x", max_num_results: 0 }, />= 1/],
    [{ query: "x", ranking_options: { score_threshold: 2 } }, /<= 1/],
    [{ query: "x", ranking_options: { ranker: "best" } }, /Invalid value: 'best'/],
    [{ query: "x", filters: { type: "like", key: "a", value: "b" } }, /Invalid value: 'like'/],
    [{ query: "x", filters: { type: "in", key: "a", value: "b" } }, /Invalid type for 'filters.value'/],
    [{ query: "x", filters: { type: "eq", value: "b" } }, /Missing required parameter: 'filters.key'/],
    [{ query: "x", filters: deep }, /nested more than 32 deep/],
    [{ query: "x", limit: 3 }, /Unknown parameter: 'limit'/],
  ] as const)
    await assert.rejects(() => runtime.client.vectorStores.search(book.id, body as never), message);
});

test("a word that is common in other stores is still rare in this one", async () => {
  const before = await search("honey sour");
  const others = await Promise.all(
    Array.from({ length: 12 }, (_, at) =>
      uploadText(
        runtime.client,
        `${at}.txt`,
        `Honey number ${at}, from the lime trees on the hill above the old mill.`,
      ),
    ),
  );
  const store = await runtime.client.vectorStores.create({});
  await runtime.client.vectorStores.fileBatches.createAndPoll(store.id, { file_ids: others });
  const between = await search("honey sour");
  assert.deepEqual(
    between.map((one) => one.file_id),
    before.map((one) => one.file_id),
  );
  for (const [at, { score }] of between.entries()) {
    // The average length of a chunk is that of all stores, which moves the score a little.
    const difference = Math.abs(score - (before[at]?.score ?? 0));
    assert.ok(difference < 0.03, `it moved by ${difference}`);
  }
  await runtime.client.vectorStores.delete(store.id);
});
