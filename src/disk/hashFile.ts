import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";

import { secretsIn } from "../core/definition/rules/secrets.ts";
import { FewestTokens } from "../core/documents/fewestTokens.ts";
import { isPlainName, isTextName, maxFileTokens } from "../core/documents/fileRules.ts";
import type { ContentVerdict } from "../core/documents/fileRules.ts";

/** Content is judged by its beginning: longer texts are data, and nobody types a key into their middle. */
const judgedBytes = 4 * 1024 * 1024;
const pieceBytes = 1024 * 1024;

export interface HashedFile {
  /** In hex. */
  readonly sha256: string;
  readonly bytes: number;
  readonly verdict: ContentVerdict;
}

/** Reads a file once, piece by piece: what it holds, and its SHA-256. Memory holds its first 4 MB at most. */
export async function hashFile(path: string, name: string, signal?: AbortSignal): Promise<HashedFile> {
  const handle = await open(path);
  try {
    const hash = createHash("sha256");
    const size = (await handle.stat()).size;
    const isText = isTextName(name);
    const head: Buffer[] = [];
    // A token has a byte at least.
    const tokens = isPlainName(name) && size > maxFileTokens ? new FewestTokens() : null;
    const pieces = [Buffer.allocUnsafe(pieceLength(size)), size > pieceBytes ? Buffer.allocUnsafe(pieceBytes) : null];
    let bytes = 0;
    let turn = 0;
    const read = (): Promise<{ readonly bytesRead: number; readonly buffer: Buffer }> => {
      const buffer = pieces[turn % 2] ?? pieces[0] ?? Buffer.alloc(0);
      turn += 1;
      const reading = handle.read(buffer, 0, buffer.length, null);
      // Whoever awaits it gets the failure; when something else ends the loop, nobody does.
      reading.catch(() => undefined);
      return reading;
    };
    // The next piece is read while this one is hashed.
    let coming = read();
    for (;;) {
      signal?.throwIfAborted();
      const { bytesRead, buffer } = await coming;
      if (bytesRead === 0) break;
      const piece = buffer.subarray(0, bytesRead);
      // A small file is whole in its first piece: the next reading, into the same piece, only finds its end.
      if (pieces[1] !== null) coming = read();
      hash.update(piece);
      if (tokens !== null && tokens.count <= maxFileTokens) tokens.write(piece);
      if (isText && bytes < judgedBytes) head.push(Buffer.from(piece));
      bytes += bytesRead;
      if (pieces[1] === null) coming = read();
    }
    const verdict = isText ? judge(Buffer.concat(head), bytes, tokens?.count ?? 0) : ({ kind: "packed" } as const);
    return { sha256: hash.digest("hex"), bytes, verdict };
  } finally {
    await handle.close();
  }
}

function pieceLength(size: number): number {
  return Math.min(pieceBytes, Math.max(4096, size + 1));
}

/** What a text file's beginning tells. @param bytes of the whole file @param tokens that it has at least, if it is UTF-8 */
function judge(head: Buffer, bytes: number, tokens: number): ContentVerdict {
  const wide = wideEncoding(head);
  if (wide === null && head.includes(0)) return { kind: "binary" };
  if (wide === null && !isUtf8(bytes > head.length ? wholeLetters(head) : head)) return { kind: "encoding" };
  const text = new TextDecoder(wide ?? "utf-8").decode(head);
  const [secret] = secretsIn(text);
  if (secret !== undefined) return { kind: "secret", what: secret.what };
  return { kind: wide === null && tokens > maxFileTokens ? "long" : "text" };
}

function wideEncoding(head: Buffer): "utf-16le" | "utf-16be" | null {
  if (head[0] === 0xff && head[1] === 0xfe) return "utf-16le";
  return head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : null;
}

/** Without a letter that the cut may have broken. */
function wholeLetters(head: Buffer): Buffer {
  let end = head.length;
  while (end > 0 && ((head[end - 1] ?? 0) & 0xc0) === 0x80) end -= 1;
  return head.subarray(0, Math.max(0, end - 1));
}
