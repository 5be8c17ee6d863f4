import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionTool } from "../../../src/runtime/objects.ts";
import { planTurn } from "../../../src/runtime/upstream/offline/plan.ts";
import type { ConversationItem, TurnRequest } from "../../../src/runtime/upstream/port.ts";

function fn(
  name: string,
  description: string,
  properties: Record<string, unknown>,
  required: readonly string[] = Object.keys(properties),
): FunctionTool {
  return { type: "function", function: { name, description, parameters: { type: "object", properties, required } } };
}

function user(text: string): ConversationItem {
  return { kind: "user", parts: [{ kind: "text", text }] };
}

function ask(
  items: readonly ConversationItem[] | string,
  tools: readonly FunctionTool[],
  settings: Partial<TurnRequest> = {},
): ReturnType<typeof planTurn> {
  return planTurn({
    model: "offline",
    assistantName: "Test",
    instructions: "",
    items: typeof items === "string" ? [user(items)] : items,
    tools,
    runtimeTools: {},
    unavailableTools: [],
    toolChoice: "auto",
    parallelToolCalls: true,
    responseFormat: "auto",
    temperature: null,
    topP: null,
    reasoningEffort: null,
    maxCompletionTokens: null,
    ...settings,
  });
}

function callsOf(plan: ReturnType<typeof planTurn>): [string, unknown][] {
  assert.equal(plan.kind, "calls", JSON.stringify(plan));
  return plan.kind === "calls" ? plan.calls.map((call) => [call.name, JSON.parse(call.arguments) as unknown]) : [];
}

function textOf(plan: ReturnType<typeof planTurn>): string {
  assert.equal(plan.kind, "text", JSON.stringify(plan));
  return plan.kind === "text" ? plan.text : "";
}

const weather = fn(
  "get_weather",
  "Get the current weather in a city",
  {
    city: { type: "string", description: "The city, e.g. San Francisco" },
    unit: { type: "string", enum: ["celsius", "fahrenheit"] },
  },
  ["city"],
);
const stock = fn("get_stock_price", "Price of a share", { ticker: { type: "string", pattern: "^[A-Z]{2,5}$" } });
const orderStatus = fn("get_order_status", "Look up the current status of a customer order", {
  order_id: { type: "string", description: "The order ID (e.g., ORD-12345)" },
});
const cancelOrder = fn("cancel_order", "Cancel an order", {
  order_id: { type: "string", description: "The order ID (e.g., ORD-12345)" },
});
const refund = fn(
  "issue_refund",
  "Refund a payment to a customer",
  {
    payment_id: { type: "string", pattern: "^pay_[a-z0-9]+$" },
    amount: { type: "number", exclusiveMinimum: 0 },
    reason: { type: "string" },
  },
  ["payment_id", "amount"],
);
const ticket = fn(
  "create_ticket",
  "Open a support ticket",
  {
    title: { type: "string" },
    priority: { type: "string", enum: ["low", "normal", "high", "very_urgent"] },
    email: { type: "string", format: "email" },
  },
  ["title", "priority"],
);
const leave = fn(
  "request_leave",
  "Request vacation days for an employee",
  {
    start_date: { type: "string", format: "date" },
    end_date: { type: "string", format: "date" },
    half_days: { type: "boolean" },
  },
  ["start_date", "end_date"],
);
const trains = fn(
  "search_trains",
  "Search train connections",
  {
    origin: { type: "string" },
    destination: { type: "string" },
    passengers: { type: "integer", minimum: 1, maximum: 9 },
  },
  ["origin", "destination"],
);
const convert = fn("convert_currency", "Convert an amount of money", {
  amount: { type: "number" },
  from_currency: { type: "string", description: "ISO code, e.g. USD" },
  to_currency: { type: "string", description: "ISO code, e.g. EUR" },
});
const light = fn("set_light", "Switch a lamp on or dim it", {
  room: { type: "string", enum: ["kitchen", "living_room", "hall"] },
  brightness: { type: "integer", minimum: 0, maximum: 100 },
});
const invite = fn("invite_people", "Invite people to a project", {
  emails: { type: "array", items: { type: "string", format: "email" } },
});
const search = fn("search_documents", "Full text search in the handbook", { query: { type: "string" } });
const shipment = fn("track_parcel", "Track a parcel", {
  parcel: {
    type: "object",
    properties: {
      tracking_number: { type: "string", description: "for example 1Z999AA10123456784" },
      carrier: { type: "string", enum: ["ups", "dhl"] },
    },
    required: ["tracking_number"],
  },
});

