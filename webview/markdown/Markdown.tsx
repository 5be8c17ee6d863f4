import { effect } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { PartNode } from "../state/messageNode.ts";
import { StreamingMarkdown } from "./streamingMarkdown.ts";

interface Props {
  readonly part: PartNode;
  /** True when no more text will come. */
  readonly done: boolean;
  /** Which part of which message it is: what a citation in it belongs to. */
  readonly messageId: string;
  readonly index: number;
}

/** A part of a message as markdown, drawn at most once a frame while it grows. */
export function Markdown({ part, done, messageId, index }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const renderer = useRef<StreamingMarkdown | null>(null);
  useLayoutEffect(() => {
    const element = host.current;
    if (!element) {
      return undefined;
    }
    const drawing = (renderer.current ??= new StreamingMarkdown(element));
    let frame = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      frame = 0;
      const wait = drawing.update(part.text, part.citations.peek(), done);
      if (wait > 0) {
        clearTimeout(timer);
        timer = setTimeout(draw, wait);
      }
    };
    let first = true;
    const stop = effect(() => {
      void [part.text.length.value, part.text.epoch.value, part.citations.value];
      if (first) {
        first = false;
        draw();
      } else if (frame === 0) {
        frame = requestAnimationFrame(draw);
      }
    });
    return () => {
      stop();
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  }, [part, done]);
  return <div class="markdown" ref={host} data-message={messageId} data-part={index} />;
}
