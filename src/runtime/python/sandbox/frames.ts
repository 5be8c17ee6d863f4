/**
 * The frames on the pipes between the runtime and a sandbox, the same both ways: two unsigned 32-bit little-endian lengths, a
 * JSON head of the first length, a body of bytes of the second.
 *
 * What comes out of a sandbox is hostile: a program that found its way to the pipe could write anything. `FrameReader` bounds every
 * length before it allocates, and who reads the heads checks their fields.
 */

/** The longest JSON head, in bytes. */
export const maxHeadBytes = 65_536;
/** The longest body, in bytes. Larger files travel as several frames. */
export const maxBodyBytes = 1_048_576;

/** The longest path of a file that is handed back, in UTF-16 units. */
export const longestPath = 1000;

/** What the runtime asks of a sandbox. The bytes of a file follow as `chunk` frames, `size` bytes in all. */
export type Order =
  | { readonly type: "put"; readonly path: string; readonly size: number; readonly mtime: number }
  | { readonly type: "wheel"; readonly name: string; readonly size: number }
  | { readonly type: "chunk" }
  | { readonly type: "run"; readonly code: string; readonly maxOutputBytes: number; readonly files: FileLimits }
  | { readonly type: "imports"; readonly code: string };

export interface FileLimits {
  /** Bytes that a session may hold in files. */
  readonly total: number;
  /** Bytes of one file that is handed back. */
  readonly each: number;
  /** Files that one run may hand back. */
  readonly count: number;
}

/** What a sandbox says. `file` and `image` are followed by `chunk` frames, `size` bytes in all; the body of `text` is UTF-8. */
export type Report =
  | { readonly type: "ready" }
  | { readonly type: "unlocked"; readonly why: string }
  | { readonly type: "snapshot"; readonly size: number }
  | { readonly type: "text" }
  | { readonly type: "image"; readonly mime: string; readonly size: number }
  | { readonly type: "file"; readonly path: string; readonly size: number }
  | { readonly type: "note"; readonly text: string }
  | { readonly type: "imports"; readonly names: readonly string[]; readonly own: readonly string[] }
  | { readonly type: "chunk" }
  | { readonly type: "done"; readonly ok: boolean; readonly cut: boolean };

export interface Frame {
  readonly head: unknown;
  readonly body: Uint8Array;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });
const noBytes = new Uint8Array(0);

export function encodeFrame(head: Order | Report, body: Uint8Array = noBytes): Uint8Array {
  const json = encoder.encode(JSON.stringify(head));
  const frame = new Uint8Array(8 + json.length + body.length);
  const view = new DataView(frame.buffer);
  view.setUint32(0, json.length, true);
  view.setUint32(4, body.length, true);
  frame.set(json, 8);
  frame.set(body, 8 + json.length);
  return frame;
}

/** Puts frames together from pieces of any size. Throws at a length or a head that no honest sender sends. */
export class FrameReader {
  #pieces: Uint8Array[] = [];
  #have = 0;
  /** The lengths of the frame that is being read. */
  #lengths: { readonly head: number; readonly body: number } | undefined;
  readonly #maxHead: number;

  /** `maxHead`: the longest head to accept, in bytes. Programs go to a sandbox in heads, so that way it is larger. */
  constructor(maxHead = maxHeadBytes) {
    this.#maxHead = maxHead;
  }

  push(piece: Uint8Array): Frame[] {
    this.#pieces.push(piece);
    this.#have += piece.length;
    const frames: Frame[] = [];
    for (;;) {
      if (this.#lengths === undefined) {
        if (this.#have < 8) return frames;
        const bytes = this.#take(8);
        const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
        const lengths = { head: view.getUint32(0, true), body: view.getUint32(4, true) };
        if (lengths.head > this.#maxHead || lengths.body > maxBodyBytes) throw new Error("a frame is too long");
        this.#lengths = lengths;
      }
      const { head, body } = this.#lengths;
      if (this.#have < head + body) return frames;
      this.#lengths = undefined;
      frames.push({ head: JSON.parse(decoder.decode(this.#take(head))), body: this.#take(body) });
    }
  }

  /** The next `length` bytes, which must be there. */
  #take(length: number): Uint8Array {
    const [first] = this.#pieces;
    this.#have -= length;
    if (first !== undefined && first.length >= length) {
      if (first.length === length) this.#pieces.shift();
      else this.#pieces[0] = first.subarray(length);
      return first.subarray(0, length);
    }
    const joined = new Uint8Array(length);
    let filled = 0;
    let used = 0;
    for (const piece of this.#pieces) {
      const part = piece.subarray(0, length - filled);
      joined.set(part, filled);
      filled += part.length;
      if (part.length < piece.length) {
        this.#pieces[used] = piece.subarray(part.length);
        break;
      }
      used++;
      if (filled === length) break;
    }
    this.#pieces.splice(0, used);
    return joined;
  }
}
