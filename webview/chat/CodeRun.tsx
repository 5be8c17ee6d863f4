import { memo } from "preact/compat";
import { useState } from "preact/hooks";
import { usePanel } from "../panelContext.ts";
import { GrowingCode } from "../text/GrowingCode.tsx";
import { formatDuration, formatElapsed } from "../text/duration.ts";
import { now } from "../state/clock.ts";
import type { CallNode } from "../state/runNode.ts";
import { IconButton } from "./IconButton.tsx";
import { StoredPicture } from "./StoredPicture.tsx";

interface Props {
  readonly call: CallNode;
  /** The times are whole seconds of the wire: too rough for a duration. */
  readonly rough: boolean;
}

/** A code interpreter call: the code as it is written, what it printed below it, and the pictures that it made. */
export const CodeRun = memo(function CodeRun({ call, rough }: Props) {
  const [open, setOpen] = useState(true);
  const { requests } = usePanel();
  const view = call.view.value;
  const writing = view.end === null && !call.hasOutput.value;
  return (
    <section class="code-run" aria-label="Python program">
      <header class="code-run-bar">
        <button type="button" class="code-run-title" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span class={`codicon codicon-chevron-${open ? "down" : "right"}`} aria-hidden="true" />
          <span class="codicon codicon-terminal call-icon" aria-hidden="true" />
          <span>Python</span>
          {!open && <FirstLine call={call} />}
        </button>
        <span class="code-run-state">
          <State call={call} rough={rough} />
        </span>
        <IconButton
          icon="copy"
          label="Copy code"
          onPress={() => requests.fire("copy", { text: call.arguments.text() })}
        />
        <IconButton
          icon="new-file"
          label="Copy as a Python file"
          onPress={() => requests.fire("pythonFile", { code: call.arguments.text() })}
        />
      </header>
      {open && <GrowingCode text={call.arguments} language="python" label="Code" settled={!writing} />}
      {open && <Printed call={call} />}
      <Pictures call={call} />
    </section>
  );
});

function State({ call, rough }: Props) {
  const view = call.view.value;
  const last = view.segments.at(-1);
  if (view.end !== null) {
    return rough ? null : <span class="figure">{formatDuration(view.end - view.start)}</span>;
  }
  return (
    <>
      <span class="codicon codicon-loading codicon-modifier-spin" aria-hidden="true" />{" "}
      {last?.kind === "tool" ? "running" : "writing"}{" "}
      <span class="figure">{formatElapsed(now.value - view.start)}</span>
    </>
  );
}

/** What the code printed. Nothing at all is said, so that nobody waits for it. */
function Printed({ call }: { readonly call: CallNode }) {
  const view = call.view.value;
  if (call.hasOutput.value && call.output.length.value > 0) {
    return (
      <div class="code-run-output">
        <GrowingCode text={call.output} language="text" label="Output" settled={view.end !== null} />
      </div>
    );
  }
  return view.end === null || view.images.length > 0 ? null : <p class="quiet code-run-nothing">printed nothing</p>;
}

export function Pictures({ call }: { readonly call: CallNode }) {
  const { images } = call.view.value;
  return images.length === 0 ? null : (
    <div class="pictures">
      {images.map((fileId, index) => (
        <StoredPicture
          key={fileId}
          fileId={fileId}
          label={images.length === 1 ? "Picture made by the program" : `Picture ${index + 1} made by the program`}
        />
      ))}
    </div>
  );
}

function FirstLine({ call }: { readonly call: CallNode }) {
  void call.arguments.length.value;
  return <span class="call-summary">{call.arguments.text().trim().split("\n", 1)[0]}</span>;
}
