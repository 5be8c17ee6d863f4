import { strict as assert } from "node:assert";
import { describe, it } from "mocha";
import * as vscode from "vscode";

describe("the extension in VS Code", () => {
  it("is there and activates", async () => {
    const extension = vscode.extensions.getExtension("assistants-workbench.assistants-workbench");
    assert.ok(extension, "not found: is package.json's publisher or name another one?");
    await extension.activate();
    assert.equal(extension.isActive, true);
  });
});
