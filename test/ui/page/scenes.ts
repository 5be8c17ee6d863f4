import { unknownPlace } from "../../../src/core/retrieval/retrieval.ts";
import type { Segment } from "../../../src/core/runTrace.ts";
import type { CallView, MessageView, PanelState, RunView, StepView } from "../../../src/protocol/panelState.ts";

/** Segments one after another: kind and milliseconds; a last one without length still lasts. */
export function segments(start: number, ...lengths: readonly (readonly [Segment["kind"], number | null])[]): Segment[] {
  let at = start;
  return lengths.map(([kind, length]) => {
    const segment = { kind, start: at, end: length === null ? null : at + length };
    at += length ?? 0;
    return segment;
  });
}

export function message(
  id: string,
  role: "user" | "assistant",
  text: string,
  createdAt: number,
  runId: string | null = null,
): MessageView {
  return {
    id,
    role,
    status: "completed",
    incompleteReason: null,
    createdAt,
    runId,
    parts: [{ kind: "text", text, citations: [] }],
    files: [],
  };
}

export function call(id: string, name: string, args: string, start: number, more: Partial<CallView> = {}): CallView {
  return {
    id,
    type: "function",
    name,
    arguments: args,
    output: null,
    images: [],
    search: null,
    origin: null,
    answer: null,
    handler: null,
    definitionLine: 18,
    start,
    end: null,
    segments: segments(start, ["generating", 210], ["waiting", null]),
    ...more,
  };
}

export function step(id: string, type: StepView["type"], start: number, more: Partial<StepView> = {}): StepView {
  return {
    id,
    type,
    status: "completed",
    messageId: null,
    start,
    end: start + 1000,
    segments: [],
    usage: null,
    error: null,
    calls: [],
    ...more,
  };
}

export function run(id: string, title: string, start: number, more: Partial<RunView> = {}): RunView {
  return {
    id,
    title,
    status: "completed",
    model: "gpt-6-astra",
    fidelity: "recorded",
    start,
    end: start + 1920,
    expiresAt: null,
    segments: segments(start, ["queued", 70], ["tool", 330], ["first_token", 360], ["generating", 1160]),
    usage: { prompt_tokens: 1204, completion_tokens: 58, total_tokens: 1262 },
    error: null,
    incompleteReason: null,
    pending: [],
    eventCount: 37,
    steps: [],
    ...more,
  };
}

export function panel(more: Partial<PanelState> = {}): PanelState {
  return {
    identity: {
      connectionId: "local",
      threadId: "thread_1",
      definitionUri: "file:///w/order-support.assistant.yaml",
      assistantId: "asst_1",
    },
    header: {
      assistantName: "Order Support Agent",
      syncState: "in sync",
      model: "gpt-6-astra",
      connectionLabel: "Local runtime · offline model",
      offline: false,
      definitionPath: "assistants/order-support.assistant.yaml",
      answerMode: "As defined",
    },
    notice: null,
    messages: [],
    hasOlderMessages: false,
    runs: [],
    draft: { text: "", outputs: {} },
    ...more,
  };
}

const returns = `We refund within **five working days** of receiving the parcel 【4:0†returns.md】. Gift cards go back to the card they were bought with.

| Order | Sent | Days |
|:--|:-:|--:|
| ORD-12345 | by post | 5 |
| ORD-10002 | courier | 12 |

\`\`\`ts
const days = (order: Order): number => order.sent === "post" ? 5 : 12; // counted from the parcel
\`\`\`

See the [manual](https://example.com/returns) or run \`npx returns\`.`;

