import assert from "node:assert/strict";
import { test } from "node:test";

import { reduceTrace } from "../../../src/core/reduceTrace.ts";
import type { RunTrace } from "../../../src/core/runTrace.ts";
import type { CitationsOf } from "../../../src/host/panel/messageView.ts";
import { messageOps, runOps } from "../../../src/host/panel/panelPatch.ts";
import { at, callDelta, message, required, run, step, text, textDelta, traceOf } from "../core/traceFixtures.ts";

const context = { title: "t", tools: new Map([["f", { line: 7, handler: null }]]) };
const citations: CitationsOf = (shown, part) => {
  const content = shown.parts[part];
  const annotations = content?.kind === "text" ? content.annotations : [];
  return annotations.map(({ text: marker }) => ({ marker, label: `to ${marker}`, kind: "source" as const }));
};

function next(trace: RunTrace, ...entries: Parameters<typeof reduceTrace>[1][]): RunTrace {
  let after: RunTrace | null = trace;
  for (const entry of entries) after = reduceTrace(after, entry);
  return after!;
}

const started = traceOf([
  at(1000, { event: "thread.run.created", data: run() }),
  at(1100, { event: "thread.run.in_progress", data: run({ status: "in_progress" }) }),
  at(1200, { event: "thread.message.created", data: message() }),
  at(1210, textDelta("msg_1", "Hel")),
]);

test("a growing message is sent as what was appended, from where it was", () => {
  const grown = next(started, at(1220, textDelta("msg_1", "lo ")), at(1230, textDelta("msg_1", "you")));
  assert.deepEqual(messageOps(started.messages[0], grown.messages[0]!, citations), [
    { op: "messageText", messageId: "msg_1", part: 0, from: 3, append: "lo you" },
  ]);
});

test("an annotation is sent by itself, before the text that its mark is in; the message is not sent again", () => {
  const annotated = at(1240, {
    event: "thread.message.delta",
    data: {
      id: "msg_1",
      object: "thread.message.delta",
      delta: {
        content: [
          {
            index: 0,
            type: "text",
            text: {
              value: "【4:0†a.md】",
              annotations: [
                {
                  index: 0,
                  type: "file_citation",
                  text: "【4:0†a.md】",
                  start_index: 3,
                  end_index: 13,
                  file_citation: { file_id: "file-1" },
                },
              ],
            },
          },
        ],
      },
    },
  });
  const cited = next(started, annotated);
  assert.deepEqual(messageOps(started.messages[0], cited.messages[0]!, citations), [
    {
      op: "citations",
      messageId: "msg_1",
      part: 0,
      citations: [{ marker: "【4:0†a.md】", label: "to 【4:0†a.md】", kind: "source" }],
    },
    { op: "messageText", messageId: "msg_1", part: 0, from: 3, append: "【4:0†a.md】" },
  ]);
});

test("tokens alone send no head of the run", () => {
  const grown = next(started, at(1220, textDelta("msg_1", "lo")));
  assert.deepEqual(runOps(started, grown, context), []);
});

test("a finished message is sent whole, once", () => {
  const done = next(
    started,
    at(1300, { event: "thread.message.completed", data: message({ status: "completed", content: text("Hello") }) }),
  );
  const ops = messageOps(started.messages[0], done.messages[0]!, citations);
  assert.equal(ops.length, 1);
  assert.equal(ops[0]!.op, "message");
  assert.deepEqual(messageOps(done.messages[0], done.messages[0]!, citations), []);
});

test("growing arguments are appended; the wait sends the step and the pending calls", () => {
  const calling = next(
    traceOf([
      at(1000, { event: "thread.run.created", data: run() }),
      at(1100, { event: "thread.run.in_progress", data: run({ status: "in_progress" }) }),
      at(1200, { event: "thread.run.step.created", data: step() }),
    ]),
    at(1201, callDelta("step_1", 0, { id: "call_a", name: "f", arguments: '{"a":' })),
  );
  const more = next(calling, at(1210, callDelta("step_1", 0, { arguments: "1}" })));
  assert.deepEqual(runOps(calling, more, context), [
    { op: "callText", runId: "run_1", stepId: "step_1", callId: "call_a", field: "arguments", from: 5, append: "1}" },
  ]);
  const waiting = next(
    more,
    at(1300, {
      event: "thread.run.requires_action",
      data: run({ status: "requires_action", required_action: required(["call_a", "f", '{"a":1}']) }),
    }),
  );
  const ops = runOps(more, waiting, context);
  assert.deepEqual(
    ops.map((op) => op.op),
    ["run", "step"],
  );
  const head = ops[0]!;
  assert.equal(head.op === "run" && head.run.pending[0], "call_a");
  const sent = ops[1]!;
  assert.equal(sent.op === "step" && sent.step.calls[0]!.definitionLine, 7);
});

test("what was never sent is sent whole", () => {
  assert.deepEqual(
    messageOps(undefined, started.messages[0]!, citations).map((op) => op.op),
    ["message"],
  );
  assert.deepEqual(
    runOps(undefined, started, context).map((op) => op.op),
    ["run"],
  );
});
