import { wholeText } from "../../core/growingText.ts";
import { ProviderError } from "../../core/provider.ts";
import type { ListParams, Provider, RunSettings } from "../../core/provider.ts";
import type { AnswerEntry, RunTrace, SubmittedAnswer, TraceEntry } from "../../core/runTrace.ts";
import type { Assistant, Message, Page } from "../../core/wire.ts";
import { DapProblem } from "../../debug/dapServer.ts";
import { forkThread } from "../../debug/forkThread.ts";
import type { Debuggee, DebuggeeListener } from "../../debug/ports.ts";
import { settingsOf } from "../../debug/repeatedRun.ts";
import type { RunAnswers } from "../answers/runAnswers.ts";
import { titleOf } from "../conversation/titleOf.ts";
import { RunLeftOff } from "../sync/askBeforeRun.ts";
import type { ChatSession, ChatSubject } from "../panel/chatSession.ts";

export interface ConversationDebuggeeOptions {
  /** What the chat panel of the thread shows, too. */
  readonly session: ChatSession;
  readonly withProvider: <T>(task: (provider: Provider) => Promise<T>) => Promise<T>;
  /** Shows another thread of the same assistant. */
  readonly openThread: (threadId: string, subject: ChatSubject) => Promise<ChatSession>;
  /** What answers the calls of a chat; it answers nothing by itself while it is held. */
  readonly answersOf: (session: ChatSession) => RunAnswers;
  /** What runs are started with; null for the definition's own. */
  readonly settings: RunSettings | null;
}

/** A thread of this window as the debugger sees it: the same conversation that its chat shows, so that both see and answer one run. */
export class ConversationDebuggee implements Debuggee {
  readonly #options: ConversationDebuggeeOptions;
  readonly #answers: RunAnswers;
  readonly #hold: { dispose(): void };
  /** Brought up to date for the run that is about to begin. */
  #assistantId: string | null = null;
  /** Runs that were begun by this debugger, with the settings above. */
  readonly #own = new Set<string>();

  constructor(options: ConversationDebuggeeOptions) {
    this.#options = options;
    this.#answers = options.answersOf(options.session);
    this.#hold = this.#answers.hold();
  }

  get threadId(): string | null {
    return this.#conversation.threadId;
  }

  get title(): string {
    const first = this.#conversation.messages.find((message) => message.object.role === "user");
    const part = first?.parts.find((candidate) => candidate.kind === "text");
    return part?.kind === "text" ? titleOf(wholeText(part.text)) : "";
  }

  get runs(): readonly RunTrace[] {
    return this.#conversation.runs;
  }

  listen(listener: DebuggeeListener): () => void {
    const entries = this.#conversation.onEntry(({ runId, entry, trace }) => listener.entry(runId, entry, trace));
    const faults = this.#conversation.onFault(({ runId, error }) => listener.fault(runId, error.message));
    return () => {
      entries.dispose();
      faults.dispose();
    };
  }

  async addMessage(text: string): Promise<void> {
    const active = this.#conversation.activeRun;
    if (active !== null)
      throw new DapProblem(
        `The thread is busy: a run is ${active.run.status.replace("_", " ")}. Answer or stop it, or attach to it.`,
      );
    // A definition that cannot be run is found out before the thread has a message that nothing answers.
    this.#assistantId = await this.#readyAssistant();
    await this.#conversation.addMessage(text);
  }

  async startRun(): Promise<string> {
    const before = new Set(this.runs.map(({ run }) => run.id));
    const assistantId = this.#assistantId ?? (await this.#readyAssistant());
    this.#assistantId = null;
    await this.#options.session.start(assistantId, this.#options.settings);
    const started = this.runs.findLast(({ run }) => !before.has(run.id));
    if (started === undefined) throw new ProviderError("server", "The run was accepted, and is not known.");
    this.#own.add(started.run.id);
    return started.run.id;
  }

  note(runId: string, entry: AnswerEntry): void {
    this.#conversation.note(runId, entry);
  }

  making(callId: string): Promise<void> | null {
    return this.#answers.making(callId);
  }

  make<T>(callId: string, work: (stopped: AbortSignal) => Promise<T>): Promise<T> {
    return this.#answers.make(callId, work);
  }

  submit(runId: string, answers: readonly SubmittedAnswer[]): Promise<void> {
    return this.#conversation.submit(runId, answers);
  }

  cancel(runId: string): Promise<void> {
    return this.#conversation.cancel(runId);
  }

  refresh(runId: string | null): Promise<void> {
    return runId === null ? this.#conversation.findNewRuns() : this.#conversation.refresh(runId);
  }

  async hold(runId: string): Promise<boolean> {
    try {
      await this.#conversation.hold(runId);
      return true;
    } catch (error) {
      if (error instanceof ProviderError && error.kind === "unsupported") return false;
      throw error;
    }
  }

  record(runId: string): Promise<readonly TraceEntry[]> {
    return this.#conversation.recordedEntries(runId);
  }

  messages(params: ListParams): Promise<Page<Message>> {
    return this.#options.withProvider((provider) => provider.listMessages(this.#thread(), params));
  }

  async assistant(runId: string | null): Promise<Assistant> {
    const known = runId === null ? undefined : this.#conversation.run(runId)?.run.assistant_id;
    const id = known ?? (await this.#options.session.assistant());
    return this.#options.withProvider((provider) => provider.retrieveAssistant(id));
  }

  async fork(runId: string): Promise<Debuggee> {
    const run = this.#conversation.run(runId)?.run;
    if (run === undefined) throw new ProviderError("not_found", `The run ${runId} is not known.`);
    const { withProvider, settings: given } = this.#options;
    // Read before the assistant is brought up to date: what an edited definition changes is to count.
    const settings = this.#own.has(runId)
      ? given
      : settingsOf(run, await withProvider((provider) => provider.retrieveAssistant(run.assistant_id)));
    const thread = await withProvider((provider) => forkThread(provider, run, this.title));
    // The new thread has no run that would tell whom it is with.
    const { definitionUri } = this.#options.session.subject;
    const session = await this.#options.openThread(thread, { definitionUri, assistantId: run.assistant_id });
    return new ConversationDebuggee({ ...this.#options, session, settings });
  }

  release(): Promise<void> {
    this.#hold.dispose();
    return Promise.resolve();
  }

  async #readyAssistant(): Promise<string> {
    try {
      return await this.#options.session.assistant();
    } catch (error) {
      // Who was asked and left off knows why nothing began: a dialog about it would only be in the way.
      if (error instanceof RunLeftOff) throw new DapProblem(error.message, false, { cause: error });
      throw error;
    }
  }

  get #conversation(): ChatSession["conversation"] {
    return this.#options.session.conversation;
  }

  #thread(): string {
    if (this.threadId === null) throw new ProviderError("invalid", "There is no thread yet.");
    return this.threadId;
  }
}
