import type { ChildProcess } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DebugClient } from "@vscode/debugadapter-testsupport";
import type { DebugProtocol } from "@vscode/debugprotocol";

import { debugAdapterProgram } from "../programs.ts";
import { startRuntime } from "../runtimeProcess.ts";
import type { RuntimeProcess } from "../runtimeProcess.ts";
import { chunks, delta, startScriptedModelServer } from "../scriptedModelServer.ts";
import type { Script, ScriptedModelServer } from "../scriptedModelServer.ts";

/** Lines count; `get_order_status` begins on 6, `refund` on 15. */
export const definitionText = `name: Orders
model: m
instructions: Help.
tools:
  # the first one
  - type: function
    function:
      name: get_order_status
      description: Looks an order up
      parameters:
        type: object
        properties: { order_id: { type: string }, priority: { type: integer } }
        required: [order_id]
  - type: file_search
  - type: function
    function:
      name: refund
      parameters: { type: object, properties: { order_id: { type: string }, amount: { type: number } } }
    output_schema: { type: object, required: [refunded], properties: { refunded: { type: boolean } } }
`;

/** What the model does next: calls functions, or says something. */
export type Turn = string | readonly (readonly [name: string, args: unknown])[];

/** The real runtime, a model server that does as it is told, and a folder with a definition. */
export interface DebugWorld {
  readonly runtime: RuntimeProcess;
  readonly definition: string;
  readonly folder: string;
  /** What the model does in the next turns. */
  readonly says: (...turns: Turn[]) => void;
  readonly model: ScriptedModelServer;
  readonly launch: (more?: object) => object;
  /** A client with its adapter; ended with the world. */
  readonly client: () => Promise<DebugTalk>;
  readonly close: () => Promise<void>;
}

let callCount = 0;

export function turnScript(turn: Turn): Script {
  if (typeof turn === "string") return chunks([delta({ role: "assistant", content: turn }), delta({}, "stop")]);
  const calls = turn.map(([name, args], index) => ({
    index,
    id: `call_${++callCount}`,
    type: "function",
    function: { name, arguments: typeof args === "string" ? args : JSON.stringify(args) },
  }));
  return chunks([delta({ role: "assistant", tool_calls: calls }), delta({}, "tool_calls")]);
}

