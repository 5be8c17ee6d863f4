import { signal, type Signal } from "@preact/signals";
import type { CallView, RunHead, RunView, StepView } from "../../src/protocol/panelState.ts";
import { GrowingText } from "./growingText.ts";

/** A tool call. Its growing texts are apart from `view`, whose own are those of the last replacement. */
export class CallNode {
  readonly id: string;
  readonly view: Signal<CallView>;
  readonly arguments: GrowingText;
  readonly output: GrowingText;
  /** Whether there is an output at all: an empty one is one. */
  readonly hasOutput: Signal<boolean>;

  constructor(view: CallView) {
    this.id = view.id;
    this.view = signal(view);
    this.arguments = new GrowingText(view.arguments);
    this.output = new GrowingText(view.output ?? "");
    this.hasOutput = signal(view.output !== null);
  }

  replace(view: CallView): void {
    this.view.value = view;
    this.arguments.set(view.arguments);
    this.output.set(view.output ?? "");
    this.hasOutput.value = view.output !== null;
  }
}

/** A run step with its calls. */
export class StepNode {
  readonly id: string;
  readonly runId: string;
  readonly view: Signal<StepView>;
  readonly calls: Signal<readonly CallNode[]>;

  constructor(runId: string, view: StepView) {
    this.id = view.id;
    this.runId = runId;
    this.view = signal(view);
    this.calls = signal(view.calls.map((call) => new CallNode(call)));
  }

  replace(view: StepView): void {
    const old = new Map(this.calls.peek().map((call) => [call.id, call]));
    const calls = view.calls.map((call) => {
      const node = old.get(call.id);
      node?.replace(call);
      return node ?? new CallNode(call);
    });
    this.view.value = view;
    if (calls.length !== old.size || calls.some((call, index) => call !== this.calls.peek()[index])) {
      this.calls.value = calls;
    }
  }
}

/** A run with its steps. */
export class RunNode {
  readonly id: string;
  readonly head: Signal<RunHead>;
  readonly steps: Signal<readonly StepNode[]> = signal([]);

  constructor(head: RunHead) {
    this.id = head.id;
    this.head = signal(head);
  }

  /** Adds a step, or replaces the one with its id. */
  putStep(view: StepView): void {
    const known = this.step(view.id);
    if (known) {
      known.replace(view);
    } else {
      this.steps.value = [...this.steps.peek(), new StepNode(this.id, view)];
    }
  }

  replace(run: RunView): void {
    this.head.value = run;
    const ids = new Set(run.steps.map((step) => step.id));
    if (this.steps.peek().some((step) => !ids.has(step.id))) {
      this.steps.value = this.steps.peek().filter((step) => ids.has(step.id));
    }
    for (const step of run.steps) {
      this.putStep(step);
    }
  }

  step(id: string): StepNode | undefined {
    return this.steps.peek().find((step) => step.id === id);
  }

  call(id: string): CallNode | undefined {
    for (const step of this.steps.peek()) {
      const call = step.calls.peek().find((candidate) => candidate.id === id);
      if (call) {
        return call;
      }
    }
    return undefined;
  }
}
