/** Documents made here, so that it is known what is in them. */
import { strToU8, zipSync, type Zippable } from "fflate";

/** A PDF with a page for each text; a line of the text is a line on the page. `locked` asks for a password. */
export function pdf(pages: readonly string[], locked = false): Buffer {
  const objects: string[] = [];
  const add = (body: string): number => objects.push(body);
  add("<< /Type /Catalog /Pages 2 0 R >>");
  add(`<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${4 + at * 2} 0 R`).join(" ")}] >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (const [at, text] of pages.entries()) {
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + at * 2} 0 R >>`,
    );
    const lines = text.split("\n").map((line) => `(${line.replace(/[()\\]/g, "\\$&")}) Tj 0 -14 Td`);
    const content = text === "" ? "" : `BT /F1 12 Tf 72 720 Td ${lines.join(" ")} ET`;
    add(`<< /Length ${content.length} >>\nstream\n${content}\nendstream`);
  }
  let body = "%PDF-1.4\n";
  const places = objects.map((object, at) => {
    const place = body.length;
    body += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const start = body.length;
  const id = "<00112233445566778899aabbccddeeff>";
  const lock = locked
    ? ` /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 /O <${"ab".repeat(32)}> /U <${"cd".repeat(32)}> >> /ID [${id} ${id}]`
    : "";
  body += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n`;
  body += places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  body += `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R${lock} >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(body, "latin1");
}

const xml = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>';
const types = `${xml}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>`;
const office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

function relations(list: readonly (readonly [string, string, string])[]): string {
  return `${xml}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${list.map(([id, type, target]) => `<Relationship Id="${id}" Type="${office}/${type}" Target="${target}"/>`).join("")}</Relationships>`;
}

function zip(parts: Readonly<Record<string, string>>): Buffer {
  const entries: Zippable = {};
  for (const [name, text] of Object.entries(parts)) entries[name] = strToU8(text);
  return Buffer.from(zipSync(entries));
}

/** A Word document of paragraphs; `# ` begins a heading. */
export function docx(paragraphs: readonly string[], more: Readonly<Record<string, string>> = {}): Buffer {
  const body = paragraphs.map((text) => {
    const heading = text.startsWith("# ") ? '<w:pPr><w:pStyle w:val="Heading1"/></w:pPr>' : "";
    return `<w:p>${heading}<w:r><w:t xml:space="preserve">${text.replace(/^# /, "")}</w:t></w:r></w:p>`;
  });
  return zip({
    "[Content_Types].xml": types,
    "_rels/.rels": relations([["rId1", "officeDocument", "word/document.xml"]]),
    "word/document.xml": `${xml}<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${body.join("")}</w:body></w:document>`,
    "word/styles.xml": `${xml}<w:styles xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:style w:type="paragraph" w:styleId="Heading1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    "word/_rels/document.xml.rels": relations([["rId1", "styles", "styles.xml"]]),
    ...more,
  });
}

/** A presentation, each slide with a title, a text and notes. The files are numbered against the order in which they are shown. */
export function pptx(
  slides: readonly { readonly title: string; readonly text: string; readonly notes?: string }[],
): Buffer {
  const p =
    'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"';
  const shape = (type: string, text: string): string =>
    `<p:sp><p:nvSpPr><p:nvPr><p:ph type="${type}"/></p:nvPr></p:nvSpPr><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></p:txBody></p:sp>`;
  const fileOf = (at: number): number => slides.length - at;
  const parts: Record<string, string> = {
    "[Content_Types].xml": types,
    "ppt/presentation.xml": `${xml}<p:presentation ${p}><p:sldIdLst>${slides.map((_, at) => `<p:sldId id="${256 + at}" r:id="rId${at}"/>`).join("")}</p:sldIdLst></p:presentation>`,
    "ppt/_rels/presentation.xml.rels": relations(
      slides.map((_, at) => [`rId${at}`, "slide", `slides/slide${fileOf(at)}.xml`] as const),
    ),
  };
  for (const [at, { title, text, notes }] of slides.entries()) {
    const number = fileOf(at);
    parts[`ppt/slides/slide${number}.xml`] =
      `${xml}<p:sld ${p}><p:cSld><p:spTree>${shape("title", title)}${shape("body", text)}</p:spTree></p:cSld></p:sld>`;
    if (notes === undefined) continue;
    parts[`ppt/slides/_rels/slide${number}.xml.rels`] = relations([
      ["rId1", "notesSlide", `../notesSlides/notesSlide${number}.xml`],
    ]);
    parts[`ppt/notesSlides/notesSlide${number}.xml`] =
      `${xml}<p:notes ${p}>${shape("body", notes)}${shape("sldNum", String(at))}</p:notes>`;
  }
  return zip(parts);
}
