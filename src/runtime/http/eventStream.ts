import type { EventSubscription } from "../engine/eventFeed.ts";

/** Clients and proxies give up on a silent connection; a comment keeps it, and parsers ignore it. */
const keepAliveMs = 15_000;

/**
 * A run's events as server-sent events, ended by `done [DONE]`. Leaving early only ends the listening. `first` is sent before
 * everything else (`thread.created`).
 */
export function eventStream(events: EventSubscription, first?: { event: string; data: object }): Response {
  const encoder = new TextEncoder();
  let keepAlive: NodeJS.Timeout | undefined;
  const stop = (): void => {
    clearInterval(keepAlive);
    events.close();
  };
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      if (first !== undefined)
        controller.enqueue(encoder.encode(`event: ${first.event}\ndata: ${JSON.stringify(first.data)}\n\n`));
      keepAlive = setInterval(() => controller.enqueue(encoder.encode(": keep-alive\n\n")), keepAliveMs);
    },
    async pull(controller) {
      const part = await events.next();
      if (part.kind === "frames") return controller.enqueue(encoder.encode(part.frames));
      stop();
      if (part.kind === "dropped") return controller.error(new Error("the client did not read its events"));
      controller.enqueue(encoder.encode("event: done\ndata: [DONE]\n\n"));
      controller.close();
    },
    cancel: stop,
  });
  return new Response(body, {
    headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
  });
}
