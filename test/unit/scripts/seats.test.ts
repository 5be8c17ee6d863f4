import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { Seats } from "../../../scripts/suites/seats.ts";

describe("seats", () => {
  it("let so many work, and the others in their order", async () => {
    const seats = new Seats(2);
    const [begun, ends]: [string[], Map<string, () => void>] = [[], new Map()];
    const work = (name: string): Promise<void> =>
      seats.take(() => {
        begun.push(name);
        return new Promise((resolve) => ends.set(name, resolve));
      });
    const all = ["a", "b", "c", "d"].map(work);
    assert.deepEqual(begun, ["a", "b"]);
    ends.get("b")?.();
    await all[1];
    assert.deepEqual(begun, ["a", "b", "c"]);
    ends.get("a")?.();
    ends.get("c")?.();
    await Promise.all([all[0], all[2]]);
    assert.deepEqual(begun, ["a", "b", "c", "d"]);
    ends.get("d")?.();
    await all[3];
  });

  it("are given back by work that fails", async () => {
    const seats = new Seats(1);
    await assert.rejects(
      seats.take(() => Promise.reject(new Error("no"))),
      /no/,
    );
    assert.equal(await seats.take(() => Promise.resolve(1)), 1);
  });
});