export async function openDebugWorld(fixtures: string | null = null): Promise<DebugWorld> {
  const model = await startScriptedModelServer(["m"]);
  const runtime = await startRuntime({ args: ["--upstream", "chat", "--upstream-url", model.url] });
  const folder = mkdtempSync(join(tmpdir(), "debug-"));
  const definition = join(folder, "orders.assistant.yaml");
  writeFileSync(definition, definitionText);
  if (fixtures !== null) writeFileSync(join(folder, "orders.fixtures.yaml"), fixtures);
  const clients: DebugTalk[] = [];
  const queue: Turn[] = [];
  return {
    runtime,
    definition,
    folder,
    model,
    says: (...turns) => {
      queue.push(...turns);
      model.next(
        ...turns.map(
          (): Script =>
            (...request) =>
              turnScript(queue.shift() ?? "")(...request),
        ),
      );
    },
    launch: (more = {}) => ({ definition, baseUrl: runtime.url, message: "Where is ORD-1?", ...more }),
    client: async () => {
      queue.length = 0;
      const client = new DebugTalk(runtime.key);
      clients.push(client);
      await client.start();
      return client;
    },
    close: async () => {
      for (const client of clients) await client.end();
      await runtime.stop();
      await model.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const eventNames = [
  "initialized",
  "stopped",
  "continued",
  "thread",
  "output",
  "breakpoint",
  "terminated",
  "invalidated",
  "assistantExpiry",
  "assistantThread",
] as const;
type EventName = (typeof eventNames)[number];

interface Seen {
  readonly name: EventName;
  readonly body: Record<string, unknown>;
}

/** The library's client over stdio, with its events kept until they are asked for. */
export class DebugTalk {
  readonly dc: DebugClient;
  /** Every event so far. */
  readonly events: Seen[] = [];
  #read = 0;
  #ended = false;
  #wake: () => void = () => undefined;

  constructor(key: string) {
    this.dc = new DebugClient(process.execPath, debugAdapterProgram, "assistant", {
      env: { ...process.env, NODE_OPTIONS: "--disable-warning=ExperimentalWarning", ASSISTANTS_API_KEY: key },
    });
    for (const name of eventNames)
      this.dc.on(name, (event: DebugProtocol.Event) => {
        this.events.push({ name, body: (event.body ?? {}) as Record<string, unknown> });
        this.#wake();
      });
  }

  start(): Promise<void> {
    return this.dc.start();
  }

  /** The adapter. */
  get process(): ChildProcess {
    const { _adapterProcess: adapter } = this.dc as unknown as { readonly _adapterProcess: ChildProcess };
    return adapter;
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    // One that has gone would never answer.
    if (this.process.exitCode !== null || this.process.signalCode !== null) return;
    await this.dc.stop();
  }

  /** Sends a request; resolves to its body. */
  async ask(command: string, args: object = {}): Promise<Record<string, unknown>> {
    return ((await this.dc.customRequest(command, args)).body ?? {}) as Record<string, unknown>;
  }

  /** Sends a request that must be refused; resolves to the words. */
  async refused(command: string, args: object = {}): Promise<string> {
    try {
      await this.dc.customRequest(command, args);
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
    throw new Error(`${command} was not refused`);
  }

  /** The next event that fits; those before it are passed over. */
  async until(
    name: EventName,
    fits: (body: Record<string, unknown>) => boolean = () => true,
  ): Promise<Record<string, unknown>> {
    for (;;) {
      while (this.#read < this.events.length) {
        const event = this.events[this.#read++];
        if (event !== undefined && event.name === name && fits(event.body)) return event.body;
        if (event?.name === "terminated" && name !== "terminated")
          throw new Error(`terminated while waiting for ${name}; it said: ${this.said()}`);
      }
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  said(): string {
    return this.events.flatMap(({ name, body }) => (name === "output" ? [String(body["output"])] : [])).join("");
  }

  /** Initializes and launches or attaches; `set` is what the client sets before the run begins. */
  async begin(
    how: "launch" | "attach",
    args: object,
    set: { readonly lines?: readonly object[]; readonly functions?: readonly object[]; readonly filters?: object } = {},
  ): Promise<readonly DebugProtocol.Breakpoint[]> {
    await this.dc.initializeRequest({
      adapterID: "assistant",
      pathFormat: "path",
      linesStartAt1: true,
      columnsStartAt1: true,
      supportsInvalidatedEvent: true,
    });
    const begun = this.ask(how, args);
    begun.catch(() => undefined);
    await Promise.race([this.until("initialized"), begun]);
    let breakpoints: readonly DebugProtocol.Breakpoint[] = [];
    const path = (args as { definition?: string }).definition;
    if (set.lines !== undefined)
      breakpoints = (await this.ask("setBreakpoints", { source: { path }, breakpoints: set.lines }))[
        "breakpoints"
      ] as DebugProtocol.Breakpoint[];
    if (set.functions !== undefined) await this.ask("setFunctionBreakpoints", { breakpoints: set.functions });
    if (set.filters !== undefined) await this.ask("setExceptionBreakpoints", set.filters);
    await this.ask("configurationDone");
    await begun;
    return breakpoints;
  }

  async stopped(): Promise<DebugProtocol.StoppedEvent["body"]> {
    return (await this.until("stopped")) as unknown as DebugProtocol.StoppedEvent["body"];
  }

  async frames(threadId = 1): Promise<DebugProtocol.StackFrame[]> {
    return (await this.ask("stackTrace", { threadId }))["stackFrames"] as DebugProtocol.StackFrame[];
  }

  /** Variables of a scope of a frame, by name. */
  async scope(name: string, frame = 0, threadId = 1): Promise<Map<string, DebugProtocol.Variable>> {
    const frameId = (await this.frames(threadId))[frame]?.id;
    const scopes = (await this.ask("scopes", { frameId }))["scopes"] as DebugProtocol.Scope[];
    const scope = scopes.find((one) => one.name === name);
    if (scope === undefined) throw new Error(`no scope ${name}: ${scopes.map((one) => one.name).join()}`);
    return this.variables(scope.variablesReference);
  }

  async variables(variablesReference: number): Promise<Map<string, DebugProtocol.Variable>> {
    const found = (await this.ask("variables", { variablesReference }))["variables"] as DebugProtocol.Variable[];
    return new Map(found.map((one) => [one.name, one]));
  }

  /** Evaluates in the top frame, as the console does. */
  async evaluate(expression: string, frame = 0, threadId = 1): Promise<string> {
    const frameId = (await this.frames(threadId))[frame]?.id;
    return String((await this.ask("evaluate", { expression, frameId, context: "repl" }))["result"]);
  }

  go(
    command: "continue" | "next" | "stepOut" | "stepIn" | "stepBack" | "reverseContinue",
    threadId = 1,
  ): Promise<object> {
    return this.ask(command, { threadId });
  }
}
