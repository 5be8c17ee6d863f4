import { setTimeout as sleep } from "node:timers/promises";

/** No event is so long: what goes on without a line's end is not a stream of events. */
const longestLine = 64 * 1024 * 1024;

/** The data of each server-sent event of a body. Comments and other fields are skipped; an unfinished last event counts. */
export async function* readSse(body: AsyncIterable<Uint8Array>): AsyncIterable<string> {
  const decoder = new TextDecoder();
  let rest = "";
  let data: string[] = [];
  const take = function* (lines: readonly string[]): Iterable<string> {
    for (const line of lines) {
      if (line === "" && data.length > 0) {
        yield data.join("\n");
        data = [];
      } else if (line.startsWith("data:")) {
        data.push(line.slice(line[5] === " " ? 6 : 5));
      }
    }
  };
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    // A carriage return at the very end may be half of a line break.
    const held = rest.endsWith("\r") ? "\r" : "";
    const lines = rest.slice(0, rest.length - held.length).split(/\r\n|\n|\r/);
    rest = (lines.pop() ?? "") + held;
    if (rest.length > longestLine) throw new Error(`a line of more than ${longestLine} characters`);
    yield* take(lines);
  }
  yield* take([...(rest + decoder.decode()).split(/\r\n|\n|\r/), ""]);
}

/** How long an answer that has said all may take to end, in milliseconds. */
const endingMs = 100;

/** What an answer says, piece by piece up to `[DONE]`: of a stream, or the one piece of a server that does not stream though asked to. */
export async function* dataOf(response: Response): AsyncIterable<string> {
  if (response.body === null) return;
  if (/application\/json/.test(response.headers.get("content-type") ?? "")) return yield await response.text();
  const reader = response.body.getReader() as ReadableStreamDefaultReader<Uint8Array>;
  try {
    for await (const data of readSse(bytesOf(reader))) {
      if (data === "[DONE]") return;
      yield data;
    }
  } finally {
    // Most servers end at once, and only an answer that was read to its end leaves its connection to the next request.
    await Promise.race([readToEnd(reader), sleep(endingMs, undefined, { ref: false })]);
    void reader.cancel().catch(() => undefined /* it has broken, which was told where it was read */);
  }
}

async function* bytesOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterable<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

async function readToEnd(reader: ReadableStreamDefaultReader<Uint8Array>): Promise<void> {
  try {
    while (!(await reader.read()).done);
  } catch {
    // Broken or aborted: at its end too.
  }
}
