import type { OfferedTools } from "../tools/offers.ts";
import type { RuntimeTool } from "../tools/port.ts";
import { ArgumentText } from "../tools/argumentText.ts";
import type { RunWriter } from "./runWriter.ts";

/** One call of a turn. */
export interface TurnCall {
  readonly id: string;
  readonly name: string;
  arguments: string;
  /** What executes it; `undefined` for a function, which the client answers. */
  readonly tool: RuntimeTool | undefined;
  /** What clients see of the arguments while they are written. */
  readonly input: ArgumentText | undefined;
  /** Its place in the step that it was written into as it came; `undefined` while it waits for a step of its own. */
  index: number | undefined;
}

/**
 * The calls of one turn, in the upstream's order, written as they come.
 *
 * A stream has one open step at a time. Functions share one, and a runtime tool that is called after them goes into it as well.
 * A runtime tool that comes first has a step to itself, and what comes after it waits until it has been executed.
 */
export class TurnCalls {
  readonly #writer: RunWriter;
  readonly #offered: OfferedTools;
  readonly #calls: TurnCall[] = [];

  constructor(writer: RunWriter, offered: OfferedTools) {
    this.#writer = writer;
    this.#offered = offered;
  }

  get all(): readonly TurnCall[] {
    return this.#calls;
  }

  /** Call number `slot` of the turn begins. */
  start(slot: number, wantedId: string, name: string): void {
    if (slot !== this.#calls.length) throw new Error(`call ${slot} of a turn came after ${this.#calls.length} calls`);
    const tool = this.#offered.toolNamed(name);
    const input = tool?.input === undefined ? undefined : new ArgumentText(tool.input);
    const call: TurnCall = { id: this.#writer.newCallId(wantedId), name, arguments: "", tool, input, index: undefined };
    const [first] = this.#calls;
    this.#calls.push(call);
    if (first === undefined || first.tool === undefined) openCall(this.#writer, call);
  }

  addArguments(slot: number, fragment: string): void {
    const call = this.#calls[slot];
    if (call === undefined) throw new Error(`call ${slot} has not begun`);
    call.arguments += fragment;
    const seen = call.tool === undefined ? fragment : (call.input?.add(fragment) ?? "");
    if (call.index === undefined || seen === "") return;
    if (call.tool === undefined) this.#writer.steps.addArguments(call.index, seen);
    else this.#writer.steps.addCode(call.index, seen);
  }

  /** All arguments are whole. */
  end(): void {
    for (const [slot, call] of this.#calls.entries()) {
      if (call.tool === undefined && call.arguments === "") this.addArguments(slot, "{}");
      const rest = call.input?.end() ?? "";
      if (rest !== "" && call.index !== undefined) this.#writer.steps.addCode(call.index, rest);
    }
  }
}

/** Writes a call, as far as it is known, into the open step for calls. */
export function openCall(writer: RunWriter, call: TurnCall): void {
  writer.openCallStep();
  const { steps } = writer;
  call.index = steps.addCall(call.tool?.type ?? "function", call.id, call.name);
  if (call.tool === undefined && call.arguments !== "") steps.addArguments(call.index, call.arguments);
  const input = call.input?.text ?? "";
  if (input !== "") steps.addCode(call.index, input);
}
