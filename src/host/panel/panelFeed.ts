import type { MessageTrace, RunTrace } from "../../core/runTrace.ts";
import type { PatchOp } from "../../protocol/messages.ts";
import type { MessageView, RunView } from "../../protocol/panelState.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { ConversationChange } from "../conversation/conversationTypes.ts";
import type { Citations } from "../retrieval/citations.ts";
import { messageView } from "./messageView.ts";
import type { CitationsOf } from "./messageView.ts";
import { messageOps, runOps } from "./panelPatch.ts";
import { runView } from "./runView.ts";
import type { RunContext } from "./runView.ts";

/** One update a frame is what a screen can show. */
const frameMs = 16;

export interface PanelFeedOptions {
  readonly conversation: () => Conversation;
  readonly citations: () => Citations;
  readonly context: (trace: RunTrace) => RunContext;
  readonly post: (ops: readonly PatchOp[]) => void;
}

/** Keeps a page up to date with a conversation: at most one patch a frame, of what it was not sent yet. */
export class PanelFeed {
  readonly #options: PanelFeedOptions;
  readonly #sentMessages = new Map<string, MessageTrace>();
  readonly #sentRuns = new Map<string, RunTrace>();
  readonly #dirtyMessages = new Set<string>();
  readonly #dirtyRuns = new Set<string>();
  #timer: NodeJS.Timeout | null = null;

  constructor(options: PanelFeedOptions) {
    this.#options = options;
  }

  /** The whole conversation, for a page that knows nothing of it. */
  begin(): { readonly messages: readonly MessageView[]; readonly runs: readonly RunView[] } {
    const { messages, runs } = this.#options.conversation();
    this.#dirtyMessages.clear();
    this.#dirtyRuns.clear();
    this.#sentMessages.clear();
    this.#sentRuns.clear();
    for (const message of messages) this.#sentMessages.set(message.id, message);
    for (const trace of runs) this.#sentRuns.set(trace.run.id, trace);
    return {
      messages: messages.map((message) => messageView(message, this.#citationsOf)),
      runs: runs.map((trace) => runView(trace, this.#options.context(trace))),
    };
  }

  mark(change: Exclude<ConversationChange, { readonly kind: "thread" }>): void {
    if (change.kind === "older") return this.#sendOlder(change.ids);
    (change.kind === "message" ? this.#dirtyMessages : this.#dirtyRuns).add(change.id);
    this.#timer ??= setTimeout(() => this.#flush(), frameMs);
  }

  /** Sends a run whole: what is drawn of it beside the run itself has changed. */
  redraw(runId: string): void {
    this.#sentRuns.delete(runId);
    this.mark({ kind: "run", id: runId });
  }

  dispose(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** Names citations by line or page, once it is known where they lead. */
  async resolveCitations(messages: readonly MessageTrace[]): Promise<void> {
    const citations = this.#options.citations();
    for (const message of messages) {
      if (!(await citations.resolve(message)) || this.#options.citations() !== citations) continue;
      this.#options.post(
        message.parts.map((_, part) => ({
          op: "citations",
          messageId: message.id,
          part,
          citations: citations.views(message, part),
        })),
      );
    }
  }

  readonly #citationsOf: CitationsOf = (message, part) => this.#options.citations().views(message, part);

  #sendOlder(ids: readonly string[]): void {
    const conversation = this.#options.conversation();
    const messages = ids.flatMap((id) => conversation.message(id) ?? []);
    for (const message of messages) this.#sentMessages.set(message.id, message);
    this.#options.post([
      {
        op: "olderMessages",
        messages: messages.map((message) => messageView(message, this.#citationsOf)),
        hasOlderMessages: conversation.hasOlder,
      },
    ]);
    void this.resolveCitations(messages);
  }

  #flush(): void {
    this.#timer = null;
    const conversation = this.#options.conversation();
    const ops: PatchOp[] = [];
    const changed: MessageTrace[] = [];
    for (const id of this.#dirtyMessages) {
      const message = conversation.message(id);
      if (message === undefined) continue;
      ops.push(...messageOps(this.#sentMessages.get(id), message, this.#citationsOf));
      changed.push(message);
      this.#sentMessages.set(id, message);
    }
    for (const id of this.#dirtyRuns) {
      const trace = conversation.run(id);
      if (trace === undefined) continue;
      ops.push(...runOps(this.#sentRuns.get(id), trace, this.#options.context(trace)));
      this.#sentRuns.set(id, trace);
    }
    this.#dirtyMessages.clear();
    this.#dirtyRuns.clear();
    if (ops.length > 0) this.#options.post(ops);
    void this.resolveCitations(changed);
  }
}
