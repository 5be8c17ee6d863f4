import assert from "node:assert/strict";
import { test } from "node:test";
import type { Segment } from "../../../src/core/runTrace.ts";
import { makeScale, makeTicks, position } from "../../../webview/timeline/scale.ts";

const waitAt = (start: number, end: number | null): Segment => ({ kind: "waiting", start, end });

test("without waits the scale is linear", () => {
  const scale = makeScale(1000, 3000, [{ kind: "generating", start: 1000, end: 3000 }], true);
  assert.equal(position(scale, 1000), 0);
  assert.equal(position(scale, 2000), 0.5);
  assert.equal(position(scale, 3000), 1);
});

test("a long wait is folded to a fixed width, however long it lasts", () => {
  for (const end of [20_000, 600_000]) {
    const scale = makeScale(0, end, [waitAt(1000, null)], true);
    assert.deepEqual(
      scale.pieces.map((piece) => piece.folded),
      [false, true],
    );
    assert.ok(Math.abs(position(scale, 1000) - 0.74) < 1e-9);
    assert.equal(position(scale, end), 1);
  }
});

test("short waits, small waits and unfolded scales stay linear", () => {
  assert.equal(makeScale(0, 3000, [waitAt(1000, 2900)], true).pieces.length, 1);
  assert.equal(makeScale(0, 60_000, [waitAt(1000, 9000)], true).pieces.length, 1);
  assert.equal(makeScale(0, 60_000, [waitAt(1000, 59_000)], false).pieces.length, 1);
});

test("positions rise with time, also with several folds and overlapping waits", () => {
  const scale = makeScale(0, 100_000, [waitAt(1000, 40_000), waitAt(2000, 41_000), waitAt(45_000, 99_000)], true);
  assert.deepEqual(
    scale.pieces.map((piece) => piece.folded),
    [false, true, false, true, false],
  );
  let last = -1;
  for (let time = 0; time <= 100_000; time += 500) {
    const at = position(scale, time);
    assert.ok(at >= last && at >= 0 && at <= 1 + 1e-9);
    last = at;
  }
});

test("a run of no length and a run that only waits have a scale", () => {
  assert.equal(position(makeScale(5, 5, [], true), 5), 0);
  const scale = makeScale(0, 9000, [waitAt(0, 9000)], true);
  assert.equal(position(scale, 9000), 1);
  assert.deepEqual(makeTicks(scale, 4), []);
});

test("ticks are round, apart from each other, and not inside folds", () => {
  const scale = makeScale(0, 30_000, [waitAt(1300, 29_000)], true);
  const ticks = makeTicks(scale, 5);
  assert.equal(ticks[0]?.offset, 0);
  assert.ok(ticks.length >= 3);
  for (const [index, tick] of ticks.entries()) {
    assert.ok(tick.offset <= 1300 || tick.offset >= 29_000);
    assert.ok(index === 0 || tick.at - (ticks[index - 1]?.at ?? 0) > 0.1);
  }
});
