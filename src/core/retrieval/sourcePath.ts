import { documentKeys } from "../documents/documentAttributes.ts";
import type { Attributes } from "./retrieval.ts";

/**
 * The path of the workspace file that an uploaded file was made from; null when it was not uploaded by the sync. Attributes come from a
 * server: a path that would lead out of the workspace is none.
 */
export function sourcePathOf(attributes: Attributes | null): string | null {
  const path = attributes?.[documentKeys.path];
  // A path that was too long for an attribute begins with an ellipsis, and is no path any more.
  if (typeof path !== "string" || path === "" || /^[\\/…]|^[A-Za-z]:|\0/.test(path)) return null;
  return path.split(/[\\/]/).includes("..") ? null : path;
}

/** The last part of a path or file name, whatever slashes it has. */
export function baseName(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path;
}

/** Whether a file of this name is text as it stands: its characters are those that were indexed. */
export function isPlainText(filename: string): boolean {
  return !/\.(?:pdf|docx?|pptx?|xlsx?|html?|odt|rtf|epub|zip|gz|tar|png|jpe?g|gif|webp)$/i.test(filename);
}
