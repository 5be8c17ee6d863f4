import assert from "node:assert/strict";
import { test } from "node:test";

import { offlineConnection } from "../../../src/host/connections/connection.ts";
import type { Connection } from "../../../src/host/connections/connection.ts";
import { upstreamArgs } from "../../../src/host/runtime/upstreamArgs.ts";
import { readCommandLine } from "../../../src/runtime/cli/options.ts";

const connection: Connection = {
  id: "a",
  name: "A",
  upstream: {
    kind: "chat",
    baseUrl: "http://localhost:1234/v1",
    profile: "lmstudio",
    modelMap: { "gpt-4o": "small", "*": "large" },
    switches: {
      toolChoice: "strings",
      streamOptions: false,
      tokenField: "max_tokens",
      systemRole: "system",
      parallelToolCalls: true,
    },
    apiVersion: null,
    embeddingModel: "embed",
    hostedFiles: false,
    hostedPython: false,
  },
  model: "small",
  key: { kind: "none" },
};

test("what the extension passes is what the runtime's command line takes", () => {
  for (const one of [
    offlineConnection,
    connection,
    {
      ...connection,
      upstream: { ...connection.upstream, kind: "responses" as const, switches: {}, profile: "openai" },
    },
    {
      ...connection,
      upstream: {
        ...connection.upstream,
        kind: "responses" as const,
        switches: {},
        hostedFiles: true,
        hostedPython: true,
        profile: "openai",
      },
    },
  ] as const) {
    const args = ["--data", "/tmp/x", ...upstreamArgs(one as Connection, 60)];
    const read = readCommandLine(args, {});
    assert.equal(read.kind, "run", read.kind === "wrong" ? read.message : read.kind);
  }
  assert.deepEqual(upstreamArgs(connection, 60).slice(-6), [
    "--chat-token-field",
    "max_tokens",
    "--chat-system-role",
    "system",
    "--chat-parallel-tool-calls",
    "on",
  ]);
});
