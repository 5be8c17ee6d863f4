import { useLayoutEffect, useRef } from "preact/hooks";
import { highlightCode } from "../markdown/highlight.ts";
import { sanitize } from "../markdown/sanitize.ts";

interface Props {
  readonly text: string;
  readonly language: "json" | "python" | "text";
  readonly label: string;
}

/** Code to read, with its colours; scrolls by itself. */
export function Code({ text, language, label }: Props) {
  const host = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const html = highlightCode(text, language);
    if (html === null) {
      host.current?.replaceChildren(text);
    } else {
      host.current?.replaceChildren(sanitize(html));
    }
  }, [text, language]);
  return (
    <pre class="code-view" tabIndex={0} role="region" aria-label={label}>
      <code ref={host} />
    </pre>
  );
}
