import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { outcomesText, planText, statusText } from "../../../src/cli/planText.ts";
import { validateFolder } from "../../../src/cli/validate.ts";
import { appliedText } from "../../../src/core/documents/documentWords.ts";
import { messageLine, oneLine } from "../../../src/core/oneLine.ts";
import type { Action } from "../../../src/core/sync/plan.ts";

/** Everything that must not come to a terminal from somebody else: a forged line, a colour, a cursor that moves, text turned round. */
const evil = 'x"\n+ create   forged\r\u001B[2K\u001B]0;title\u0007\u009B31m\u202Eback\u2028next\u2066';

// oxlint-disable-next-line no-control-regex -- these are what must not be printed
const unprintable = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/;

function assertPlain(text: string, lines: number): void {
  assert.doesNotMatch(text, unprintable);
  assert.equal(text.split("\n").length - 1, lines, text);
}

describe("what others wrote makes no lines of its own in a terminal", () => {
  const path = `${evil}.assistant.yaml`;
  const field = { field: `metadata/${evil}`, base: evil, here: evil, there: evil, before: evil, after: evil };
  const update = { path, remoteId: evil, changes: [field], there: {}, fields: {}, same: [], seen: "" };
  const actions: readonly Action[] = [
    { kind: "create", path, name: evil, fields: {}, needs: [{ kind: "store", name: evil }] },
    { kind: "update", ...update, needs: [{ kind: "upload", path: evil }] },
    { kind: "delete", path, remoteId: evil, name: evil, seen: "" },
    { kind: "pull", ...update },
    { kind: "pull-new", path, remoteId: evil, name: evil, there: {} },
    { kind: "delete-file", path },
    { kind: "record", path, remoteId: evil, base: {} },
    { kind: "forget", path },
    { kind: "conflict", path, remoteId: evil, reason: evil, fields: [field] },
    {
      kind: "choose",
      path,
      proposals: [{ path, remoteId: evil, remoteName: evil, reason: "name", from: null }],
    },
    { kind: "invalid", path, message: evil },
  ];

  it("in a plan: one line an action, one a field", () => {
    for (const action of actions) {
      const more =
        action.kind === "update" ? 2 : ["create", "pull", "conflict", "choose"].includes(action.kind) ? 1 : 0;
      assertPlain(planText({ direction: "push", connection: "c", actions: [action] }), 1 + more);
    }
  });

  it("in what became of it", () => {
    for (const action of actions) assertPlain(outcomesText([{ action, result: "failed", message: evil }]), 1);
  });

  it("in the states", () => {
    const fields = { here: [], there: [], same: [], conflicts: [] };
    assertPlain(statusText([{ state: "in sync", path, name: evil, remoteId: evil, fields }]), 1);
    assertPlain(statusText([{ state: "only there", path: null, name: evil, remoteId: evil, fields }]), 1);
  });

  it("in problems", () => {
    const problem = { severity: "error", code: "code", message: evil, start: 0, end: 1 } as const;
    let out = "";
    const folder = {
      lock: { connections: {} },
      definitions: [],
      stores: new Map(),
      storePaths: [path],
      storeProblems: [{ path, text: "name: x\n", problems: [problem] }],
    };
    validateFolder(folder, null, false, { out: (text) => void (out += text) });
    assertPlain(out, 1);
  });

  it("in the sync of documents", () => {
    const plan = {
      store: evil,
      storeId: evil,
      remade: null,
      expiresAfter: undefined,
      foreign: 0,
      items: [],
    } as unknown as Parameters<typeof appliedText>[0];
    const text = appliedText(plan, {
      storeId: null,
      done: [],
      failures: [{ path: evil, message: evil }],
      stopped: { cancelled: false, message: evil },
      difference: null,
      detached: [],
      remote: null,
    });
    assertPlain(text, 2);
  });

  it("keeps every other letter, and joins the lines of a message with a space", () => {
    const text = "Ünter “x” 漢字 👍🏽 عربي";
    assert.equal(oneLine(text), text);
    assert.equal(messageLine(" one\r\n  two\n\nthree\n"), "one two three");
    assert.equal(oneLine("a\nb\u001B[31m"), "a�b�[31m");
  });
});
