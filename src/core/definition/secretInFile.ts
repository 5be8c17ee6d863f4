import { secretsIn } from "./rules/secrets.ts";

/** Content is judged by its beginning: longer texts are data, and nobody types a key into their middle. */
export const judgedBytes: number = 4 * 1024 * 1024;

/**
 * The first secret in a file's content, such as "an API key (sk-…)"; null where none is found. Packed files (spreadsheets,
 * pictures) are not looked into.
 * @param content of the file, or its first `judgedBytes`
 */
export function secretInFile(content: Uint8Array): string | null {
  const head = content.subarray(0, judgedBytes);
  const wide =
    head[0] === 0xff && head[1] === 0xfe ? "utf-16le" : head[0] === 0xfe && head[1] === 0xff ? "utf-16be" : null;
  if (wide === null && head.includes(0)) return null;
  // What is no valid text becomes marks, and secrets are plain letters in every encoding.
  return secretsIn(new TextDecoder(wide ?? "utf-8").decode(head))[0]?.what ?? null;
}
