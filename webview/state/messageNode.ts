import { signal, type Signal } from "@preact/signals";
import type { CitationView, MessageView } from "../../src/protocol/panelState.ts";
import { GrowingText } from "./growingText.ts";

/** A part of a message; its text is a signal of its own, so that a token redraws nothing else. */
export interface PartNode {
  readonly kind: "text" | "refusal" | "image";
  readonly text: GrowingText;
  /** The stored file of an image; null for other parts. */
  readonly fileId: string | null;
  readonly citations: Signal<readonly CitationView[]>;
}

/** A message. `view` holds all but the growing text, which is in `parts`. */
export class MessageNode {
  readonly id: string;
  readonly view: Signal<MessageView>;
  readonly parts: Signal<readonly PartNode[]>;

  constructor(view: MessageView) {
    this.id = view.id;
    this.view = signal(view);
    this.parts = signal(view.parts.map(partNode));
  }

  /** Takes over a whole message, keeping the parts that are still the same kind. */
  replace(view: MessageView): void {
    const old = this.parts.peek();
    const parts = view.parts.map((part, index) => {
      const node = old[index];
      if (node?.kind !== part.kind || (part.kind === "image" && part.fileId !== node.fileId)) {
        return partNode(part);
      }
      node.text.set(part.kind === "image" ? part.label : part.text);
      const citations = part.kind === "text" ? part.citations : [];
      if (JSON.stringify(citations) !== JSON.stringify(node.citations.peek())) {
        node.citations.value = citations;
      }
      return node;
    });
    this.view.value = view;
    if (parts.length !== old.length || parts.some((part, index) => part !== old[index])) {
      this.parts.value = parts;
    }
  }

  /** Takes over the annotations of a part; false when there is no such part. */
  cite(part: number, citations: readonly CitationView[]): boolean {
    const node = this.parts.peek()[part];
    if (node === undefined) {
      return false;
    }
    if (JSON.stringify(citations) !== JSON.stringify(node.citations.peek())) {
      node.citations.value = citations;
    }
    return true;
  }

  /** Appends to a part; false when the offset shows that something was lost. The first part after the last may be opened. */
  append(part: number, from: number, text: string): boolean {
    const parts = this.parts.peek();
    const node = parts[part];
    if (node) {
      if (node.text.length.peek() !== from) {
        return false;
      }
      node.text.append(text);
      return true;
    }
    if (part !== parts.length || from !== 0) {
      return false;
    }
    this.parts.value = [...parts, partNode({ kind: "text", text, citations: [] })];
    return true;
  }
}

function partNode(part: MessageView["parts"][number]): PartNode {
  return {
    kind: part.kind,
    text: new GrowingText(part.kind === "image" ? part.label : part.text),
    fileId: part.kind === "image" ? part.fileId : null,
    citations: signal(part.kind === "text" ? part.citations : []),
  };
}
