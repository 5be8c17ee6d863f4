import assert from "node:assert/strict";
import { test } from "node:test";

import { wholeText } from "../../../src/core/growingText.ts";
import { reduceTrace } from "../../../src/core/reduceTrace.ts";
import { timeByKind } from "../../../src/core/segments.ts";
import type { RunTrace, Segment, TraceEntry } from "../../../src/core/runTrace.ts";
import type { RunEvent, ToolCallDelta } from "../../../src/core/wireEvents.ts";
import { at, callDelta, message, required, run, step, text, textDelta, traceOf } from "./traceFixtures.ts";

const kinds = (segments: readonly Segment[]): string =>
  segments.map((segment) => `${segment.kind} ${segment.start}-${segment.end ?? ""}`).join(", ");

const begin: readonly TraceEntry[] = [
  at(1000, { event: "thread.run.created", data: run() }),
  at(1010, { event: "thread.run.queued", data: run() }),
  at(1100, { event: "thread.run.in_progress", data: run({ status: "in_progress" }) }),
];

const callPhase: readonly TraceEntry[] = [
  ...begin,
  at(1300, { event: "thread.run.step.created", data: step() }),
  at(1301, callDelta("step_1", 0, { id: "call_a", name: "f", arguments: "" })),
  at(1320, callDelta("step_1", 0, { arguments: '{"x":' })),
  at(1340, callDelta("step_1", 0, { arguments: "1}" })),
  at(1350, callDelta("step_1", 1, { id: "call_b", name: "g", arguments: "{}" })),
  at(1400, {
    event: "thread.run.requires_action",
    data: run({
      status: "requires_action",
      required_action: required(["call_a", "f", '{"x":1}'], ["call_b", "g", "{}"]),
    }),
  }),
];

test("a plain run: time goes to queued, first token and generating; the text grows", () => {
  const trace = traceOf([
    ...begin,
    at(1300, {
      event: "thread.run.step.created",
      data: step({
        id: "step_m",
        type: "message_creation",
        step_details: { type: "message_creation", message_creation: { message_id: "msg_1" } },
      }),
    }),
    at(1300, { event: "thread.message.created", data: message() }),
    at(1310, textDelta("msg_1", "Hel")),
    at(1390, textDelta("msg_1", "lo")),
    at(1400, { event: "thread.message.completed", data: message({ status: "completed", content: text("Hello") }) }),
    at(1400, {
      event: "thread.run.step.completed",
      data: step({
        id: "step_m",
        type: "message_creation",
        status: "completed",
        completed_at: 103,
        step_details: { type: "message_creation", message_creation: { message_id: "msg_1" } },
      }),
    }),
    at(1410, {
      event: "thread.run.completed",
      data: run({
        status: "completed",
        completed_at: 103,
        usage: { prompt_tokens: 5, completion_tokens: 2, total_tokens: 7 },
      }),
    }),
  ]);
  assert.equal(kinds(trace.segments), "queued 1000-1100, first_token 1100-1310, generating 1310-1410");
  assert.equal(kinds(trace.steps[0]!.segments), "first_token 1100-1310, generating 1310-1400");
  assert.equal(trace.end, 1410);
  const part = trace.messages[0]!.parts[0]!;
  assert.equal(part.kind === "text" && wholeText(part.text), "Hello");
  assert.equal(trace.run.usage?.total_tokens, 7);
});

test("parallel function calls: each has its arguments, both wait, the answer ends them", () => {
  const waiting = traceOf(callPhase);
  assert.equal(kinds(waiting.segments), "queued 1000-1100, first_token 1100-1301, generating 1301-1400, waiting 1400-");
  const [a, b] = waiting.steps[0]!.calls;
  assert.equal(wholeText(a!.input), '{"x":1}');
  assert.equal(kinds(a!.segments), "generating 1301-1350, waiting 1400-");
  assert.equal(kinds(b!.segments), "generating 1350-1400, waiting 1400-");

  const answered = reduceTrace(waiting, {
    at: 5000,
    kind: "submitted",
    answers: [
      { callId: "call_a", output: "1", origin: "hand" },
      { callId: "call_b", output: "2", origin: "handler" },
    ],
  });
  assert.equal(timeByKind(answered!.segments, 5000).waiting, 3600);
  assert.deepEqual(
    answered!.steps[0]!.calls.map((call) => [call.output, call.origin, call.end]),
    [
      ["1", "hand", 5000],
      ["2", "handler", 5000],
    ],
  );

  const done = traceOf([
    ...callPhase,
    {
      at: 5000,
      kind: "submitted",
      answers: [
        { callId: "call_a", output: "1", origin: "hand" },
        { callId: "call_b", output: "2", origin: "hand" },
      ],
    },
    at(5010, {
      event: "thread.run.step.completed",
      data: step({
        status: "completed",
        completed_at: 105,
        step_details: {
          type: "tool_calls",
          tool_calls: [
            { id: "call_a", type: "function", function: { name: "f", arguments: '{"x":1}', output: "1" } },
            { id: "call_b", type: "function", function: { name: "g", arguments: "{}", output: "2" } },
          ],
        },
      }),
    }),
    at(5020, { event: "thread.run.queued", data: run() }),
    at(5030, { event: "thread.run.in_progress", data: run({ status: "in_progress" }) }),
  ]);
  assert.equal(done.steps.length, 1);
  assert.equal(done.steps[0]!.status, "completed");
  assert.equal(kinds(done.segments).endsWith("waiting 1400-5000, queued 5000-5030, first_token 5030-"), true);
  assert.equal(done.steps[0]!.calls[0]!.origin, "hand", "who answered is not forgotten when the step completes");
});

