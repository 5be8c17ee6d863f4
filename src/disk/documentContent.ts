import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

import type { UploadContent } from "../core/documents/documentProvider.ts";
import { nameOf } from "../core/documents/makeDocumentPlan.ts";
import { DocumentChanged } from "../core/documents/ports.ts";
import type { LocalDocument } from "../core/documents/scan.ts";
import { isGone } from "./isGone.ts";

const pieceBytes = 256 * 1024;
/** One reading is faster than a stream. */
const wholeBytes = 256 * 1024;

/** A file's content as it was when it was looked at; reading it fails once it is another one. */
export function documentContent(folder: string, file: LocalDocument): UploadContent {
  const path = join(folder, file.path);
  const check = async (): Promise<void> => {
    try {
      const now = await stat(path);
      if (now.size === file.bytes && now.mtimeMs === file.mtimeMs) return;
    } catch (error) {
      throw isGone(error) ? new DocumentChanged("it was deleted meanwhile") : unreadable(error);
    }
    throw new DocumentChanged("it was changed meanwhile: sync again");
  };
  return {
    name: nameOf(file.path),
    bytes: file.bytes,
    async *chunks() {
      if (file.bytes <= wholeBytes) {
        const content = await readWhole(path);
        // Looked at after it was read: a change in between shows.
        await check();
        yield content;
        return;
      }
      await check();
      const stream = createReadStream(path, { highWaterMark: pieceBytes });
      try {
        for await (const chunk of stream) yield chunk as Uint8Array;
      } catch (error) {
        throw isGone(error) ? new DocumentChanged("it was deleted meanwhile") : unreadable(error);
      }
      // Before the end of the upload is told: what was cut off is no file.
      await check();
    },
  };
}

async function readWhole(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (error) {
    throw isGone(error) ? new DocumentChanged("it was deleted meanwhile") : unreadable(error);
  }
}

function unreadable(error: unknown): DocumentChanged {
  return new DocumentChanged(`it cannot be read (${error instanceof Error ? error.message : String(error)})`);
}
