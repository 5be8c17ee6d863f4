import { useEffect, useRef, useState } from "preact/hooks";
import type { TextAreaElement } from "../controls.ts";
import { usePanel } from "../panelContext.ts";
import type { CallNode } from "../state/runNode.ts";
import { prettyJson } from "../text/argumentsShape.ts";
import { makeErrorOutput } from "../text/errorOutput.ts";
import { checkJson } from "../text/jsonCheck.ts";
import { AnswerFailed, AnswerRunning, AnswerState } from "./AnswerState.tsx";
import { findLastAnswer } from "./lastAnswer.ts";
import { OutputProblems } from "./OutputProblems.tsx";
import { Verb } from "./Verb.tsx";

interface Props {
  readonly runId: string;
  readonly call: CallNode;
  /** Such as "1 of 2"; empty when there is one call only. */
  readonly position: string;
  readonly locked: boolean;
}

/** The editor for one tool output: says what the text is as it is typed, runs the handler, and offers the usual beginnings. */
export function OutputEditor({ runId, call, position, locked }: Props) {
  const { store, drafts, requests } = usePanel();
  const area = useRef<TextAreaElement>(null);
  /** The handler was asked to run from here: its output takes the place of what is typed. */
  const asked = useRef(false);
  const [note, setNote] = useState<{ readonly text: string; readonly bad: boolean } | null>(null);
  /** What stood here before an output took its place. */
  const [before, setBefore] = useState<string | null>(null);
  const text = drafts.output(call.id).value;
  const check = checkJson(text);
  const last = findLastAnswer(store.runs.value, call);
  const pretty = check.kind === "json" ? prettyJson(text) : text;
  const { name, answer, handler } = call.view.value;
  const running = answer?.state === "running";

  const fill = (output: string, focus = true, from = output.length, to = output.length): void => {
    const typed = drafts.output(call.id).peek();
    setBefore(typed.trim() === "" || typed === output ? null : typed);
    drafts.setOutput(call.id, output);
    const element = area.current;
    if (element) {
      element.value = output;
      // The kit hands the value on only later, which would move the caret.
      element.control.value = output;
      if (focus) {
        element.focus();
        element.control.setSelectionRange(from, to);
      }
    }
  };

  const made = answer?.state === "ready" ? answer.answer.output : null;
  const madeAt = useRef<string | null>(null);
  useEffect(() => {
    if (running) {
      madeAt.current = null;
      return;
    }
    if (made === null || madeAt.current === made) return;
    madeAt.current = made;
    // What a person typed stays, unless it was they who asked for this.
    if (asked.current || drafts.output(call.id).peek() === "") fill(made, asked.current);
    asked.current = false;
  }, [made, running]);

  const runHandler = (debug: boolean): void => {
    asked.current = true;
    setNote(null);
    requests.request("runHandler", { runId, callId: call.id, debug }).catch((error: unknown) => {
      asked.current = false;
      setNote({ text: error instanceof Error ? error.message : String(error), bad: true });
    });
  };
  const saveFixture = (): void => {
    requests
      .request("saveFixture", { runId, callId: call.id, output: text })
      .then(({ file }) => setNote({ text: `saved in ${file}`, bad: false }))
      .catch((error: unknown) =>
        setNote({ text: `Not saved: ${error instanceof Error ? error.message : String(error)}`, bad: true }),
      );
  };
  const returnError = (): void => {
    const output = makeErrorOutput("Not found");
    fill(output.text, true, output.selectionStart, output.selectionEnd);
  };
  const kept = store.header.value?.definitionPath !== null;

  return (
    <div class="output-field">
      <div class="output-head">
        <span class="field-label">Output</span>
        {!running && <AnswerState answer={answer} text={text} check={check} />}
      </div>
      <vscode-text-area
        ref={area}
        class="output-editor"
        rows={2}
        resize="vertical"
        value={text}
        readOnly={locked || running}
        placeholder='{ "status": "…" }'
        data-call={call.id}
        aria-label={`Output of ${name}${position === "" ? "" : `, ${position}`}`}
        onInput={(event) => {
          setNote(null);
          drafts.setOutput(call.id, (event.currentTarget as TextAreaElement).value);
        }}
      />
      {running ? (
        <AnswerRunning callId={call.id} answer={answer} />
      ) : (
        <>
          <OutputProblems name={name} text={text} />
          {answer?.state === "failed" && <AnswerFailed answer={answer} />}
          <div class="verbs">
            {handler !== null && (
              <>
                <Verb title={handler} onPress={() => runHandler(false)}>
                  Run handler
                </Verb>
                <Verb title={`Run ${handler} under its debugger`} onPress={() => runHandler(true)}>
                  Debug handler
                </Verb>
              </>
            )}
            {last !== null && (
              <Verb title={last.slice(0, 400)} onPress={() => fill(last)}>
                Use last answer
              </Verb>
            )}
            {kept && text !== "" && (
              <Verb title="Answer these arguments like this from now on" onPress={saveFixture}>
                Save as fixture
              </Verb>
            )}
            <Verb onPress={returnError}>Return error</Verb>
            {pretty !== text && <Verb onPress={() => fill(pretty)}>Format</Verb>}
            {before !== null && before !== text && <Verb onPress={() => fill(before)}>Undo</Verb>}
          </div>
          {note !== null && (
            <div class={note.bad ? "answer-failed" : "answer-note"} role={note.bad ? "alert" : "status"}>
              <span class={`codicon codicon-${note.bad ? "warning" : "bookmark"}`} aria-hidden="true" />
              <span class="reason-text">{note.text}</span>
            </div>
          )}
        </>
      )}
    </div>
  );
}