test("a file search is the tool's time; after it the model is asked again", () => {
  const trace = traceOf([
    ...begin,
    at(1200, { event: "thread.run.step.created", data: step() }),
    at(1200, {
      event: "thread.run.step.delta",
      data: {
        id: "step_1",
        object: "thread.run.step.delta",
        delta: {
          step_details: {
            type: "tool_calls",
            tool_calls: [{ index: 0, id: "call_s", type: "file_search", file_search: {} }],
          },
        },
      },
    }),
    at(1500, {
      event: "thread.run.step.completed",
      data: step({
        status: "completed",
        completed_at: 102,
        step_details: {
          type: "tool_calls",
          tool_calls: [
            {
              id: "call_s",
              type: "file_search",
              file_search: { results: [{ file_id: "file-1", file_name: "a.md", score: 0.5 }] },
            },
          ],
        },
      }),
    }),
  ]);
  assert.equal(kinds(trace.segments), "queued 1000-1100, first_token 1100-1200, tool 1200-1500, first_token 1500-");
  assert.equal(trace.steps[0]!.calls[0]!.results?.[0]?.file_name, "a.md");
});

test("code interpreter: the time between the last code and the first output is the tool's", () => {
  const delta = (code: Omit<Extract<ToolCallDelta, { type: "code_interpreter" }>, "index" | "type">): RunEvent => ({
    event: "thread.run.step.delta",
    data: {
      id: "step_1",
      object: "thread.run.step.delta",
      delta: { step_details: { type: "tool_calls", tool_calls: [{ index: 0, type: "code_interpreter", ...code }] } },
    },
  });
  const trace = traceOf([
    ...begin,
    at(1200, { event: "thread.run.step.created", data: step() }),
    at(1200, delta({ id: "call_p", code_interpreter: { input: "", outputs: [] } })),
    at(1210, delta({ code_interpreter: { input: "print(1)" } })),
    at(1900, delta({ code_interpreter: { outputs: [{ index: 0, type: "logs", logs: "1\n" }] } })),
  ]);
  const call = trace.steps[0]!.calls[0]!;
  assert.equal(wholeText(call.input), "print(1)");
  assert.equal(call.output, "1\n");
  assert.equal(call.segments.at(-1)!.kind, "tool");
});

test("a failed run closes all that was open and keeps the reason", () => {
  const trace = traceOf([
    ...callPhase.slice(0, 6),
    at(1500, {
      event: "thread.run.failed",
      data: run({
        status: "failed",
        failed_at: 103,
        last_error: { code: "rate_limit_exceeded", message: "Slow down." },
      }),
    }),
  ]);
  assert.equal(trace.end, 1500);
  assert.equal(trace.steps[0]!.end, 1500);
  assert.equal(
    trace.segments.every((segment) => segment.end !== null),
    true,
  );
  assert.equal(trace.run.last_error?.message, "Slow down.");
});

test("hostile order: deltas of unknown things and absurd indexes change nothing", () => {
  const before = traceOf(callPhase);
  const entries: readonly TraceEntry[] = [
    at(2000, textDelta("msg_nobody", "x")),
    at(2000, callDelta("step_nobody", 0, { arguments: "x" })),
    at(2000, callDelta("step_1", 5_000_000, { id: "call_x", name: "x" })),
    at(2000, callDelta("step_1", -1, { id: "call_x", name: "x" })),
  ];
  let after: RunTrace | null = before;
  for (const entry of entries) after = reduceTrace(after, entry);
  assert.deepEqual({ ...after, eventCount: 0 }, { ...before, eventCount: 0 });
  assert.equal(reduceTrace(null, at(1, textDelta("msg_1", "x"))), null);
});

