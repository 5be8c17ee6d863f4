import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { addCounts, judge, lastLine, noCounts, parseCounts, parseTapSummary } from "../../../scripts/suites/counts.ts";

const tap = (pass: number, fail: number, more = ""): string =>
  `TAP version 13\nok 1 - # pass 99 in a name\n# tests 9\n# suites 1\n# pass ${pass}\n# fail ${fail}\n${more}# duration_ms 4.2\n`;

describe("the sum at the end of a TAP report", () => {
  it("is read from its last lines", () => {
    assert.deepEqual(parseTapSummary(tap(3, 1, "# cancelled 2\n# skipped 4\n# todo 1\n")), {
      passed: 3,
      failed: 3,
      skipped: 5,
    });
  });
  it("is missing when the report breaks off", () => {
    assert.equal(parseTapSummary("TAP version 13\nok 1 - a\n"), undefined);
    assert.equal(parseTapSummary(""), undefined);
  });
  it("is not taken from what a test printed before", () => {
    assert.deepEqual(parseTapSummary(`# pass 50\n# fail 0\n${tap(1, 2)}`), { passed: 1, failed: 2, skipped: 0 });
  });
});

describe("the report of the extension tests", () => {
  it("is read", () =>
    assert.deepEqual(parseCounts('{"passed":2,"failed":0,"skipped":1}'), { passed: 2, failed: 0, skipped: 1 }));
  for (const broken of ["", "null", "{", '{"passed":1}', '{"passed":"1","failed":0,"skipped":0}']) {
    it(`is refused when it is ${broken || "empty"}`, () => assert.equal(parseCounts(broken), undefined));
  }
});

describe("the judgement on a suite", () => {
  it("takes a clean report as it is", () => {
    assert.deepEqual(judge({ passed: 2, failed: 0, skipped: 0 }, 0), { passed: 2, failed: 0, skipped: 0 });
  });
  it("does not count a reported failure twice", () =>
    assert.equal(judge({ passed: 2, failed: 1, skipped: 0 }, 1).failed, 1));
  it("fails a suite without a report", () => assert.equal(judge(undefined, 0).failed, 1));
  it("fails a suite that ran nothing", () => assert.equal(judge(noCounts, 0).failed, 1));
  it("fails an exit code that no test explains", () =>
    assert.equal(judge({ passed: 5, failed: 0, skipped: 0 }, 1).failed, 1));
});

describe("the last line", () => {
  it("says what passed and failed", () =>
    assert.equal(lastLine({ passed: 7, failed: 0, skipped: 0 }), "7 passed, 0 failed"));
  it("names what had to be run again", () => {
    const again = addCounts(
      { passed: 1, failed: 0, skipped: 0, again: ["a.test.ts"] },
      { ...noCounts, again: ["b.test.ts"] },
    );
    assert.equal(
      lastLine(addCounts(noCounts, again)),
      "1 passed, 0 failed (run again after a failure: a.test.ts, b.test.ts)",
    );
  });
  it("says what was skipped if anything was", () => {
    assert.equal(
      lastLine(addCounts({ passed: 1, failed: 2, skipped: 1 }, { passed: 1, failed: 0, skipped: 2 })),
      "2 passed, 2 failed, 3 skipped",
    );
  });
});
