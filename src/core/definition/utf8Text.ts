/** Bytes that are not UTF-8: read as if they were, what they say would be lost when the text is written again. */
export class NotUtf8 extends Error {
  override readonly name = "NotUtf8";

  constructor() {
    super("it is not in UTF-8. Save it with that encoding.");
  }
}

/**
 * The text of a file that is UTF-8.
 * @param mark whether a byte order mark is part of the text: a write-back keeps it
 * @throws NotUtf8
 */
export function utf8Text(bytes: Uint8Array, mark: "kept" | "dropped"): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: mark === "kept" }).decode(bytes);
  } catch {
    // The one thing that a decoder throws for.
    throw new NotUtf8();
  }
}