const everything = [
  weather,
  stock,
  orderStatus,
  cancelOrder,
  refund,
  ticket,
  leave,
  trains,
  convert,
  light,
  invite,
  search,
  shipment,
];

for (const [text, expected] of [
  ["What's the weather like in Oslo?", [["get_weather", { city: "Oslo" }]]],
  [
    "Weather in Oslo, Bergen and New York in celsius please",
    [
      ["get_weather", { city: "Oslo", unit: "celsius" }],
      ["get_weather", { city: "Bergen", unit: "celsius" }],
      ["get_weather", { city: "New York", unit: "celsius" }],
    ],
  ],
  ["Where is my order ORD-12345?", [["get_order_status", { order_id: "ORD-12345" }]]],
  [
    "where are orders ord-1 and ORD-99876",
    [
      ["get_order_status", { order_id: "ord-1" }],
      ["get_order_status", { order_id: "ORD-99876" }],
    ],
  ],
  ["Please cancel order ORD-55", [["cancel_order", { order_id: "ORD-55" }]]],
  [
    "Refund 12.50 for payment pay_9x8 because the parcel was damaged.",
    [["issue_refund", { payment_id: "pay_9x8", amount: 12.5, reason: "the parcel was damaged" }]],
  ],
  [
    'Open a ticket titled "Printer on fire", very urgent, for ann@example.com',
    [["create_ticket", { title: "Printer on fire", priority: "very_urgent", email: "ann@example.com" }]],
  ],
  [
    "I request vacation from 2026-07-01 to 14 July 2026",
    [["request_leave", { start_date: "2026-07-01", end_date: "2026-07-14" }]],
  ],
  [
    "Trains from Lyon to Paris for 3 passengers",
    [["search_trains", { origin: "Lyon", destination: "Paris", passengers: 3 }]],
  ],
  ["Convert 1,250.5 USD to EUR", [["convert_currency", { amount: 1250.5, from_currency: "USD", to_currency: "EUR" }]]],
  ["Dim the lamp in the living room to 30", [["set_light", { room: "living_room", brightness: 30 }]]],
  [
    "Invite ann@example.com and bob@example.org to the project",
    [["invite_people", { emails: ["ann@example.com", "bob@example.org"] }]],
  ],
  ['Search the handbook for "parental leave"', [["search_documents", { query: "parental leave" }]]],
  [
    "Track my parcel 1Z12345E0205271688 with UPS",
    [["track_parcel", { parcel: { tracking_number: "1Z12345E0205271688", carrier: "ups" } }]],
  ],
  ["Where is ORD-777?", [["get_order_status", { order_id: "ORD-777" }]]],
  ["Status of order 54321", [["get_order_status", { order_id: "54321" }]]],
  [
    "What is the status of orders ORD-1 and ORD-2, and please cancel ORD-3.",
    [
      ["get_order_status", { order_id: "ORD-1" }],
      ["get_order_status", { order_id: "ORD-2" }],
      ["cancel_order", { order_id: "ORD-3" }],
    ],
  ],
  [
    "Price of ACME shares, and the weather in Rome?",
    [
      ["get_stock_price", { ticker: "ACME" }],
      ["get_weather", { city: "Rome" }],
    ],
  ],
] as const) {
  test(`of ${everything.length} functions, the right one: ${text}`, () => {
    const calls = callsOf(ask(text, everything));
    const order = (list: readonly (readonly [string, unknown])[]): string[] =>
      list.map((call) => JSON.stringify(call)).toSorted();
    assert.deepEqual(order(calls), order(expected));
    assert.deepEqual(ask(text, everything), ask(text, everything), "the same twice");
  });
}

test("nothing that fits: a plain, honest answer that names what there is", () => {
  for (const text of ["Hello!", "Tell me a joke about elephants", "", "どうもありがとう"]) {
    const answer = textOf(ask(text, everything, { unavailableTools: ["code_interpreter"], instructions: "Be nice." }));
    assert.match(answer, /offline model/);
    assert.match(answer, /`get_weather`/);
    assert.match(answer, /`code_interpreter` is not executed by this runtime/);
  }
});

