import type { ComponentChildren } from "preact";
import { reasonOf } from "../chat/RunFacts.tsx";
import { IconButton } from "../chat/IconButton.tsx";
import { Verb } from "../chat/Verb.tsx";
import { usePanel } from "../panelContext.ts";
import { now } from "../state/clock.ts";
import { formatCount } from "../text/duration.ts";
import { statusWords } from "../text/runWords.ts";
import { durationWords, rowFacts } from "./rowFacts.ts";
import type { Row } from "./rows.ts";
import { kindWords, segmentKinds, splitTime } from "./timeSplit.ts";

const origins = {
  hand: "typed by hand",
  handler: "its handler",
  fixture: "a fixture",
  error: "an error in place of its handler's output",
} as const;

/** The facts of a row, as a list of names and values. */
export function FactList({ row }: { readonly row: Row }) {
  const { store, requests } = usePanel();
  const facts = rowFacts(row);
  const threadId = store.identity.value?.threadId ?? null;
  const head = row.run.head.value;
  const time = head.end ?? now.value;
  const split = splitTime(facts.segments, time);
  const id = row.kind === "run" ? row.run.id : row.kind === "step" ? row.step.id : row.call.id;
  const error = row.kind === "run" ? reasonOf(head) : row.kind === "step" ? row.step.view.value.error : null;
  const call = row.kind === "call" ? row.call.view.value : null;
  return (
    <dl class="facts">
      <Fact name={`${row.kind} id`}>
        <code>{id}</code>
        <IconButton icon="copy" label={`Copy ${row.kind} id`} onPress={() => requests.fire("copy", { text: id })} />
      </Fact>
      {row.kind === "run" && threadId !== null && (
        <Fact name="thread id">
          <code>{threadId}</code>
          <IconButton
            icon="copy"
            label="Copy thread id"
            onPress={() => requests.fire("command", { command: "copyThreadId" })}
          />
        </Fact>
      )}
      {facts.status !== null && (
        <Fact name="status">
          <span class={`tone-${statusWords(facts.status).tone}`}>{statusWords(facts.status).word}</span>
        </Fact>
      )}
      {error !== null && error !== "" && (
        <Fact name="reason">
          <span class="tone-bad">{error}</span>
        </Fact>
      )}
      {row.kind === "run" && <Fact name="model">{head.model}</Fact>}
      <Fact name={row.kind === "call" ? "asked at" : "began at"}>
        {row.kind === "run"
          ? new Date(facts.start).toLocaleTimeString()
          : `+${durationWords(row, facts.start - head.start)}`}
      </Fact>
      <Fact name={facts.end === null && head.end === null ? "so far" : "took"}>
        {durationWords(row, (facts.end ?? time) - facts.start, facts.end === null && head.end === null)}
      </Fact>
      {segmentKinds
        .filter((kind) => split[kind] > 0)
        .map((kind) => (
          <Fact key={kind} name={kindWords[kind]}>
            <span class={`swatch kind-${kind}`} aria-hidden="true" />
            {head.fidelity === "reconstructed"
              ? durationWords(row, split[kind])
              : `${formatCount(Math.round(split[kind]))} ms`}
          </Fact>
        ))}
      {facts.usage && (
        <Fact name="tokens">
          {formatCount(facts.usage.prompt_tokens)} in, {formatCount(facts.usage.completion_tokens)} out
        </Fact>
      )}
      {row.kind === "run" && head.expiresAt !== null && head.end === null && (
        <Fact name="expires">{new Date(head.expiresAt).toLocaleTimeString()}</Fact>
      )}
      {call?.origin && (
        <Fact name="answered by">
          {origins[call.origin]}
          {call.answer?.state === "ready" && call.answer.answer.details !== "" ? `, ${call.answer.answer.details}` : ""}
        </Fact>
      )}
      {call && call.definitionLine !== null && (
        <Fact name="defined">
          <Verb onPress={() => requests.fire("openDefinition", { line: call.definitionLine })}>
            {store.header.value?.definitionPath?.split(/[\\/]/).at(-1) ?? "definition"}:{call.definitionLine}
          </Verb>
        </Fact>
      )}
    </dl>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
