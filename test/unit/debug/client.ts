import assert from "node:assert/strict";
import type { DebugProtocol } from "@vscode/debugprotocol";

import { AssistantDebugSession } from "../../../src/debug/assistantDebugSession.ts";
import type { Debugged } from "../../../src/debug/ports.ts";

export const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A session in this process, spoken to as VS Code does. */
export class Client {
  readonly session: AssistantDebugSession;
  readonly events: DebugProtocol.Event[] = [];
  /** Responses by the number of their request; there must be one for each. */
  readonly responses = new Map<number, DebugProtocol.Response>();
  #seq = 0;

  constructor(
    debugged: Debugged | Promise<Debugged>,
    log: (message: string, error: unknown) => void,
    now: () => number = () => 200_000,
  ) {
    const find = (): Promise<Debugged> => Promise.resolve(debugged);
    this.session = new AssistantDebugSession({ launch: find, attach: find, log }, now);
    this.session.onDidSendMessage((sent) => {
      const message = sent as DebugProtocol.ProtocolMessage;
      if (message.type === "event") this.events.push(message as DebugProtocol.Event);
      else {
        const response = message as DebugProtocol.Response;
        assert.equal(this.responses.has(response.request_seq), false, `answered twice: ${response.command}`);
        this.responses.set(response.request_seq, response);
      }
    });
  }

  get requests(): number {
    return this.#seq;
  }

  send(command: string, args: object = {}): number {
    this.session.handleMessage({
      seq: ++this.#seq,
      type: "request",
      command,
      arguments: args,
    } as DebugProtocol.Request);
    return this.#seq;
  }

  async ask(command: string, args: object = {}): Promise<DebugProtocol.Response> {
    const seq = this.send(command, args);
    for (;;) {
      const response = this.responses.get(seq);
      if (response !== undefined) return response;
      await turn();
    }
  }
  /** Initializes and launches; `set` is what is asked before the run begins. Resolves when the launch has its answer. */
  launch(args: object = {}, set?: (client: Client) => void): Promise<DebugProtocol.Response> {
    return this.#begin("launch", { assistant: "a", message: "m", hold: false, ...args }, set);
  }

  /** The same for a thread whose run is there. */
  attach(args: object = {}, set?: (client: Client) => void): Promise<DebugProtocol.Response> {
    return this.#begin("attach", { thread: "thread_1", hold: false, ...args }, set);
  }

  async #begin(
    how: "launch" | "attach",
    args: object,
    set: (client: Client) => void = () => undefined,
  ): Promise<DebugProtocol.Response> {
    this.send("initialize", { pathFormat: "path" });
    const begun = this.ask(how, args);
    set(this);
    await this.ask("configurationDone");
    return begun;
  }

  count(event: string): number {
    return this.events.filter((one) => one.event === event).length;
  }

  /** Resolves to the last of them when there are so many. */
  async until(event: string, many = 1): Promise<Record<string, unknown>> {
    while (this.count(event) < many) await turn();
    return (this.events.filter((one) => one.event === event)[many - 1]?.body ?? {}) as Record<string, unknown>;
  }
}
