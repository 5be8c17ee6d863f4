/** Streams of a Responses API, in the order in which the real one was recorded. */
import type {
  ResponseCodeInterpreterToolCall,
  ResponseOutputText,
  ResponseStreamEvent,
} from "openai/resources/responses/responses";
import { lines, type Script } from "./scriptedModelServer.ts";

/** The events of one output item, and the item as it is when it is finished. */
export interface OutputItem {
  readonly events: readonly object[];
  readonly item: object;
}

export function message(place: number, texts: readonly string[], phase?: string): OutputItem {
  return spoken(place, texts, "output_text", phase);
}

export function refusal(place: number, texts: readonly string[]): OutputItem {
  return spoken(place, texts, "refusal");
}

function spoken(place: number, texts: readonly string[], type: "output_text" | "refusal", phase?: string): OutputItem {
  const head = {
    id: `msg_${place}`,
    type: "message",
    role: "assistant",
    ...(phase === undefined ? {} : { phase }),
  };
  const at = { item_id: head.id, output_index: place, content_index: 0 };
  const part = (said: string): object =>
    type === "refusal" ? { type, refusal: said } : { type, text: said, annotations: [], logprobs: [] };
  const whole = texts.join("");
  const item = { ...head, status: "completed", content: [part(whole)] };
  return {
    item,
    events: [
      added(place, { ...head, status: "in_progress", content: [] }),
      { type: "response.content_part.added", ...at, part: part("") },
      ...texts.map((delta) => ({ type: `response.${type}.delta`, ...at, delta, obfuscation: "xxxx" })),
      { type: `response.${type}.done`, ...at, [type === "refusal" ? "refusal" : "text"]: whole },
      { type: "response.content_part.done", ...at, part: part(whole) },
      done(place, item),
    ],
  };
}

export function reasoning(place: number, encrypted: string): OutputItem {
  const head = { id: `rs_${place}`, type: "reasoning" };
  const at = { item_id: head.id, output_index: place, summary_index: 0 };
  const item = { ...head, summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: encrypted };
  return {
    item,
    events: [
      added(place, { ...head, summary: [], encrypted_content: "early" }),
      { type: "response.reasoning_summary_part.added", ...at, part: { type: "summary_text", text: "" } },
      { type: "response.reasoning_summary_text.delta", ...at, delta: "Hm." },
      { type: "response.reasoning_summary_text.done", ...at, text: "Hm." },
      { type: "response.reasoning_summary_part.done", ...at, part: { type: "summary_text", text: "Hm." } },
      done(place, item),
    ],
  };
}

/** A function call whose arguments come in the given fragments. */
export function call(place: number, callId: string, name: string, fragments: readonly string[]): OutputItem {
  const head = { id: `fc_${place}`, type: "function_call", call_id: callId, name };
  const at = { item_id: head.id, output_index: place };
  const item = { ...head, arguments: fragments.join(""), status: "completed" };
  return {
    item,
    events: [
      added(place, { ...head, arguments: "", status: "in_progress" }),
      ...fragments.map((delta) => ({ type: "response.function_call_arguments.delta", ...at, delta })),
      { type: "response.function_call_arguments.done", ...at, arguments: fragments.join("") },
      done(place, item),
    ],
  };
}

/** The call that the gardener's bed asks for. */
export function moisture(place: number, callId: string, bed: string): OutputItem {
  return call(place, callId, "get_soil_moisture", ['{"bed_', `id":"${bed}"}`]);
}

const usage = {
  input_tokens: 30,
  input_tokens_details: { cached_tokens: 12 },
  output_tokens: 9,
  output_tokens_details: { reasoning_tokens: 4 },
  total_tokens: 39,
};

/** A whole stream. `end` is the terminal event; by default the response is complete. */
export function response(items: readonly OutputItem[], end: object = ended("completed", {}, items)): Script {
  return events([...begun, ...items.flatMap((item) => item.events), end]);
}

export function ended(status: string, more: object = {}, items: readonly OutputItem[] = []): object {
  const response = { id: "resp_1", object: "response", status, output: items.map(({ item }) => item), usage, ...more };
  return { type: `response.${status}`, response };
}

export const begun: readonly object[] = [
  { type: "response.created", response: { id: "resp_1", object: "response", status: "in_progress", output: [] } },
  { type: "response.in_progress", response: { id: "resp_1", object: "response", status: "in_progress", output: [] } },
];

/** A stream of just these events; `end: "cut"` breaks the connection after them. */
export function events(list: readonly object[], end: "close" | "cut" = "close"): Script {
  return lines(
    list.map((event, at) => {
      const data = JSON.stringify({ sequence_number: at, ...event });
      return "type" in event ? `event: ${String(event.type)}\ndata: ${data}` : `data: ${data}`;
    }),
    end,
  );
}

function added(place: number, item: object): object {
  return { type: "response.output_item.added", output_index: place, item };
}

function done(place: number, item: object): object {
  return { type: "response.output_item.done", output_index: place, item };
}

