import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { explainNpmFailure } from "../../../scripts/shared/npm.mjs";

describe("a failure of npm in one line", () => {
  const cases: readonly [output: string, line: RegExp][] = [
    ["npm error code ENOSPC\nnpm error nospc ENOSPC: no space left on device, write", /no space left/],
    ["npm error code EACCES\nnpm error syscall mkdir", /no permission/],
    ["npm error code ENOTFOUND\nnpm error errno ENOTFOUND", /could not reach its registry/],
    ["npm error code ECONNREFUSED", /could not reach its registry/],
    ["npm error code EUSAGE\nnpm error `npm ci` can only install when in sync", /not in step/],
    ["npm error code E404\nnpm error 404 Not Found - GET x", /^npm failed: 404 Not Found - GET x$/],
    ["", /no reason given/],
  ];
  for (const [output, line] of cases) {
    it(output.split("\n")[0] ?? "", () => {
      assert.match(explainNpmFailure(output), line);
      assert.ok(!explainNpmFailure(output).includes("\n"));
    });
  }
});
