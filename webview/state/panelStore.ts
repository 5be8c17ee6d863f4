import { batch, computed, signal, type ReadonlySignal, type Signal } from "@preact/signals";
import type { PatchOp } from "../../src/protocol/messages.ts";
import type { PanelHeader, PanelIdentity, PanelNotice, PanelState } from "../../src/protocol/panelState.ts";
import { MessageNode } from "./messageNode.ts";
import { RunNode } from "./runNode.ts";
import { isActive } from "./runStatus.ts";

/** The panel's state as signals, fed by `init` and `patch`. */
export class PanelStore {
  /** Null until the first `init`. */
  readonly identity: Signal<PanelIdentity | null> = signal(null);
  readonly header: Signal<PanelHeader | null> = signal(null);
  readonly notice: Signal<PanelNotice | null> = signal(null);
  readonly messages: Signal<readonly MessageNode[]> = signal([]);
  readonly hasOlderMessages = signal(false);
  readonly runs: Signal<readonly RunNode[]> = signal([]);
  /** Called before older messages go in front, while the old layout still stands. */
  beforePrepend: () => void = () => {};

  readonly #messageById = new Map<string, MessageNode>();
  readonly #runById = new Map<string, RunNode>();

  /** The run that is not over. A thread has one at most, and it is the last. */
  readonly activeRun: ReadonlySignal<RunNode | null> = computed(() => {
    const last = this.runs.value.at(-1);
    return last && isActive(last.head.value.status) ? last : null;
  });

  message(id: string): MessageNode | undefined {
    return this.#messageById.get(id);
  }

  run(id: string): RunNode | undefined {
    return this.#runById.get(id);
  }

  /** Takes over a whole state. What is known already keeps its node, so that a resync redraws only what differs. */
  init(state: PanelState): void {
    batch(() => {
      this.identity.value = state.identity;
      this.header.value = state.header;
      this.notice.value = state.notice;
      this.hasOlderMessages.value = state.hasOlderMessages;
      const messages = state.messages.map((view) => {
        const node = this.#messageById.get(view.id);
        node?.replace(view);
        return node ?? new MessageNode(view);
      });
      this.#messageById.clear();
      messages.forEach((node) => this.#messageById.set(node.id, node));
      this.messages.value = messages;
      const runs = state.runs.map((view) => {
        const node = this.#runById.get(view.id) ?? new RunNode(view);
        node.replace(view);
        return node;
      });
      this.#runById.clear();
      runs.forEach((node) => this.#runById.set(node.id, node));
      this.runs.value = runs;
    });
  }

  /** Applies a patch; false when it does not fit, which means that one before it was lost. */
  apply(ops: readonly PatchOp[]): boolean {
    return batch(() => ops.every((op) => this.#applyOp(op)));
  }

  #applyOp(op: PatchOp): boolean {
    switch (op.op) {
      case "identity":
        this.identity.value = op.identity;
        return true;
      case "header":
        this.header.value = op.header;
        return true;
      case "notice":
        this.notice.value = op.notice;
        return true;
      case "message": {
        const known = this.#messageById.get(op.message.id);
        if (known) {
          known.replace(op.message);
        } else {
          const node = new MessageNode(op.message);
          this.#messageById.set(node.id, node);
          this.messages.value = [...this.messages.peek(), node];
        }
        return true;
      }
      case "messageText":
        return this.#messageById.get(op.messageId)?.append(op.part, op.from, op.append) ?? false;
      case "citations":
        return this.#messageById.get(op.messageId)?.cite(op.part, op.citations) ?? false;
      case "removeMessage":
        this.#messageById.delete(op.messageId);
        this.messages.value = this.messages.peek().filter((node) => node.id !== op.messageId);
        return true;
      case "olderMessages": {
        this.beforePrepend();
        const older = op.messages
          .filter((view) => !this.#messageById.has(view.id))
          .map((view) => new MessageNode(view));
        older.forEach((node) => this.#messageById.set(node.id, node));
        this.messages.value = [...older, ...this.messages.peek()];
        this.hasOlderMessages.value = op.hasOlderMessages;
        return true;
      }
      case "run": {
        const known = this.#runById.get(op.run.id);
        if (known) {
          known.head.value = op.run;
        } else {
          const node = new RunNode(op.run);
          this.#runById.set(node.id, node);
          this.runs.value = [...this.runs.peek(), node];
        }
        return true;
      }
      case "step": {
        const run = this.#runById.get(op.runId);
        run?.putStep(op.step);
        return run !== undefined;
      }
      case "callText": {
        const call = this.#runById
          .get(op.runId)
          ?.step(op.stepId)
          ?.calls.peek()
          .find((node) => node.id === op.callId);
        const text = call?.[op.field];
        if (!call || !text || text.length.peek() !== op.from) {
          return false;
        }
        text.append(op.append);
        if (op.field === "output") {
          call.hasOutput.value = true;
        }
        return true;
      }
      default:
        // A host newer than this webview: a full state says the same in words both know.
        op satisfies never;
        return false;
    }
  }
}
