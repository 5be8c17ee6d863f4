import * as vscode from "vscode";

import type { HandlerLog } from "../answers/handlerLog.ts";
import type { HostMessage, WebviewMessage } from "../../protocol/messages.ts";
import type { PanelNotice } from "../../protocol/panelState.ts";
import type { DefinitionFile } from "../definitions/definitionFile.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ChatSession } from "./chatSession.ts";
import type { DraftStore } from "./draftStore.ts";
import { OpenQuestion } from "./openQuestion.ts";
import { PanelFeed } from "./panelFeed.ts";
import { answerRequest } from "./panelRequests.ts";
import type { RequestContext } from "./panelRequests.ts";

export interface ChatPanelOptions {
  readonly panel: vscode.WebviewPanel;
  readonly session: ChatSession;
  readonly drafts: DraftStore;
  readonly log: Log;
  readonly handlerLog: HandlerLog;
  /** A fresh session for the same assistant on the connection that is in use now. */
  readonly newSession: (session: ChatSession) => ChatSession;
}

/** A chat panel: shows a session and passes on what the person does. */
export class ChatPanel implements vscode.Disposable {
  readonly panel: vscode.WebviewPanel;
  readonly #options: ChatPanelOptions;
  readonly #subscriptions: vscode.Disposable[] = [];
  readonly #disposed = new vscode.EventEmitter<void>();
  #session: ChatSession;
  #sessionSubscriptions: readonly vscode.Disposable[] = [];
  #notice: PanelNotice | null = null;
  /** A person dismissed the standing notice of this session. */
  #quiet = false;
  #ready = false;
  #gone = false;
  #file: DefinitionFile | null = null;
  readonly #feed: PanelFeed;

  readonly onDispose = this.#disposed.event;

