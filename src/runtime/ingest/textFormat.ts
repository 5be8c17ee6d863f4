/** How a file's text is got out of it; `unreadable` says why not, in words for a person. */
export type TextFormat =
  | { readonly kind: "plain" | "markdown" | "html" | "pdf" | "docx" | "pptx" }
  | { readonly kind: "unreadable"; readonly message: string };

/** What OpenAI's file search reads (Assistants v2: file search, supported files); `.htm` is ours. */
const formats: Readonly<Record<string, Exclude<TextFormat["kind"], "unreadable">>> = {
  ...Object.fromEntries(
    "c cpp cs css go java js json php py rb sh tex ts txt"
      .split(" ")
      .map((extension) => [`.${extension}`, "plain"] as const),
  ),
  ".md": "markdown",
  ".html": "html",
  ".htm": "html",
  ".pdf": "pdf",
  ".docx": "docx",
  ".pptx": "pptx",
};

/** The format that a file's name stands for. Its content may still turn out to be something else. */
export function textFormatOf(filename: string): TextFormat {
  const extension = /\.[^.]*$/.exec(filename)?.[0].toLowerCase() ?? "";
  const kind = Object.hasOwn(formats, extension) ? formats[extension] : undefined;
  if (kind !== undefined) return { kind };
  if (extension === ".doc" || extension === ".ppt") {
    return {
      kind: "unreadable",
      message: `The old binary format ${extension} is not read by this runtime. Save the document as ${extension}x or PDF and add that.`,
    };
  }
  const what = extension === "" ? "Files without an extension" : `Files with extension ${extension}`;
  return {
    kind: "unreadable",
    message: `${what} are not supported for file search. Supported: ${Object.keys(formats).toSorted().join(", ")}.`,
  };
}
