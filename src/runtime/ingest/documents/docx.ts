import { zipSync } from "fflate";
import { reasonOf } from "../../log.ts";
import { HtmlText } from "../htmlText.ts";
import { InvalidContent } from "../invalidContent.ts";
import { readZip } from "./zip.ts";

/** The text of a Word document, headings as Markdown's. Pictures are left out. */
export async function docxText(data: Uint8Array): Promise<string> {
  const parts = readZip(data, "Word document", (name) => /\.(?:xml|rels)$/.test(name));
  if (!parts.has("[Content_Types].xml") || ![...parts.keys()].some((name) => /^word\/document\d*\.xml$/.test(name)))
    throw new InvalidContent("The file is no Word document: parts of one are missing. It may be damaged.");
  const { convertToHtml, images } = await import("mammoth");
  // Only what has been unpacked within bounds is handed on.
  const safe = Buffer.from(zipSync(Object.fromEntries(parts), { level: 0 }));
  try {
    const { value } = await convertToHtml(
      { buffer: safe },
      { convertImage: images.imgElement(() => Promise.resolve({ src: "" })) },
    );
    const html = new HtmlText();
    return html.write(value) + html.end();
  } catch (error) {
    throw new InvalidContent(`The Word document cannot be read: it is damaged (${reasonOf(error)}).`);
  }
}
