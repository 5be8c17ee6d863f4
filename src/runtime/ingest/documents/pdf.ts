import type { getDocumentProxy as GetDocument } from "unpdf";
import { InvalidContent } from "../invalidContent.ts";
import type { TextPart } from "../textParts.ts";

/** The text of a PDF, page by page. */
export async function* pdfText(data: Uint8Array): AsyncGenerator<TextPart> {
  const { getDocumentProxy } = await import("unpdf");
  const document = await getDocumentProxy(data, { verbosity: 0, isEvalSupported: false }).catch((error: unknown) => {
    throw new InvalidContent(
      error instanceof Error && error.name === "PasswordException"
        ? "The PDF is encrypted with a password."
        : "The file is no PDF that can be read; it may be damaged.",
    );
  });
  let blank = true;
  try {
    for (let page = 1; page <= document.numPages; page++) {
      const text = await pageText(document, page);
      blank &&= text.trim() === "";
      yield { text: `${text}\n\n`, page };
    }
  } finally {
    await document.destroy();
  }
  if (blank)
    throw new InvalidContent("There is no text in the PDF: its pages may be pictures (scans), which are not read.");
}

type Document = Awaited<ReturnType<typeof GetDocument>>;

async function pageText(document: Document, number: number): Promise<string> {
  try {
    const page = await document.getPage(number);
    const { items } = await page.getTextContent();
    const text = items.map((item) => ("str" in item ? `${item.str}${item.hasEOL ? "\n" : ""}` : "")).join("");
    page.cleanup();
    // Glyphs without a letter come as zeros.
    return text.replaceAll("\0", "");
  } catch (error) {
    throw new InvalidContent(
      `Page ${number} of the PDF cannot be read: it is damaged (${error instanceof Error ? error.message : String(error)}).`,
    );
  }
}
