import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";

import { Command, NodeContext, Setting, View, chatPanelType, definitionGlob, extensionId } from "../../src/manifest.ts";

interface Menu {
  readonly command: string;
  readonly when?: string;
}

const root = new URL("../../", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8")) as {
  readonly name: string;
  readonly publisher: string;
  readonly icon: string;
  readonly engines: { readonly vscode: string };
  readonly devDependencies: Readonly<Record<string, string>>;
  readonly activationEvents: readonly string[];
  readonly contributes: {
    readonly commands: readonly { readonly command: string; readonly title: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
    readonly viewsWelcome: readonly { readonly view: string; readonly contents: string }[];
    readonly menus: Readonly<Record<string, readonly Menu[]>>;
    readonly configuration: {
      readonly properties: Readonly<
        Record<
          string,
          { readonly description?: string; readonly markdownDescription?: string; readonly default?: unknown }
        >
      >;
    };
    readonly jsonValidation: readonly { readonly url: string }[];
  };
};

const { contributes } = manifest;

test("package.json and manifest.ts know the same commands, views and settings", () => {
  assert.deepEqual(contributes.commands.map((command) => command.command).sort(), Object.values(Command).sort());
  assert.deepEqual(
    Object.values(contributes.views)
      .flat()
      .map((view) => view.id)
      .sort(),
    Object.values(View).sort(),
  );
  assert.deepEqual(Object.keys(contributes.configuration.properties).sort(), Object.values(Setting).sort());
  assert.equal(`${manifest.publisher}.${manifest.name}`, extensionId);
});

test("menus name contributed commands, views and node contexts only", () => {
  const commands = new Set<string>(Object.values(Command));
  const views = new Set<string>(Object.values(View));
  const contexts = new Set<string>(Object.values(NodeContext));
  for (const menu of Object.values(contributes.menus).flat()) {
    assert.equal(commands.has(menu.command), true, menu.command);
    for (const [, view] of menu.when?.matchAll(/\bview == (\S+)/g) ?? []) assert.equal(views.has(view!), true, view);
    for (const [, context] of menu.when?.matchAll(/\bviewItem == (\S+)/g) ?? [])
      assert.equal(contexts.has(context!), true, context);
  }
  for (const { view, contents } of contributes.viewsWelcome) {
    assert.equal(views.has(view), true, view);
    for (const [, command] of contents.matchAll(/\(command:([\w.]+)\)/g))
      assert.equal(commands.has(command!), true, command);
  }
});

test("every view has an empty state, every setting a description and a default", () => {
  assert.deepEqual(contributes.viewsWelcome.map((welcome) => welcome.view).sort(), Object.values(View).sort());
  for (const [id, setting] of Object.entries(contributes.configuration.properties)) {
    assert.equal((setting.description ?? setting.markdownDescription ?? "").length > 20, true, id);
    assert.notEqual(setting.default, undefined, id);
  }
});

test("activation and files", () => {
  assert.equal(manifest.activationEvents.includes(`workspaceContains:${definitionGlob}`), true);
  assert.equal(manifest.activationEvents.includes(`onWebviewPanel:${chatPanelType}`), true);
  for (const path of [manifest.icon, ...contributes.jsonValidation.map((entry) => entry.url)])
    assert.equal(existsSync(new URL(path, root)), true, path);
});

test("@types/vscode is not newer than the engine that is promised", () => {
  const digits = (version: string): string => version.replace(/^[~^]/, "").split(".").slice(0, 2).join(".");
  assert.equal(digits(manifest.devDependencies["@types/vscode"]!), digits(manifest.engines.vscode));
});
