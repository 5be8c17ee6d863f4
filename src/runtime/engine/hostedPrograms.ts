import type { TurnEvent } from "../upstream/port.ts";
import type { ContainerOutputs, CopiedFile } from "./containerOutputs.ts";
import type { RunWriter } from "./runWriter.ts";

/** Writes the programs that an upstream executes by itself within a turn, and hands out what they made. */
export class HostedPrograms {
  readonly #writer: RunWriter;
  readonly #outputs: ContainerOutputs | undefined;
  #open: { readonly index: number; readonly shared: boolean; code: string } | undefined;
  #ran = false;
  /** Said at the end of the message whose links lead nowhere, or of the program. */
  #problems: string[] = [];
  readonly #told = new Set<string>();
  #images: string[] = [];

  /** @param outputs what copies from the run's container; `undefined` when the run has none */
  constructor(writer: RunWriter, outputs: ContainerOutputs | undefined) {
    this.#writer = writer;
    this.#outputs = outputs;
  }

  /** `shared`: a step for calls is open and stays so, because its functions wait for their outputs. */
  start(callId: string, shared: boolean): void {
    const writer = this.#writer;
    writer.openCallStep();
    const index = writer.steps.addCall("code_interpreter", writer.newCallId(callId), "");
    writer.countCall("code_interpreter");
    this.#open = { index, shared, code: "" };
    this.#ran = true;
  }

  addCode(text: string): void {
    if (this.#open === undefined) throw new Error("code came before its program");
    this.#open.code += text;
    this.#writer.steps.addCode(this.#open.index, text);
  }

  /** A program is over: its outputs are written, and what it made is copied. Rejects only when the run is stopped. */
  async end({ outputs, problem }: Extract<TurnEvent, { kind: "code.end" }>, stop: AbortSignal): Promise<void> {
    const open = this.#open;
    if (open === undefined) throw new Error("a program ended that had not begun");
    this.#open = undefined;
    const { steps } = this.#writer;
    const isOver = (): boolean => stop.aborted || this.#writer.ended;
    const logs = outputs.map((one) => (one.kind === "logs" ? one.text : "")).join("");
    if (logs !== "") steps.addLogs(open.index, logs);
    const shown = new Set<string>();
    const show = (fileId: string): void => {
      if (shown.has(fileId)) return;
      shown.add(fileId);
      steps.addImage(open.index, fileId);
      this.#writer.noteImage(fileId);
    };
    const { copied, problems } = (await this.#outputs?.copyNew(stop, open.code)) ?? { copied: [], problems: [] };
    if (isOver()) return;
    const remarks = [...problems];
    for (const { path, file, isImage } of copied) {
      if (isImage) show(file.id);
      this.#writer.handOut(path, file.id);
    }
    for (const one of outputs) {
      if (one.kind !== "image" || this.#outputs === undefined) continue;
      const file = await this.#outputs.keepImage(one.url, stop);
      if (isOver()) return;
      if (typeof file === "string") remarks.push(file);
      else show(file.id);
    }
    if (problem !== null && open.shared) remarks.push(problem);
    for (const remark of remarks) this.#told.add(remark);
    if (remarks.length > 0)
      steps.addLogs(
        open.index,
        `${logs === "" || logs.endsWith("\n") ? "" : "\n"}${remarks.map((one) => `[${one}]\n`).join("")}`,
      );
    if (open.shared) return;
    this.#writer.closeCallStep(
      false,
      problem === null ? undefined : { status: "failed", error: { code: "server_error", message: problem } },
    );
  }

  /** The message hands out a file. Rejects only when the run is stopped. */
  async handOut(event: Extract<TurnEvent, { kind: "container.file" }>, stop: AbortSignal): Promise<void> {
    if (this.#outputs === undefined) return;
    const copy = await this.#outputs.copyCited(event, pathIn(event.link), stop);
    if (stop.aborted || this.#writer.ended) return;
    if (typeof copy === "string") return void this.#problems.push(copy);
    this.#writer.handOut(copy.path, copy.file.id);
    if (event.link !== "") this.#writer.annotateLink(event.link, copy.file.id);
    else this.#addImage(copy);
  }

  /** The message is whole but for what is to be said of its files. */
  endMessage(): void {
    if (!this.#writer.inMessage) return;
    const news = this.takeNews();
    if (news !== "") this.#writer.addRemark(`\n\n${news}`);
    this.#showImages();
  }

  /** The turn is over: what its programs made and nothing named is brought here, too. Rejects only when the run is stopped. */
  async settle(stop: AbortSignal): Promise<void> {
    if (this.#outputs === undefined) return;
    const { copied, problems } = this.#ran ? await this.#outputs.copyNew(stop) : { copied: [], problems: [] };
    if (stop.aborted || this.#writer.ended) return;
    for (const copy of copied) {
      this.#writer.handOut(copy.path, copy.file.id);
      this.#writer.annotateLink(`sandbox:${copy.path}`, copy.file.id);
      this.#addImage(copy);
    }
    this.#problems.push(...problems);
    this.endMessage();
    this.#showImages();
  }

  /** What could not be copied and has not been told, for a text that is not written yet; empty when there is nothing. */
  takeNews(): string {
    const news = this.#problems.splice(0).filter((one) => !this.#told.has(one));
    for (const one of news) this.#told.add(one);
    return news.map((one) => `[${one}]`).join("\n");
  }

  /** In the open message, or at the beginning of the next one. */
  #showImages(): void {
    for (const id of this.#images.splice(0)) this.#writer.showImage(id);
  }

  /** A picture that no step of the run has shown. */
  #addImage({ file, isImage }: CopiedFile): void {
    if (!isImage || this.#images.includes(file.id) || this.#writer.hasShown(file.id)) return;
    this.#images.push(file.id);
  }
}

function pathIn(link: string): string {
  const path = link.replace(/^sandbox:/, "");
  try {
    return decodeURI(path);
  } catch {
    // A percent sign of its own.
    return path;
  }
}
