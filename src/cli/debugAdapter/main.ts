import { readFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";

import type { Fixture } from "../../core/answers/fixture.ts";
import { fixturesPath } from "../../core/answers/fixture.ts";
import { parseFixtures } from "../../core/answers/parseFixtures.ts";
import type { AnswererPorts, HandlerResult, HandlerRunner } from "../../core/answers/ports.ts";
import type { Definition } from "../../core/definition/definition.ts";
import { HandlerProcesses } from "../../handlers/handlerRun.ts";
import { AssistantDebugSession } from "../../debug/assistantDebugSession.ts";
import { endWith } from "./ending.ts";
import { adapterServices } from "./services.ts";

const helpText = `assistants-debug-adapter: debugs tool calls of assistants over the Debug Adapter Protocol, on standard input and output.

An editor starts it. Arguments of \`launch\`: definition, message or messages, thread, assistant, model, policy
(definition, ask, auto, fixtures), runHandlers (true: local code of the definition may run), stopOnEntry, hold, baseUrl. Arguments of \`attach\`: thread, run, stay, definition,
policy, runHandlers, stopOnEntry, hold, baseUrl.

Environment: ASSISTANTS_BASE_URL, the server where \`baseUrl\` names none; ASSISTANTS_API_KEY, its key.
`;

/** What goes wrong is told on standard error: standard output is the protocol's. */
function log(message: string): void {
  process.stderr.write(`${message}\n`);
}

async function fixturesOf(place: string, definition: Definition): Promise<readonly Fixture[]> {
  const path = fixturesPath(place);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return [];
    throw error;
  }
  const names = definition.tools.flatMap((tool) => (tool.type === "function" ? [tool.function.name] : []));
  const parsed = parseFixtures(text, new Set(names));
  if (parsed.valid) return parsed.fixtures;
  throw new Error(
    `${path}: ${parsed.problems.find(({ severity }) => severity === "error")?.message ?? "it is not valid"}`,
  );
}

const processes = new HandlerProcesses({
  secrets: { secret: () => Promise.resolve(null), env: (name) => process.env[name] ?? null },
  onLog: (text) => process.stderr.write(text),
});

/** Handlers that run: none outlives us. */
const atWork = new Set<Promise<HandlerResult>>();

const handlers: HandlerRunner = {
  run: (...given) => {
    const work = processes.run(...given);
    atWork.add(work);
    void work.finally(() => atWork.delete(work));
    return work;
  },
};

const answers: AnswererPorts = {
  handlers,
  fixtures: { fixturesOf },
  now: () => performance.now(),
  wait: (ms, signal) => pause(ms, undefined, { signal }),
};

if (process.argv.length > 2) {
  process.stdout.write(helpText);
  process.exitCode = process.argv[2] === "--help" ? 0 : 1;
} else {
  const session = new AssistantDebugSession(adapterServices(process.env, answers, log));
  session.start(process.stdin, process.stdout);
  // Requests are answered as long as somebody may send them; when nobody can any more, the run is left as it is.
  endWith(process.stdin, async () => {
    await session.finish();
    await Promise.all(atWork);
  });
}
