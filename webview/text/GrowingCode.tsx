import { useLayoutEffect, useRef } from "preact/hooks";
import type { GrowingText } from "../state/growingText.ts";
import { highlightCode } from "../markdown/highlight.ts";
import { sanitize } from "../markdown/sanitize.ts";

interface Props {
  readonly text: GrowingText;
  readonly language: "python" | "text";
  readonly label: string;
  /** Nothing more comes. */
  readonly settled: boolean;
}

/** While it grows, code of up to this length is coloured anew with each addition; longer code gets its colours at the end. */
const coloursWhileGrowing = 6_000;

/** Code or output that comes in pieces. What is not coloured is appended, so that a long one costs what it is long. */
export function GrowingCode({ text, language, label, settled }: Props) {
  const host = useRef<HTMLElement>(null);
  const drawn = useRef({ length: 0, epoch: -1, plain: true });
  const length = text.length.value;
  const epoch = text.epoch.value;
  useLayoutEffect(() => {
    const code = host.current;
    if (code === null) return;
    const state = drawn.current;
    if (language !== "text" && (settled || length <= coloursWhileGrowing)) {
      const html = highlightCode(text.text(), language);
      if (html !== null) {
        code.replaceChildren(sanitize(html));
        drawn.current = { length, epoch, plain: false };
        return;
      }
    }
    if (state.plain && state.epoch === epoch && state.length <= length) code.append(text.since(state.length));
    else code.replaceChildren(text.text());
    drawn.current = { length, epoch, plain: true };
  }, [text, length, epoch, settled, language]);
  return (
    <pre class="code-view" tabIndex={0} role="region" aria-label={label}>
      <code ref={host} />
    </pre>
  );
}
