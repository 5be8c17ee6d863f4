import assert from "node:assert/strict";
import { mkdtemp, mkdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { readHandler } from "../../../src/core/answers/handler.ts";
import type { DebuggedHandler, HandlerResult } from "../../../src/core/answers/ports.ts";
import type { ToolHandler } from "../../../src/core/definition/definition.ts";
import { HandlerProcesses } from "../../../src/handlers/handlerRun.ts";

export const node = process.execPath;

/** A folder with a definition and its handlers, and what running them comes to. */
export interface HandlerFolder {
  readonly path: string;
  /** What handlers said beside their output. */
  log: string;
  write(name: string, text: string): Promise<string>;
  run(raw: ToolHandler, args?: string, signal?: AbortSignal, debugged?: DebuggedHandler): Promise<HandlerResult>;
  remove(): Promise<void>;
}

export async function handlerFolder(secrets: Readonly<Record<string, string>> = {}): Promise<HandlerFolder> {
  // A path as people have them.
  const path = join(await mkdtemp(join(tmpdir(), "handlers-")), "my work");
  await mkdir(path);
  const processes = new HandlerProcesses({
    secrets: {
      secret: (name) => Promise.resolve(secrets[name] ?? null),
      env: (name) => secrets[`env:${name}`] ?? null,
    },
    onLog: (text) => (folder.log += text),
  });
  const folder: HandlerFolder = {
    path,
    log: "",
    async write(name, text) {
      const file = join(path, name);
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      return file;
    },
    run(raw, args = "{}", signal = new AbortController().signal, debugged) {
      const read = readHandler(raw);
      assert.ok(read.valid, read.valid ? "" : read.reason);
      const call = { id: "call_1", name: "get_order", arguments: args };
      return processes.run(read.handler, call, join(path, "a.assistant.yaml"), signal, debugged && { debugged });
    },
    remove: () => rm(dirname(path), { recursive: true, force: true, maxRetries: 5 }),
  };
  return folder;
}

export function outputOf(result: HandlerResult): string {
  assert.ok(result.ok, result.ok ? "" : `${result.failure.code}: ${result.failure.message}`);
  return result.output;
}

export function failureOf(result: HandlerResult): { readonly code: string; readonly message: string } {
  assert.ok(!result.ok, "it answered");
  return result.failure;
}