test("a run read after a restart: a recorded wait that expired meanwhile ends at the provider's time", () => {
  const recorded = traceOf(callPhase.map((entry) => ({ ...entry, at: entry.at + 99_000 })));
  const after = reduceTrace(recorded, {
    at: 9_000_000,
    kind: "polled",
    run: run({ status: "expired", expires_at: 700 }),
    steps: [step({ status: "expired" })],
  });
  assert.equal(after!.end, 700_000);
  assert.equal(after!.segments.at(-1)!.end, 700_000);
  assert.equal(after!.steps[0]!.status, "expired");
});

test("a run that is cancelled under our eyes does not end before it began, though the wire has whole seconds only", () => {
  const recorded = traceOf(callPhase.map((entry) => ({ ...entry, at: entry.at + 99_900 })));
  const after = reduceTrace(recorded, {
    at: 101_450,
    kind: "polled",
    run: run({ status: "cancelled", cancelled_at: 101 }),
    steps: [step({ status: "cancelled", cancelled_at: 101 })],
  });
  assert.equal(after!.end, 101_450);
  assert.equal(after!.steps[0]!.end, 101_450);
  for (const segment of [...after!.segments, ...after!.steps[0]!.segments])
    assert.equal(segment.end! >= segment.start, true);
});

test("a run that nobody recorded is reconstructed, and says so", () => {
  const trace = reduceTrace(null, {
    at: 999_000,
    kind: "polled",
    run: run({ status: "completed", completed_at: 110 }),
    steps: [
      step({
        status: "completed",
        created_at: 101,
        completed_at: 108,
        step_details: {
          type: "tool_calls",
          tool_calls: [{ id: "call_a", type: "function", function: { name: "f", arguments: "{}", output: "1" } }],
        },
      }),
      step({
        id: "step_2",
        type: "message_creation",
        status: "completed",
        created_at: 108,
        completed_at: 110,
        step_details: { type: "message_creation", message_creation: { message_id: "msg_1" } },
      }),
    ],
  });
  assert.equal(trace!.fidelity, "reconstructed");
  assert.equal(kinds(trace!.segments), "queued 100000-101000, waiting 101000-108000, generating 108000-110000");
});

test("a long stream costs its length: the state after n deltas shares what came before", () => {
  const entries = [...begin, at(1300, { event: "thread.message.created", data: message() })];
  let trace: RunTrace | null = traceOf(entries);
  for (let index = 0; index < 20_000; index += 1)
    trace = reduceTrace(trace, at(1400 + index, textDelta("msg_1", "word ")));
  const part = trace!.messages[0]!.parts[0]!;
  assert.equal(part.kind === "text" && part.text.length, 100_000);
  assert.equal(trace!.segments.length, 3);
});

test("an answer on its way: the call is its handler's, then waits again; the run waits for a person while any call does", () => {
  const answer = { output: "1", origin: "handler", details: "exit code 0", durationMs: 200 } as const;
  const failure = { source: "handler", code: "timeout", message: "too slow", durationMs: 300 } as const;
  const both = traceOf([
    ...callPhase,
    { at: 1500, kind: "answering", callId: "call_a", source: "handler" },
    { at: 1600, kind: "answering", callId: "call_b", source: "handler" },
    { at: 1700, kind: "answered", callId: "call_a", answer },
    { at: 1800, kind: "answering", callId: "call_gone", source: "handler" },
    { at: 1900, kind: "unanswered", callId: "call_b", failure },
  ]);
  assert.match(kinds(both.segments), /waiting 1400-1600, handler 1600-1900, waiting 1900-$/);
  const [a, b] = both.steps[0]!.calls;
  assert.match(kinds(a!.segments), /waiting 1400-1500, handler 1500-1700, waiting 1700-$/);
  assert.deepEqual(a!.answer, { state: "ready", answer });
  assert.equal(a!.output, null, "nothing is submitted yet");
  assert.deepEqual(b!.answer, { state: "failed", failure });

  const submitted = traceOf([
    ...callPhase,
    { at: 1700, kind: "answered", callId: "call_a", answer },
    {
      at: 2000,
      kind: "submitted",
      answers: [
        { callId: "call_a", ...answer },
        { callId: "call_b", output: "2", origin: "hand" },
      ],
    },
    { at: 2100, kind: "answered", callId: "call_b", answer },
  ]);
  const [first, second] = submitted.steps[0]!.calls;
  assert.deepEqual(first!.answer, { state: "ready", answer });
  assert.equal(second!.output, "2", "what comes after the submit changes nothing");
  assert.equal(second!.answer?.state === "ready" && second!.answer.answer.origin, "hand");
});
