import type { CitationView } from "../../src/protocol/panelState.ts";
import type { GrowingText } from "../state/growingText.ts";
import { closesFence, definesReferences, mayCloseFence, splitBlocks, type OpenFence } from "./blocks.ts";
import { highlightCode } from "./highlight.ts";
import { createMarkdown } from "./parser.ts";
import { withoutPendingMarks } from "./pendingMarks.ts";
import { sanitize } from "./sanitize.ts";

const markdown = createMarkdown();

/** Code up to this length gets its colours anew with each drawing; beyond, only when its fence closes. */
const colouredWhileOpen = 4000;

/** Characters of one block of an open fence. */
const chunkSize = 2000;

/** An open fence on screen. */
interface DrawnFence {
  readonly open: OpenFence;
  readonly element: HTMLElement;
  /** The code on screen; null once it is too long for colours. */
  code: string | null;
  /** The block that takes appended lines, and how many characters it has. */
  chunk: HTMLElement | null;
  chunkLength: number;
  /** A last line that may yet turn out to close the fence. */
  held: string;
}

/** Share of the time that drawing one growing block may take: a long block is drawn less often. */
const costFactor = 8;

/**
 * Draws a text that grows, into an element: finished blocks stay as they are, the last one is drawn anew, and code in an
 * open fence is only appended.
 */
export class StreamingMarkdown {
  readonly #element: HTMLElement;
  #read = 0;
  #epoch = 0;
  /** The unfinished end of the text. */
  #tail = "";
  #tailNodes: ChildNode[] = [];
  #fence: DrawnFence | null = null;
  #citations: readonly CitationView[] = [];
  /** Whether a mark that nothing is known about was left out of what is drawn for good. */
  #hidesMarks = false;
  #notBefore = 0;

  constructor(element: HTMLElement) {
    this.#element = element;
  }

  /** Draws what has come since the last call. Returns the milliseconds to wait before what is left is worth drawing. */
  update(text: GrowingText, citations: readonly CitationView[], done: boolean): number {
    if (text.epoch.peek() !== this.#epoch || this.#isDrawnOtherwise(text, citations)) {
      this.#restart(text, citations);
    }
    this.#citations = citations;
    this.#append(text.since(this.#read));
    this.#read = text.length.peek();
    if (done) {
      this.#finish(text);
      return 0;
    }
    const early = this.#notBefore - performance.now();
    if (!this.#fence && early > 0) {
      return early;
    }
    this.#drawTail();
    return 0;
  }

