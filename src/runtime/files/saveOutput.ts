import { Readable } from "node:stream";
import { unixSeconds } from "../clock.ts";
import { newId } from "../ids.ts";
import type { FileObject } from "../objects.ts";
import type { FileSurroundings } from "./fileSurroundings.ts";

/**
 * Stores a file that a tool made, under a name without directories (purpose `assistants_output`). Rejects, and leaves nothing,
 * when the disk refuses or the content is larger than an upload may be.
 */
export async function saveOutput(
  filename: string,
  content: Uint8Array | Readable,
  { store, files, clock }: Pick<FileSurroundings, "store" | "files" | "clock">,
): Promise<FileObject> {
  const id = newId("file");
  const bytes = await files.bytes.write(id, content instanceof Readable ? content : Readable.from([content]));
  try {
    if (bytes > files.maxFileBytes)
      throw new Error(`${filename} is larger than ${files.maxFileBytes / 1024 / 1024} MB, the limit for a file.`);
    const file: FileObject = {
      id,
      object: "file",
      bytes,
      created_at: unixSeconds(clock),
      filename,
      purpose: "assistants_output",
      status: "processed",
      status_details: null,
      expires_at: null,
    };
    store.insert("file", file);
    return file;
  } catch (error) {
    await files.bytes.remove(id);
    throw error;
  }
}
