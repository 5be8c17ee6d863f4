import assert from "node:assert/strict";
import { describe, it } from "node:test";

import type { Lock } from "../../../src/core/sync/lock.ts";
import { emptyLock } from "../../../src/core/sync/lock.ts";
import { lockText, LockProblem, parseLock } from "../../../src/core/sync/lockText.ts";

const lock: Lock = {
  connections: {
    "https://b.example/v1": { definitions: {}, files: {}, stores: {} },
    "https://a.example/v1": {
      definitions: {
        "b.assistant.yaml": { remote: null, marker: "b.assistant.yaml#1", base: null },
        "a.assistant.yaml": {
          remote: "asst_1",
          marker: "a.assistant.yaml#2",
          base: {
            name: "A",
            instructions: "two\nlines",
            "tools/function/f": { type: "function", function: { name: "f", parameters: { b: 1, a: 2 } } },
          },
        },
      },
      files: { "data.csv": { id: "file-1", sha256: "00ff" } },
      stores: { docs: { id: "vs_1", marker: "store:docs#3" } },
    },
  },
};

const text = `{
  "version": 1,
  "connections": {
    "https://a.example/v1": {
      "definitions": {
        "a.assistant.yaml": {
          "base": {
            "instructions": "two\\nlines",
            "name": "A",
            "tools/function/f": {"function":{"name":"f","parameters":{"a":2,"b":1}},"type":"function"}
          },
          "marker": "a.assistant.yaml#2",
          "remote": "asst_1"
        },
        "b.assistant.yaml": {
          "base": null,
          "marker": "b.assistant.yaml#1",
          "remote": null
        }
      },
      "files": {
        "data.csv": {"id":"file-1","sha256":"00ff"}
      },
      "stores": {
        "docs": {"id":"vs_1","marker":"store:docs#3"}
      }
    },
    "https://b.example/v1": {
      "definitions": {},
      "files": {},
      "stores": {}
    }
  }
}
`;

describe("assistants.lock.json", () => {
  it("is sorted, with a field a line", () => {
    assert.equal(lockText(lock), text);
  });

  it("reads as what was written, and writes the same again", () => {
    assert.deepEqual(parseLock(text), lock);
    assert.equal(lockText(parseLock(text)), text);
    assert.deepEqual(parseLock(lockText(emptyLock)), emptyLock);
    assert.deepEqual(parseLock(text.replaceAll("\n", "\r\n")), lock);
  });

  it("notes uploads of which the answer was not seen, and reads locks of before it did", () => {
    const begun = [{ at: 1_790_000_000_000, bytes: 5, sha256: "ab" }];
    const noted: Lock = {
      connections: { a: { definitions: {}, files: { "d.csv": { id: "file-1", sha256: "00", begun } }, stores: {} } },
    };
    assert.match(
      lockText(noted),
      /"d\.csv": \{"begun":\[\{"at":1790000000000,"bytes":5,"sha256":"ab"\}\],"id":"file-1","sha256":"00"\}/,
    );
    assert.deepEqual(parseLock(lockText(noted)), noted);
    const earlier = lockText(noted).replace(/"begun":.*?\],"id":"file-1"/, '"id":null');
    assert.deepEqual(parseLock(earlier).connections["a"]?.files, { "d.csv": { id: null, sha256: "00" } });
  });

  for (const [what, broken, says] of [
    [
      "a merge under way",
      text.replace('    "https://b', '<<<<<<< HEAD\n    "https://b'),
      /unresolved merge conflict \(line 28\)/,
    ],
    ["a newer version", text.replace('"version": 1', '"version": 2'), /version 2, and this program knows version 1/],
    ["no JSON", text.slice(0, -10), /not valid JSON/],
    ["something else", "[]", /no lock file/],
    [
      "a damaged entry",
      text.replace('"asst_1"', "7"),
      /damaged at connections\["https:\/\/a.example\/v1"\].definitions\["a.assistant.yaml"\]/,
    ],
    [
      "a damaged upload",
      text.replace('{"id":"file-1"', '{"begun":[{"at":"x"}],"id":"file-1"'),
      /damaged at connections\["https:\/\/a.example\/v1"\].files\["data.csv"\]/,
    ],
  ] as const)
    it(`says what is wrong: ${what}`, () => {
      assert.throws(
        () => parseLock(broken),
        (error) => error instanceof LockProblem && says.test(error.message),
      );
    });
});
