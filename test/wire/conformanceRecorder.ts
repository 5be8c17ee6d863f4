import type { Disagreement, Spec } from "./conformanceSpec.ts";

/** Looks over the shoulder of a client: every answer and every event is held to the spec. */
export interface Recorder {
  readonly fetch: typeof fetch;
  /** Operations that were answered with success, and with how many events of each name. */
  readonly succeeded: Set<string>;
  readonly events: Map<string, number>;
  /** Requests outside the spec. */
  readonly unknown: Set<string>;
  /** Waits for what is still being read; what the spec does not allow, each once. */
  finish(): Promise<Disagreement[]>;
}

export function createRecorder(spec: Spec): Recorder {
  const reading: Promise<void>[] = [];
  const found = new Map<string, Disagreement>();
  const [succeeded, unknown, events] = [new Set<string>(), new Set<string>(), new Map<string, number>()];
  const note = (disagreements: readonly Disagreement[]): void => {
    for (const one of disagreements) found.set(`${one.where} ${one.path} ${one.keyword}`, one);
  };
  const read = async (method: string, url: URL, response: Response): Promise<void> => {
    const path = url.pathname.replace(/^\/v1/, "");
    const operation = spec.operationOf(method, path);
    if (operation === undefined) return void unknown.add(`${method} ${path}`);
    const type = response.headers.get("content-type") ?? "";
    const text = await response.text();
    if (response.ok) succeeded.add(operation);
    if (type.includes("text/event-stream")) {
      for (const [, event = "", data = ""] of text.matchAll(/^event: (.*)\ndata: (.*)\n\n/gm)) {
        events.set(event, (events.get(event) ?? 0) + 1);
        note(spec.checkEvent(event, data === "[DONE]" ? data : (JSON.parse(data) as unknown)));
      }
    } else if (type.includes("application/json")) {
      note(spec.checkAnswer(operation, response.status, JSON.parse(text) as unknown) ?? []);
    }
  };
  return {
    succeeded,
    events,
    unknown,
    async fetch(input, init) {
      const response = await fetch(input, init);
      const url = new URL(input instanceof Request ? input.url : input);
      // The SDK tries out with a data: address what `fetch` can do.
      if (url.protocol === "http:") reading.push(read(init?.method ?? "GET", url, response.clone()));
      return response;
    },
    async finish() {
      await Promise.all(reading);
      return [...found.values()];
    },
  };
}