/** A finished run, then one that waits for two outputs. */
export function waiting(now: number): PanelState {
  const first = now - 150_000;
  const second = now - 19_400;
  const done = run("run_1", "How long do returns take?", first, {
    steps: [
      step("step_0", "tool_calls", first + 70, {
        end: first + 400,
        segments: segments(first + 70, ["tool", 330]),
        calls: [
          call("call_0", "file search", "{}", first + 70, {
            type: "file_search",
            definitionLine: 9,
            end: first + 400,
            output: "0.91  returns.md\n0.72  manual.pdf",
            search: {
              queries: ["how long returns take"],
              results: [
                {
                  filename: "returns.md",
                  score: 0.91,
                  text: "A returned parcel is refunded within **five working days**.",
                  place: { ...unknownPlace, startLine: 12, endLine: 24 },
                },
                { filename: "manual.pdf", score: 0.72, text: "", place: { ...unknownPlace, page: 31 } },
              ],
            },
            segments: segments(first + 70, ["tool", 330]),
          }),
        ],
      }),
      step("step_1", "message_creation", first + 400, {
        messageId: "msg_2",
        end: first + 1920,
        segments: segments(first + 400, ["first_token", 360], ["generating", 1160]),
        usage: { prompt_tokens: 1204, completion_tokens: 58, total_tokens: 1262 },
      }),
    ],
  });
  const calls = [
    call("call_8fKq2vVbT1", "get_order_status", '{"order_id":"ORD-12345"}', second + 1000, {
      segments: segments(second + 1000, ["generating", 200], ["queued", 140], ["waiting", null]),
    }),
    call("call_9", "get_order_status", '{"order_id":"ORD-10002","verbose":true,"limit":3}', second + 1200, {
      segments: segments(second + 1200, ["generating", 140], ["waiting", null]),
    }),
  ];
  const waits = run("run_2", "Where is my order ORD-12345?", second, {
    status: "requires_action",
    end: null,
    usage: null,
    expiresAt: second + 600_000,
    pending: calls.map(({ id }) => id),
    eventCount: 14,
    segments: segments(second, ["queued", 280], ["first_token", 720], ["generating", 340], ["waiting", null]),
    steps: [
      step("step_2", "tool_calls", second + 280, {
        status: "in_progress",
        end: null,
        calls,
        segments: segments(second + 280, ["first_token", 720], ["generating", 340], ["waiting", null]),
      }),
    ],
  });
  const answer = message("msg_2", "assistant", returns, first + 800, "run_1");
  return panel({
    messages: [
      message("msg_1", "user", "How long do returns take?", first - 1000),
      {
        ...answer,
        parts: [
          {
            kind: "text",
            text: returns,
            citations: [{ marker: "【4:0†returns.md】", label: "returns.md:14", kind: "source" }],
          },
        ],
      },
      message("msg_3", "user", "Where is my order ORD-12345, and did ORD-10002 arrive?", second - 500),
    ],
    runs: [done, waits],
  });
}

/** Runs that ended badly, each in its way, and an answered call. */
export function endings(now: number): PanelState {
  const at = (minutes: number): number => now - minutes * 60_000;
  const messages: MessageView[] = [];
  const runs: RunView[] = [];
  const add = (
    id: string,
    words: string,
    start: number,
    more: Partial<RunView>,
    answer: Partial<MessageView> | null,
  ): void => {
    messages.push(message(`${id}_u`, "user", words, start - 300));
    if (answer) {
      messages.push({ ...message(`${id}_a`, "assistant", "", start + 900, id), ...answer });
    }
    runs.push(run(id, words, start, more));
  };
  add(
    "r1",
    "Status of ORD-10002?",
    at(90),
    {
      end: at(90) + 24_300,
      segments: segments(
        at(90),
        ["queued", 200],
        ["first_token", 500],
        ["generating", 300],
        ["waiting", 21_000],
        ["first_token", 900],
        ["generating", 1400],
      ),
      steps: [
        step("s1", "tool_calls", at(90) + 200, {
          end: at(90) + 22_000,
          segments: segments(at(90) + 200, ["first_token", 500], ["generating", 300], ["waiting", 21_000]),
          calls: [
            call("c1", "get_order_status", '{"order_id":"ORD-10002"}', at(90) + 700, {
              output: '{"status":"delivered","at":"2026-11-20"}',
              origin: "hand",
              end: at(90) + 22_000,
              segments: segments(at(90) + 700, ["generating", 300], ["waiting", 21_000]),
            }),
          ],
        }),
        step("s2", "message_creation", at(90) + 22_000, {
          messageId: "r1_a",
          end: at(90) + 24_300,
          segments: segments(at(90) + 22_000, ["first_token", 900], ["generating", 1400]),
        }),
      ],
    },
    { parts: [{ kind: "text", text: "It was delivered on **20 November**.", citations: [] }] },
  );
  add(
    "r2",
    "Write me a long letter",
    at(40),
    { status: "incomplete", incompleteReason: "max_completion_tokens" },
    {
      status: "incomplete",
      incompleteReason: "max_tokens",
      parts: [{ kind: "text", text: "Dear customer, thank you for writing to us about", citations: [] }],
    },
  );
  add(
    "r3",
    "How do I open someone else's parcel?",
    at(20),
    {},
    { parts: [{ kind: "refusal", text: "I can't help with opening post that is not yours." }] },
  );
  add(
    "r4",
    "And my other order?",
    at(9),
    {
      status: "expired",
      end: at(9) + 600_000,
      usage: null,
      fidelity: "reconstructed",
      segments: segments(at(9), ["queued", 1000], ["generating", 1000], ["waiting", 598_000]),
    },
    null,
  );
  add(
    "r5",
    "Try again",
    at(1),
    {
      status: "failed",
      usage: null,
      end: at(1) + 840,
      segments: segments(at(1), ["queued", 140], ["first_token", 700]),
      error: {
        code: "rate_limit_exceeded",
        message: "You exceeded your current quota, please check your plan and billing details.",
      },
      steps: [
        step("s5", "message_creation", at(1) + 140, {
          status: "failed",
          end: at(1) + 840,
          segments: segments(at(1) + 140, ["first_token", 700]),
          error: "Rate limit reached",
        }),
      ],
    },
    null,
  );
  return panel({
    messages,
    runs,
    notice: {
      severity: "warning",
      text: "The definition changed since the last push: runs use what is on the provider.",
      actions: [{ label: "Open definition", command: "openDefinition" }],
    },
    header: { ...panel().header, syncState: "changed here", offline: true },
  });
}