  /** Whether what is drawn for good has something of these citations in it that it shows in another way. */
  #isDrawnOtherwise(text: GrowingText, citations: readonly CitationView[]): boolean {
    if (citations === this.#citations) {
      return false;
    }
    const known = this.#citations.length;
    const sameSoFar =
      citations.length >= known &&
      this.#citations.every(({ marker, label }, index) => {
        const now = citations[index];
        return now?.marker === marker && now.label === label;
      });
    if (!sameSoFar) {
      return this.#read > 0;
    }
    const drawn = text.text().slice(0, Math.max(0, this.#read - this.#tail.length));
    return citations.slice(known).some(({ marker }) => marker !== "" && drawn.includes(marker));
  }

  #restart(text: GrowingText, citations: readonly CitationView[]): void {
    this.#epoch = text.epoch.peek();
    this.#citations = citations;
    this.#read = 0;
    this.#tail = "";
    this.#tailNodes = [];
    this.#fence = null;
    this.#hidesMarks = false;
    this.#notBefore = 0;
    this.#element.replaceChildren();
  }

  /** A code line of an open fence goes straight to the screen; its last line only when it cannot be the closing one. */
  #append(chunk: string): void {
    // Offsets are counted in lines that end with `\n` alone.
    const text = chunk.replaceAll("\r", "");
    this.#tail += text;
    const fence = this.#fence;
    if (!fence || text === "") {
      return;
    }
    fence.held += text;
    const lines = fence.held.split(/(?<=\n)/);
    const last = lines.at(-1) ?? "";
    if (lines.some((line) => line.endsWith("\n") && closesFence(fence.open, line))) {
      this.#fence = null;
      return;
    }
    const hold = !last.endsWith("\n") && mayCloseFence(last) ? last : "";
    drawCode(fence, fence.held.slice(0, fence.held.length - hold.length));
    fence.held = hold;
  }

  #drawTail(): void {
    if (this.#fence || this.#tail === "") {
      return;
    }
    const started = performance.now();
    const { finished, openFence } = splitBlocks(markdown, this.#tail);
    this.#clearTail();
    if (finished > 0) {
      const done = this.#tail.slice(0, finished);
      const shown = withoutPendingMarks(done, this.#citations);
      this.#hidesMarks ||= shown !== done;
      this.#element.append(this.#render(shown, true));
      this.#tail = this.#tail.slice(finished);
    }
    const fragment = this.#render(withoutPendingMarks(this.#tail, this.#citations), false);
    this.#tailNodes = [...fragment.childNodes];
    this.#element.append(fragment);
    const code = this.#tailNodes.at(-1);
    if (openFence && code instanceof HTMLElement) {
      this.#openFence({ ...openFence, bodyStart: openFence.bodyStart - finished }, code);
    }
    this.#notBefore = started + (performance.now() - started) * costFactor;
  }

  #openFence(open: OpenFence, block: HTMLElement): void {
    const code = block.querySelector("code");
    if (!code) {
      return;
    }
    const body = this.#tail.slice(open.bodyStart);
    const last = body.slice(body.lastIndexOf("\n") + 1);
    const held = mayCloseFence(last) ? last : "";
    code.replaceChildren();
    this.#fence = { open, element: code, code: "", chunk: null, chunkLength: 0, held };
    drawCode(this.#fence, body.slice(0, body.length - held.length));
  }

  /** The last drawing: colours for the last block; all in one when link references reach across blocks. */
  #finish(text: GrowingText): void {
    const whole = text.text();
    // A mark that nothing was said about until the end is text.
    if (definesReferences(whole) || this.#hidesMarks) {
      this.#element.replaceChildren(this.#render(whole.replaceAll("\r", ""), true));
      this.#tailNodes = [];
    } else {
      this.#clearTail();
      this.#element.append(this.#render(this.#tail, true));
    }
    this.#fence = null;
    this.#tail = "";
  }

  #clearTail(): void {
    this.#tailNodes.forEach((node) => node.remove());
    this.#tailNodes = [];
  }

  #render(text: string, highlight: boolean): DocumentFragment {
    return sanitize(markdown.render(text, { citations: this.#citations, highlight }));
  }
}

function drawCode(fence: DrawnFence, more: string): void {
  if (more === "") {
    return;
  }
  const code = fence.code === null ? null : fence.code + more;
  fence.code = code !== null && code.length <= colouredWhileOpen ? code : null;
  if (fence.code !== null) {
    const html = highlightCode(fence.code, fence.open.info.split(/\s+/)[0] ?? "");
    if (html !== null) {
      fence.element.replaceChildren(sanitize(html));
      return;
    }
  }
  const full = fence.chunk ? fence.chunkLength > chunkSize : true;
  const cut = full ? more.lastIndexOf("\n") + 1 : 0;
  const startsLine =
    fence.chunk === null && (fence.element.textContent === "" || fence.element.textContent.endsWith("\n"));
  if (!full || (cut === 0 && !startsLine)) {
    (fence.chunk ?? fence.element).append(more);
    fence.chunkLength += more.length;
    return;
  }
  // Blocks of their own, begun at line breaks: an append then lays out one of them and not the whole code.
  const head = startsLine ? "" : more.slice(0, cut);
  (fence.chunk ?? fence.element).append(head);
  fence.chunk = document.createElement("span");
  fence.chunk.className = "code-chunk";
  fence.chunk.append(more.slice(head.length));
  fence.chunkLength = more.length - head.length;
  fence.element.append(fence.chunk);
}
