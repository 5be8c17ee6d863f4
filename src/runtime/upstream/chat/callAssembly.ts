import type { TurnEvent } from "../port.ts";

type CallEvent = Extract<TurnEvent, { kind: "fn.start" | "fn.args" }>;

interface OpenCall {
  readonly index: number | undefined;
  id: string;
  name: string;
  arguments: string;
  /** Its place among the calls of the turn; unset until it has a name. */
  slot: number | undefined;
}

/** Puts function calls together from the fragments of a chat stream, which servers number in many ways. */
export class CallAssembly {
  readonly #calls: OpenCall[] = [];
  #started = 0;

  /** What a fragment (`delta.tool_calls[i]`) adds. Malformed fragments add what they can. */
  add(fragment: unknown): CallEvent[] {
    if (typeof fragment !== "object" || fragment === null) return [];
    const { index, id, function: part } = fragment as { index?: unknown; id?: unknown; function?: unknown };
    const { name, arguments: args } = (typeof part === "object" && part !== null ? part : {}) as {
      name?: unknown;
      arguments?: unknown;
    };
    const text = typeof args === "string" ? args : args === undefined || args === null ? "" : JSON.stringify(args);
    const call = this.#callFor(
      typeof index === "number" ? index : undefined,
      typeof id === "string" ? id : "",
      typeof name === "string" ? name : "",
    );
    const events: CallEvent[] = [];
    if (call.slot === undefined && call.name !== "") {
      call.slot = this.#started++;
      events.push({ kind: "fn.start", slot: call.slot, callId: call.id, name: call.name });
      // Arguments may have come before the name.
      if (call.arguments !== "") events.push({ kind: "fn.args", slot: call.slot, fragment: call.arguments });
    }
    call.arguments += text;
    if (text !== "" && call.slot !== undefined) events.push({ kind: "fn.args", slot: call.slot, fragment: text });
    return events;
  }

  /** Whether a call never got a name, so that it cannot be made. */
  get hasNameless(): boolean {
    return this.#calls.some((call) => call.slot === undefined);
  }

  get count(): number {
    return this.#started;
  }

  /** What the model wrote for its calls, to count its tokens. */
  get text(): string {
    return this.#calls.map((call) => `${call.name}${call.arguments}`).join("\n");
  }

  #callFor(index: number | undefined, id: string, name: string): OpenCall {
    const held =
      index === undefined ? this.#byIdOrLast(id, name) : this.#calls.findLast((call) => call.index === index);
    // Some servers give every call the index 0: another id, or a name after whole arguments, is another call.
    const another =
      held !== undefined &&
      ((id !== "" && held.id !== "" && id !== held.id) || (name !== "" && parses(held.arguments)));
    if (held !== undefined && !another) {
      if (held.id === "") held.id = id;
      if (held.name === "") held.name = name;
      return held;
    }
    const call: OpenCall = { index, id, name, arguments: "", slot: undefined };
    this.#calls.push(call);
    return call;
  }

  #byIdOrLast(id: string, name: string): OpenCall | undefined {
    const same = id === "" ? undefined : this.#calls.findLast((call) => call.id === id);
    return same ?? (id === "" && name === "" ? this.#calls.at(-1) : undefined);
  }
}

function parses(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    // Not yet whole.
    return false;
  }
}