/** A run that streams, and nothing of its answer yet. */
export function streaming(now: number): PanelState {
  const start = now - 900;
  return panel({
    messages: [message("u1", "user", "Explain async and sync payments, with code.", start - 200)],
    runs: [
      run("live", "Explain async and sync payments", start, {
        status: "in_progress",
        end: null,
        usage: null,
        segments: segments(start, ["queued", 200], ["first_token", 400], ["generating", null]),
        steps: [
          step("ls", "message_creation", start + 200, {
            status: "in_progress",
            messageId: "la",
            end: null,
            segments: segments(start + 200, ["first_token", 400], ["generating", null]),
          }),
        ],
      }),
    ],
  });
}

/** A long thread. */
export function long(now: number, count: number): PanelState {
  const messages = Array.from({ length: count }, (_, index) =>
    message(
      `m${index}`,
      index % 2 === 0 ? "user" : "assistant",
      index % 2 === 0
        ? `Question ${index}`
        : `Answer **${index}**\n\n- one\n- two\n\n\`\`\`json\n{"n": ${index}}\n\`\`\``,
      now - (count - index) * 1000,
    ),
  );
  return panel({ messages, hasOlderMessages: true });
}

const program = `import csv
from collections import defaultdict

totals = defaultdict(float)
with open("/mnt/data/orders.csv", newline="") as file:
    for row in csv.DictReader(file):
        totals[row["region"]] += float(row["amount"])
for region, total in sorted(totals.items()):
    print(f"{region:<8}{total:>10.2f}")`;

/** A run that wrote and ran Python: its code, its output, a picture and a file. */
export function coding(now: number): PanelState {
  const start = now - 4000;
  const end = start + 1620;
  const code = call("c1", "code interpreter", program, start, {
    type: "code_interpreter",
    output: "north       812.40\nsouth      1204.00\nwest         77.25\n",
    images: ["file-chart"],
    end,
    segments: segments(start, ["generating", 1180], ["tool", 440]),
  });
  return panel({
    messages: [
      message("u1", "user", "Sum the amounts by region, and draw a chart.", start - 100),
      {
        ...message("a1", "assistant", "The south has the most: **1,204.00**.", end + 300, "run_code"),
        parts: [
          { kind: "image", label: "file-chart", fileId: "file-chart" },
          { kind: "text", text: "The south has the most: **1,204.00**.", citations: [] },
        ],
        files: ["file-chart", "file-totals"],
      },
    ],
    runs: [
      run("run_code", "Sum the amounts by region", start, {
        end: end + 900,
        steps: [
          step("s1", "tool_calls", start, { end, calls: [code] }),
          step("s2", "message_creation", end, { messageId: "a1", end: end + 900 }),
        ],
      }),
    ],
  });
}

/** A drawing of three bars, as a picture that the host hands over. */
export const chartUrl = `data:image/svg+xml;base64,${btoa(
  '<svg xmlns="http://www.w3.org/2000/svg" width="320" height="160"><rect x="30" y="60" width="60" height="90" fill="#4c78a8"/><rect x="120" y="20" width="60" height="130" fill="#f58518"/><rect x="210" y="120" width="60" height="30" fill="#54a24b"/></svg>',
)}`;
