import { unixSeconds, type Clock } from "../clock.ts";
import type { Message, Run, RunStep, Usage } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import { AnswerMarks, type AnswerPiece, type KnownSources } from "./answerMarks.ts";
import { annotateLink, appendImage, appendText } from "./appendText.ts";
import type { EventFeed } from "./eventFeed.ts";
import { newAssistantMessage } from "./newParts.ts";
import { endMessage, type RunEnd } from "./runRecord.ts";
import { saveEveryMs, type StepWriter } from "./stepWriter.ts";

/** What the run's tools made that no message has shown yet. */
export interface Unshown {
  readonly images: readonly string[];
  readonly files: readonly string[];
}

export const nothingUnshown: Unshown = { images: [], files: [] };

/** Writes the messages of one run, one at a time, each with its step. */
export class MessageWriter {
  readonly #run: Run;
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #feed: EventFeed;
  readonly #steps: StepWriter;
  #marks = new AnswerMarks();
  #message: Message | undefined;
  #savedAt = 0;

  /** The message that an earlier stretch of the run left open, if the open step is one's. */
  constructor(run: Run, around: { store: ObjectStore; clock: Clock; feed: EventFeed; steps: StepWriter }) {
    this.#run = run;
    this.#store = around.store;
    this.#clock = around.clock;
    this.#feed = around.feed;
    this.#steps = around.steps;
    const details = around.steps.open?.step_details;
    if (details?.type === "message_creation")
      this.#message = around.store.get("message", details.message_creation.message_id);
  }

  /** The message that is open. */
  get open(): Message | undefined {
    return this.#message;
  }

  /** Opens a message. It begins with the images that tools made, and files that they made are attached to it. */
  begin(unshown: Unshown): RunStep {
    const message = newAssistantMessage(this.#run, unixSeconds(this.#clock));
    message.attachments = unshown.files.map((id) => ({ file_id: id, tools: [{ type: "code_interpreter" }] }));
    // One commit for both: the first token waits for it.
    const step = this.#store.transaction(() => {
      this.#store.insert("message", message, { parent: message.thread_id, run: message.run_id });
      return this.#steps.begin({ type: "message_creation", message_creation: { message_id: message.id } });
    });
    this.#message = message;
    this.#marks = new AnswerMarks();
    this.#savedAt = this.#clock.now();
    this.#feed.emit("thread.message.created", message);
    this.#feed.emit("thread.message.in_progress", message);
    for (const id of unshown.images) this.#emit(message, appendImage(message, id));
    return step;
  }

  say(text: string, known: KnownSources): void {
    for (const piece of this.#marks.read(text, known)) this.#append("text", piece);
  }

  refuse(text: string): void {
    this.#append("refusal", { text });
  }

  /** Attaches a file that a tool made. There is no delta for it: clients get it with the message's end. */
  attach(fileId: string): void {
    const message = this.#current();
    const attachments = message.attachments ?? [];
    if (attachments.some((one) => one.file_id === fileId)) return;
    message.attachments = [...attachments, { file_id: fileId, tools: [{ type: "code_interpreter" }] }];
  }

  show(fileId: string): void {
    const message = this.#current();
    this.#emit(message, appendImage(message, fileId));
  }

  /** Annotates what has been said already as a link to a file. */
  annotate(link: string, fileId: string): void {
    const message = this.#current();
    for (const delta of annotateLink(message, link, fileId)) this.#emit(message, delta);
  }

  /** Ends the open message, then its step. */
  end(end: RunEnd, usage: Usage, known: KnownSources): void {
    for (const piece of this.#marks.end(known)) this.#append("text", piece);
    const message = this.#current();
    endMessage(message, end, unixSeconds(this.#clock));
    this.#store.update("message", message);
    this.#message = undefined;
    this.#feed.emit(`thread.message.${message.status}`, message);
    this.#steps.end(end, usage);
  }

  #append(type: "text" | "refusal", piece: AnswerPiece): void {
    const message = this.#current();
    const delta = appendText(message, type, piece);
    if (this.#clock.now() - this.#savedAt >= saveEveryMs) {
      this.#store.update("message", message);
      this.#savedAt = this.#clock.now();
    }
    this.#emit(message, delta);
  }

  #emit(message: Message, delta: object): void {
    this.#feed.emit("thread.message.delta", {
      id: message.id,
      object: "thread.message.delta",
      delta: { content: [delta] },
    });
  }

  #current(): Message {
    if (this.#message === undefined) throw new Error("no message is open");
    return this.#message;
  }
}