/** A search by the server itself. `results` is null when they were not asked for. */
export function fileSearch(
  place: number,
  queries: readonly string[],
  results: readonly object[] | null,
  status = "completed",
): OutputItem {
  const head = { id: `fs_${place}`, type: "file_search_call" };
  const at = { item_id: head.id, output_index: place };
  const item = { ...head, status, queries, results };
  return {
    item,
    events: [
      added(place, { ...head, status: "in_progress", queries: [], results: null }),
      { type: "response.file_search_call.in_progress", ...at },
      { type: "response.file_search_call.searching", ...at },
      { type: "response.file_search_call.completed", ...at },
      done(place, item),
    ],
  };
}

/** A message whose texts are followed by citations, each streamed when the text before it is out. */
export function citing(
  place: number,
  pieces: readonly (string | { readonly fileId: string; readonly filename: string })[],
): OutputItem {
  const head = { id: `msg_${place}`, type: "message", role: "assistant" };
  const at = { item_id: head.id, output_index: place, content_index: 0 };
  const annotations: object[] = [];
  const events: object[] = [];
  let text = "";
  for (const piece of pieces) {
    if (typeof piece === "string") {
      text += piece;
      events.push({ type: "response.output_text.delta", ...at, delta: piece });
      continue;
    }
    const annotation = {
      type: "file_citation",
      file_id: piece.fileId,
      filename: piece.filename,
      index: text.length,
    };
    events.push({
      type: "response.output_text.annotation.added",
      ...at,
      annotation_index: annotations.length,
      annotation,
    });
    annotations.push(annotation);
  }
  const item = { ...head, status: "completed", content: [{ type: "output_text", text, annotations, logprobs: [] }] };
  return {
    item,
    events: [
      added(place, { ...head, status: "in_progress", content: [] }),
      ...events,
      { type: "response.output_text.done", ...at, text },
      done(place, item),
    ],
  };
}

/** An event of the `openai` package's type. `events` gives it its number. */
type Numbered<E = ResponseStreamEvent> = E extends { sequence_number: number } ? Omit<E, "sequence_number"> : never;

/** A program that the server executes by itself; its code comes in the given fragments. */
export function program(
  place: number,
  containerId: string,
  fragments: readonly string[],
  outputs: ResponseCodeInterpreterToolCall["outputs"],
  status: ResponseCodeInterpreterToolCall["status"] = "completed",
): OutputItem {
  const at = { item_id: `ci_${place}`, output_index: place };
  const code = fragments.join("");
  const head = { id: at.item_id, type: "code_interpreter_call", container_id: containerId } as const;
  const item: ResponseCodeInterpreterToolCall = { ...head, status, code, outputs };
  const begun: ResponseCodeInterpreterToolCall = { ...head, status: "in_progress", code: "", outputs: [] };
  const told: Numbered[] = [
    { type: "response.output_item.added", output_index: place, item: begun },
    { type: "response.code_interpreter_call.in_progress", ...at },
    ...fragments.map((delta): Numbered => ({ type: "response.code_interpreter_call_code.delta", ...at, delta })),
    { type: "response.code_interpreter_call_code.done", ...at, code },
    { type: "response.code_interpreter_call.interpreting", ...at },
    { type: "response.code_interpreter_call.completed", ...at },
    { type: "response.output_item.done", output_index: place, item },
  ];
  return { item, events: told };
}

/** A file that a message hands out: where its text links to it, or nowhere. */
export interface HandedOut {
  readonly containerId: string;
  readonly fileId: string;
  readonly filename: string;
  readonly link: string;
}

/** A message that hands out files. As it was recorded, the annotations come when the whole text is out. */
export function handing(place: number, texts: readonly string[], files: readonly HandedOut[]): OutputItem {
  const at = { item_id: `msg_${place}`, output_index: place, content_index: 0 };
  const text = texts.join("");
  const annotations: ResponseOutputText["annotations"] = files.map(({ containerId, fileId, filename, link }) => {
    const start = link === "" ? 0 : text.indexOf(link);
    return {
      type: "container_file_citation",
      container_id: containerId,
      file_id: fileId,
      filename,
      start_index: start,
      end_index: start + link.length,
    };
  });
  const head = { id: at.item_id, type: "message", role: "assistant" } as const;
  const part: ResponseOutputText = { type: "output_text", text, annotations, logprobs: [] };
  const item = { ...head, status: "completed", content: [part] } as const;
  const told: Numbered[] = [
    { type: "response.output_item.added", output_index: place, item: { ...head, status: "in_progress", content: [] } },
    { type: "response.content_part.added", ...at, part: { ...part, text: "", annotations: [] } },
    ...texts.map((delta): Numbered => ({ type: "response.output_text.delta", ...at, delta, logprobs: [] })),
    ...annotations.flatMap((annotation, index): Numbered[] =>
      annotation.type === "container_file_citation"
        ? [{ type: "response.output_text.annotation.added", ...at, annotation_index: index, annotation }]
        : [],
    ),
    { type: "response.output_text.done", ...at, text, logprobs: [] },
    { type: "response.content_part.done", ...at, part },
    { type: "response.output_item.done", output_index: place, item: { ...item, content: [part] } },
  ];
  return { item, events: told };
}
