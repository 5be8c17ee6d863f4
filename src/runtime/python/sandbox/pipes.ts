import { readSync, writeSync } from "node:fs";

import { encodeFrame, FrameReader, maxBodyBytes, type Frame, type Order, type Report } from "./frames.ts";

/** Programs come in heads. */
const maxOrderBytes = 16 * 1_048_576;

/**
 * The sandbox's end of the pipes, on bare file descriptors and without an event loop: a stream of Node would be an object with a
 * way to the network, and one that a program could lay hands on.
 */
export class Pipes {
  readonly #reader = new FrameReader(maxOrderBytes);
  readonly #buffer = new Uint8Array(262_144);
  #waiting: Frame[] = [];

  /** The next order; undefined when the runtime has closed the pipe. */
  next(): { readonly order: Order; readonly body: Uint8Array } | undefined {
    while (this.#waiting.length === 0) {
      const count = retried(() => readSync(0, this.#buffer, 0, this.#buffer.length, null));
      if (count === 0) return undefined;
      this.#waiting = this.#reader.push(this.#buffer.slice(0, count));
    }
    const frame = this.#waiting.shift();
    return frame === undefined ? undefined : { order: frame.head as Order, body: frame.body };
  }

  /** The bytes that were announced, from the chunks that follow. */
  bytes(size: number): Uint8Array {
    const bytes = new Uint8Array(size);
    for (let filled = 0; filled < size;) {
      const frame = this.next();
      if (frame?.order.type !== "chunk") throw new Error("a file was cut short");
      bytes.set(frame.body, filled);
      filled += frame.body.length;
    }
    return bytes;
  }

  say(report: Report, body?: Uint8Array): void {
    const frame = encodeFrame(report, body);
    for (let sent = 0; sent < frame.length;)
      sent += retried(() => writeSync(1, frame, sent, frame.length - sent, null));
  }

  /** A report with bytes, in chunks. */
  sayBytes(report: Report, bytes: Uint8Array): void {
    this.say(report);
    for (let at = 0; at < bytes.length; at += maxBodyBytes)
      this.say({ type: "chunk" }, bytes.subarray(at, at + maxBodyBytes));
  }
}

const pauseCell = new Int32Array(new SharedArrayBuffer(4));

/** Pipes may be non-blocking, and some systems report the end of one as an error. */
function retried(call: () => number): number {
  for (;;) {
    try {
      return call();
    } catch (error) {
      const code = error instanceof Error && "code" in error ? error.code : undefined;
      if (code === "EOF") return 0;
      if (code !== "EAGAIN") throw error;
      Atomics.wait(pauseCell, 0, 0, 2);
    }
  }
}
