import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Provider } from "../../../src/core/provider.ts";
import { ProviderError } from "../../../src/core/provider.ts";
import type { VectorStoreFile } from "../../../src/core/wire.ts";
import { StoreFileList } from "../../../src/host/views/storeFileList.ts";

/** A store of `count` files, and what is asked of it. */
function storeOf(count: number): { list: StoreFileList; asked: (string | null)[]; files: VectorStoreFile[] } {
  const files = Array.from({ length: count }, (_, index) => ({ id: `file-${index}` }) as VectorStoreFile);
  const asked: (string | null)[] = [];
  const documents = {
    listStoreFiles: (_store: string, { after }: { readonly after?: string }) => {
      asked.push(after ?? null);
      const from = after === undefined ? 0 : files.findIndex(({ id }) => id === after) + 1;
      return Promise.resolve({ data: files.slice(from, from + 100), has_more: from + 100 < files.length });
    },
  };
  const provider = { documents } as unknown as Provider;
  return { list: new StoreFileList("vs_1", (task) => task(provider)), asked, files };
}

describe("the files of a store in its view", () => {
  it("are read page by page, as they are asked for", async () => {
    const { list, asked } = storeOf(250);
    await list.first();
    await list.first();
    assert.deepEqual([list.files.length, list.more, asked.length], [100, true, 1]);
    await Promise.all([list.next(), list.next()]);
    assert.deepEqual([list.files.length, list.more, asked.length], [200, true, 2]);
    await list.next();
    await list.next();
    assert.deepEqual([list.files.length, list.more, asked], [250, false, [null, "file-99", "file-199"]]);
    assert.equal(new Set(list.files.map(({ id }) => id)).size, 250);
  });

  it("10,000 of them take a hundred requests, and each is there once", async () => {
    const { list, asked } = storeOf(10_000);
    await list.first();
    while (list.more) await list.next();
    assert.deepEqual([list.files.length, asked.length], [10_000, 100]);
  });

  it("as many as were seen are read again after a change", async () => {
    const { list, asked, files } = storeOf(350);
    await list.first();
    await list.next();
    files.splice(0, 1);
    asked.length = 0;
    await list.refresh();
    assert.deepEqual([list.files.length, list.files[0]?.id, list.more, asked.length], [200, "file-1", true, 2]);
    files.length = 50;
    await list.refresh();
    assert.deepEqual([list.files.length, list.more], [50, false]);
  });

  it("a page that could not be read is asked for again", async () => {
    let fails = true;
    const documents = {
      listStoreFiles: () =>
        fails
          ? Promise.reject(new ProviderError("server", "Try again."))
          : Promise.resolve({ data: [{ id: "file-1" }], has_more: false }),
    };
    const list = new StoreFileList("vs_1", (task) => task({ documents } as unknown as Provider));
    await assert.rejects(list.first(), /Try again/);
    fails = false;
    await list.first();
    assert.deepEqual([list.files.length, list.more], [1, false]);
  });
});
