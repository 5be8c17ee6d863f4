import assert from "node:assert/strict";
import * as nodeModule from "node:module";
import { test } from "node:test";

import { findSandbox, whyNodeCannot } from "../../../src/runtime/python/installation.ts";

test("a Node without the parts of the lock is refused, with what is missing and its version", () => {
  const parts = { version: "v22.14.0", flags: new Set(["--permission"]), module: nodeModule };
  assert.equal(whyNodeCannot(parts), undefined);
  assert.match(whyNodeCannot({ ...parts, flags: new Set() }) ?? "", /permission model; this is v22\.14\.0/);
  assert.match(whyNodeCannot({ ...parts, module: {} }) ?? "", /forbid to load modules \(22\.15.*this is v22\.14\.0/);
});

test("this Node has them, and the sandbox is found with a fingerprint of what a snapshot depends on", () => {
  assert.equal(whyNodeCannot(), undefined);
  const found = findSandbox();
  assert.ok(typeof found === "object");
  assert.match(found.fingerprint, /^[0-9a-f]{16}$/);
});
