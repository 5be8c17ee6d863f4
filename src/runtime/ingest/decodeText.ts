import { InvalidContent } from "./invalidContent.ts";

/** So many bytes tell an encoding without a mark. */
const sampleBytes = 4096;

/**
 * The text of a file, in pieces, as its bytes come. UTF-8, UTF-16 and ASCII are told by their mark, or by where the zero bytes
 * are. Throws `InvalidContent` for anything else: text that is wrongly decoded would be found by nothing.
 */
export async function* decodeText(content: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let held = Buffer.alloc(0);
  for await (const bytes of content) {
    if (decoder === undefined) {
      held = Buffer.concat([held, bytes]);
      if (held.length < sampleBytes) continue;
      decoder = new TextDecoder(encodingOf(held), { fatal: true });
      yield decode(decoder, held);
    } else {
      yield decode(decoder, bytes);
    }
  }
  if (decoder === undefined) {
    decoder = new TextDecoder(encodingOf(held), { fatal: true });
    yield decode(decoder, held);
  }
  yield decode(decoder, undefined);
}

function encodingOf(start: Buffer): "utf-8" | "utf-16le" | "utf-16be" {
  const [first, second] = start;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  // Western UTF-16 has its zeros on one side; binary formats have them on both.
  const sample = start.subarray(0, sampleBytes);
  const zeros = [0, 0];
  for (const [at, byte] of sample.entries()) if (byte === 0) zeros[at % 2] = (zeros[at % 2] ?? 0) + 1;
  const [even = 0, odd = 0] = zeros;
  if (odd > sample.length / 4 && even === 0) return "utf-16le";
  if (even > sample.length / 4 && odd === 0) return "utf-16be";
  return "utf-8";
}

function decode(decoder: TextDecoder, bytes: Uint8Array | undefined): string {
  let text;
  try {
    text = bytes === undefined ? decoder.decode() : decoder.decode(bytes, { stream: true });
  } catch (error) {
    if (error instanceof TypeError)
      throw new InvalidContent("The file is not text in UTF-8, UTF-16 or ASCII; it may be damaged or a binary file.");
    throw error;
  }
  if (text.includes("\0")) throw new InvalidContent("The file holds zero bytes: it is a binary file, not text.");
  return text;
}