test("what is required and was not said is asked for, never made up; the next message may give it", () => {
  const question = textOf(ask("Where is my order?", everything));
  assert.match(question, /`order_id` for \*\*get_order_status\*\*: The order ID \(e\.g\., ORD-12345\)/);
  const conversation = [
    user("Where is my order?"),
    { kind: "assistant", text: question, calls: [] } as const,
    user("It's ORD-4"),
  ];
  assert.deepEqual(callsOf(ask(conversation, everything)), [["get_order_status", { order_id: "ORD-4" }]]);
  assert.match(textOf(ask("I want a refund of 5 euros", everything)), /`payment_id`/);
  assert.match(
    textOf(
      ask(
        [user("Where is my order?"), { kind: "assistant", text: question, calls: [] }, user("Never mind")],
        everything,
      ),
    ),
    /offline/,
  );
});

test("a function that changes something is not called for a word that it shares", () => {
  assert.deepEqual(callsOf(ask("What about order ORD-7?", [cancelOrder, orderStatus])), [
    ["get_order_status", { order_id: "ORD-7" }],
  ]);
});

test("defaults and constants fill what is required; what is optional and was not said is left out", () => {
  const tool = fn(
    "list_invoices",
    "List invoices",
    {
      page: { type: "integer", default: 1 },
      kind: { const: "invoice" },
      status: { type: "string", enum: ["open", "paid"] },
    },
    ["page", "kind"],
  );
  assert.deepEqual(callsOf(ask("List my invoices", [tool])), [["list_invoices", { page: 1, kind: "invoice" }]]);
  assert.deepEqual(callsOf(ask("List paid invoices", [tool])), [
    ["list_invoices", { page: 1, kind: "invoice", status: "paid" }],
  ]);
});

test("numbers outside their bounds are not taken", () => {
  assert.match(textOf(ask("Dim the lamp in the hall to 400", [light])), /`brightness`/);
});

test("parameters behind $ref and anyOf", () => {
  const tool: FunctionTool = {
    type: "function",
    function: {
      name: "book_room",
      description: "Book a meeting room",
      parameters: {
        type: "object",
        required: ["day"],
        properties: { day: { $ref: "#/$defs/day" }, guests: { anyOf: [{ type: "null" }, { type: "integer" }] } },
        $defs: { day: { type: "string", format: "date" } },
      },
    },
  };
  assert.deepEqual(callsOf(ask("Book a meeting room on March 3, 2027 for 4 guests", [tool])), [
    ["book_room", { day: "2027-03-03", guests: 4 }],
  ]);
});

test("function declarations of any build do no harm", () => {
  const odd = [
    { type: "function", function: { name: "x" } },
    fn("y", "", { a: true, b: { type: "string", pattern: "(" }, c: { $ref: "#/properties/c" } }),
    { type: "function", function: { name: "weather", parameters: { type: "object", properties: { p: null } } } },
  ] as FunctionTool[];
  for (const text of ["weather", "x y a b c", "((((", "a".repeat(5000)])
    for (const toolChoice of ["auto", "required"] as const) ask(text, odd, { toolChoice });
});

const answered = (...outputs: readonly string[]): ConversationItem[] => [
  user("Where are orders ORD-1 and ORD-2?"),
  {
    kind: "assistant",
    text: "",
    calls: outputs.map((_, at) => ({
      id: `c${at}`,
      name: "get_order_status",
      arguments: `{"order_id":"ORD-${at + 1}"}`,
    })),
  },
  ...outputs.map((output, at) => ({ kind: "tool", callId: `c${at}`, output }) as const),
];

test("outputs are told call by call: values, tables, errors, plain words, nothing", () => {
  const text = textOf(
    ask(answered('{"status":"shipped","eta":{"days":2}}', '{"error":{"message":"no such order"}}'), everything),
  );
  assert.match(
    text,
    /\*\*get_order_status\*\* \(order_id: ORD-1\) returned:\n\n- status: shipped\n- eta:\n {2}- days: 2/,
  );
  assert.match(text, /\(order_id: ORD-2\) reported an error:\n\n> no such order/);
  assert.match(text, /offline model/);
  const more = textOf(ask(answered('[{"sku":"a|b","n":1},{"sku":"c"}]', "Error: timed out"), everything));
  assert.match(more, /\| sku \| n \|\n\| --- \| --- \|\n\| a\\\|b \| 1 \|\n\| c \|  \|/);
  assert.match(more, /reported an error:\n\n> Error: timed out/);
  const last = textOf(ask(answered("all is well", ""), everything));
  assert.match(last, /returned:\n\n> all is well/);
  assert.match(last, /\(order_id: ORD-2\) returned nothing/);
});