  constructor(options: ChatPanelOptions) {
    this.#options = options;
    this.panel = options.panel;
    this.#session = options.session;
    this.#feed = new PanelFeed({
      conversation: () => this.#session.conversation,
      citations: () => this.#session.citations,
      context: (trace) => this.#session.context(trace, this.#file),
      post: (ops) => this.#post({ type: "patch", ops }),
    });
    this.#watchSession();
    this.#subscriptions.push(
      this.panel.webview.onDidReceiveMessage((message: WebviewMessage) => void this.#receive(message)),
      this.panel.onDidDispose(() => this.dispose()),
    );
  }

  get session(): ChatSession {
    return this.#session;
  }

  /** The definition or the connection changed: the header is drawn again. */
  async refreshHeader(): Promise<void> {
    if (!this.#ready) return;
    const before = this.#file;
    this.#file = await this.#session.definition();
    const active = this.#session.conversation.activeRun;
    // A handler that was added may run for the calls that wait.
    if (before !== this.#file && active?.run.status === "requires_action") this.#feed.redraw(active.run.id);
    this.#post({ type: "patch", ops: [{ op: "header", header: await this.#session.header() }] });
    // A question stays until it is answered, and a run's own fault is not overwritten by what the definition says.
    if (this.#question.isOpen) return;
    if (this.#notice === null || this.#notice.severity !== "error" || this.#noticeIsStanding)
      await this.#showStandingNotice();
  }

  #noticeIsStanding = false;

  /** The question before a run that stands in the notice; the message waits in the composer. */
  readonly #question = new OpenQuestion((notice) => this.#say(notice));

  /** Goes on with a new thread in this panel. */
  async restart(): Promise<void> {
    await this.#replaceSession(this.#options.newSession(this.#session));
  }

  focus(target: "composer" | "outputs" | "timeline"): void {
    this.#post({ type: "focus", target });
  }

  dispose(): void {
    this.#gone = true;
    this.#question.leaveOff();
    this.#feed.dispose();
    for (const subscription of [...this.#subscriptions, ...this.#sessionSubscriptions]) subscription.dispose();
    this.#disposed.fire();
    this.#disposed.dispose();
  }

  async #replaceSession(session: ChatSession): Promise<void> {
    this.#question.leaveOff();
    const { drafts } = this.#options;
    const before = this.#session.identity();
    // What was typed for a thread that does not exist yet is meant for the one that takes its place.
    if (before.threadId === null) await drafts.set(session.identity(), drafts.get(before));
    this.#session = session;
    this.#quiet = false;
    this.#watchSession();
    await this.#init();
  }

  #watchSession(): void {
    // A panel behind another one is not drawn yet, but its tab is.
    void this.#nameTab();
    for (const subscription of this.#sessionSubscriptions) subscription.dispose();
    const { conversation } = this.#session;
    this.#session.answers.attend({
      typed: (callId) => this.#options.drafts.get(this.#session.identity()).outputs[callId] ?? null,
      onError: (error) =>
        this.#say({
          severity: "error",
          text: errorWords(error, this.#options.log),
          actions: [{ label: "Dismiss", command: "dismissNotice" }],
        }),
    });
    this.#sessionSubscriptions = [
      conversation.onChange((change) => {
        if (!this.#ready) return;
        if (change.kind === "thread") void this.#threadMade();
        else this.#feed.mark(change);
      }),
      conversation.onFault(({ error }) =>
        this.#say({
          severity: "error",
          text: error.message,
          actions: [
            { label: "Try again", command: "retry" },
            { label: "Show log", command: "showLog" },
          ],
        }),
      ),
    ];
  }

  async #init(): Promise<void> {
    const session = this.#session;
    this.#file = await session.definition();
    const header = await session.header();
    this.#noticeIsStanding = true;
    this.#notice = this.#quiet ? null : await session.standingNotice();
    const { conversation } = session;
    const identity = session.identity();
    const { messages, runs } = this.#feed.begin();
    this.#ready = true;
    this.#post({
      type: "init",
      state: {
        identity,
        header,
        notice: this.#notice,
        messages,
        hasOlderMessages: conversation.hasOlder,
        runs,
        draft: this.#options.drafts.get(identity),
      },
    });
    // The newest are on screen.
    void this.#feed.resolveCitations(conversation.messages.toReversed());
  }

  async #threadMade(): Promise<void> {
    this.#post({ type: "patch", ops: [{ op: "identity", identity: this.#session.identity() }] });
    await this.#nameTab();
  }

  async #nameTab(): Promise<void> {
    const title = await this.#session.title();
    if (!this.#gone) this.panel.title = title;
  }

  async #receive(message: WebviewMessage): Promise<void> {
    switch (message.type) {
      case "ready":
        // A page that begins anew does not know of a message that waits for an answer: it is in the composer still.
        this.#question.leaveOff();
        await this.#init();
        return;
      case "draft":
        await this.#options.drafts.set(this.#session.identity(), message.draft);
        return;
      case "fault":
        this.#options.log.error(`In the chat panel: ${message.message}`);
        return;
      case "request":
        this.#post(await answerRequest(message, this.#requestContext()));
    }
  }

  #requestContext(): RequestContext {
    return {
      session: this.#session,
      log: this.#options.log,
      handlerLog: this.#options.handlerLog,
      say: (notice) => this.#say(notice),
      restart: () => this.restart(),
      refreshHeader: () => this.refreshHeader(),
      dismiss: () => {
        if (this.#question.leaveOff()) return;
        this.#quiet = true;
        this.#say(null);
      },
      ask: (question, definition) => this.#question.ask(question, definition),
      choose: (option) => this.#question.choose(option),
      words: (error) => errorWords(error, this.#options.log),
    };
  }

  async #showStandingNotice(): Promise<void> {
    const standing = this.#quiet ? null : await this.#session.standingNotice();
    this.#say(standing);
    this.#noticeIsStanding = true;
  }

  #say(notice: PanelNotice | null): void {
    this.#notice = notice;
    this.#noticeIsStanding = false;
    this.#post({ type: "patch", ops: [{ op: "notice", notice }] });
  }

  #post(message: HostMessage): void {
    // A disposed webview throws.
    if (!this.#gone) void this.panel.webview.postMessage(message);
  }
}
