import { useRef } from "preact/hooks";
import type { TextAreaElement } from "../controls.ts";
import { usePanel } from "../panelContext.ts";
import type { CallNode } from "../state/runNode.ts";
import { prettyJson } from "../text/argumentsShape.ts";
import { makeErrorOutput } from "../text/errorOutput.ts";
import { checkJson } from "../text/jsonCheck.ts";
import { findLastAnswer } from "./lastAnswer.ts";
import { Verb } from "./Verb.tsx";

interface Props {
  readonly call: CallNode;
  /** Such as "1 of 2"; empty when there is one call only. */
  readonly position: string;
  readonly locked: boolean;
}

/** The editor for one tool output: says what the text is as it is typed, and offers the usual beginnings. */
export function OutputEditor({ call, position, locked }: Props) {
  const { store, drafts } = usePanel();
  const area = useRef<TextAreaElement>(null);
  const text = drafts.output(call.id).value;
  const check = checkJson(text);
  const last = findLastAnswer(store.runs.value, call);
  const pretty = check.kind === "json" ? prettyJson(text) : text;
  const name = call.view.value.name;

  const fill = (output: string, from = output.length, to = output.length): void => {
    drafts.setOutput(call.id, output);
    const element = area.current;
    if (element) {
      element.value = output;
      // The kit hands the value on only later, which would move the caret.
      element.control.value = output;
      element.focus();
      element.control.setSelectionRange(from, to);
    }
  };
  const returnError = (): void => {
    const output = makeErrorOutput("Not found");
    fill(output.text, output.selectionStart, output.selectionEnd);
  };

  return (
    <div class="output-field">
      <div class="output-head">
        <span class="field-label">Output</span>
        <span class={`json-state json-${check.kind}`} aria-live="polite">
          {check.kind === "json" && (
            <>
              <span class="codicon codicon-check" aria-hidden="true" /> valid JSON
            </>
          )}
          {check.kind === "text" && `not JSON at ${check.line}:${check.column}, sent as text`}
          {check.kind === "empty" && "empty, sent as an empty text"}
        </span>
      </div>
      <vscode-text-area
        ref={area}
        class="output-editor"
        rows={2}
        resize="vertical"
        value={text}
        readOnly={locked}
        placeholder='{ "status": "…" }'
        data-call={call.id}
        aria-label={`Output of ${name}${position === "" ? "" : `, ${position}`}`}
        onInput={(event) => drafts.setOutput(call.id, (event.currentTarget as TextAreaElement).value)}
      />
      <div class="verbs">
        {last !== null && (
          <Verb title={last.slice(0, 400)} onPress={() => fill(last)}>
            Use last answer
          </Verb>
        )}
        <Verb onPress={returnError}>Return error</Verb>
        {pretty !== text && <Verb onPress={() => fill(pretty)}>Format</Verb>}
      </div>
    </div>
  );
}
