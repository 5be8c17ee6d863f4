/** How a file's text is got out of it; `unreadable` says why not, in words for a person. */
export type TextFormat =
  | { readonly kind: "plain" | "markdown" | "html" }
  | { readonly kind: "unreadable"; readonly message: string };

/** What OpenAI's file search reads, as far as it is text (Assistants v2: file search, supported files). */
const plain = new Set(
  "c cpp cs css go java js json md php py rb sh tex ts txt".split(" ").map((extension) => `.${extension}`),
);
/** Of these, `#` lines are headings. */
const markdown = new Set([".md"]);
const html = new Set([".html", ".htm"]);
/** Documents that OpenAI's file search reads and this runtime does not. */
const documents = new Set([".pdf", ".doc", ".docx", ".pptx"]);

/** The format that a file's name stands for. Its content may still turn out to be something else. */
export function textFormatOf(filename: string): TextFormat {
  const extension = /\.[^.]*$/.exec(filename)?.[0].toLowerCase() ?? "";
  if (markdown.has(extension)) return { kind: "markdown" };
  if (plain.has(extension)) return { kind: "plain" };
  if (html.has(extension)) return { kind: "html" };
  if (documents.has(extension)) {
    return {
      kind: "unreadable",
      message: `This runtime does not read ${extension} documents yet. Save the document as text, Markdown or HTML and add that.`,
    };
  }
  const what = extension === "" ? "Files without an extension" : `Files with extension ${extension}`;
  return {
    kind: "unreadable",
    message: `${what} are not supported for file search. Supported: ${[...plain, ...html].join(", ")}.`,
  };
}
