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
    yield* take(lines);
  }
  yield* take([...(rest + decoder.decode()).split(/\r\n|\n|\r/), ""]);
}
