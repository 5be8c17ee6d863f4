import { SaxesParser } from "saxes";
import { reasonOf } from "../../log.ts";
import { InvalidContent } from "../invalidContent.ts";
import type { TextPart } from "../textParts.ts";
import { readZip } from "./zip.ts";

type Parts = ReadonlyMap<string, Uint8Array>;

/** The text of a presentation, slide by slide with its notes; titles are headings. */
export function* pptxText(data: Uint8Array): Generator<TextPart> {
  const parts = readZip(data, "presentation", (name) =>
    /^ppt\/(?:presentation\.xml|_rels\/.*|slides\/.*|notesSlides\/[^/]*\.xml)$/.test(name),
  );
  const slides = slidesIn(parts);
  if (slides.length === 0)
    throw new InvalidContent("The file is no presentation, or one without slides. It may be damaged.");
  try {
    for (const [at, slide] of slides.entries()) {
      const notes = relationsOf(parts, slide).find(({ type }) => type.endsWith("/notesSlide"))?.target;
      const spoken = notes === undefined ? "" : slideText(parts.get(notes), false);
      const text = slideText(parts.get(slide), true);
      yield { text: spoken === "" ? `${text}\n` : `${text}\nNotes:\n${spoken}\n`, page: at + 1 };
    }
  } catch (error) {
    throw error instanceof InvalidContent
      ? error
      : new InvalidContent(`The presentation cannot be read: it is damaged (${reasonOf(error)}).`);
  }
}

/** The slides in the order in which they are shown; by their numbers where the order is not told. */
function slidesIn(parts: Parts): string[] {
  const names = [...parts.keys()].filter((name) => /^ppt\/slides\/slide\d+\.xml$/.test(name));
  const byId = new Map(relationsOf(parts, "ppt/presentation.xml").map((one) => [one.id, one.target]));
  const shown: string[] = [];
  const presentation = parts.get("ppt/presentation.xml");
  if (presentation !== undefined)
    readXml(presentation, {
      open(name, attributes) {
        const target = name === "p:sldId" ? byId.get(attributes["r:id"] ?? "") : undefined;
        if (target !== undefined && parts.has(target)) shown.push(target);
      },
    });
  const number = (name: string): number => Number(/\d+/.exec(name.slice(name.lastIndexOf("/")))?.[0]);
  return shown.length > 0 ? shown : names.toSorted((a, b) => number(a) - number(b));
}

function relationsOf(parts: Parts, name: string): { id: string; type: string; target: string }[] {
  const cut = name.lastIndexOf("/") + 1;
  const content = parts.get(`${name.slice(0, cut)}_rels/${name.slice(cut)}.rels`);
  const found: { id: string; type: string; target: string }[] = [];
  if (content === undefined) return found;
  readXml(content, {
    open(element, { Id: id = "", Type: type = "", Target: target = "" }) {
      if (element !== "Relationship") return;
      // Targets are relative to the part, or begin at the archive's root.
      const path = new URL(target, `zip:///${name.slice(0, cut)}`).pathname.replace(/^\//, "");
      found.push({ id, type, target: path });
    },
  });
  return found;
}

/** A line for each paragraph; the title first of its lines, as a heading, when `titles`. */
function slideText(content: Uint8Array | undefined, titles: boolean): string {
  if (content === undefined) return "";
  const lines: string[] = [];
  let line = "";
  let inText = false;
  let isTitle = false;
  let isNumber = false;
  readXml(content, {
    open(name, attributes) {
      if (name === "p:sp") [isTitle, isNumber] = [false, false];
      if (name === "p:ph") {
        isTitle = /^(?:title|ctrTitle)$/.test(attributes["type"] ?? "");
        isNumber = attributes["type"] === "sldNum";
      }
      if (name === "a:t") inText = true;
      if (name === "a:br") line += "\n";
      if (name === "a:tab") line += "\t";
    },
    text(text) {
      if (inText) line += text;
    },
    close(name) {
      if (name === "a:t") inText = false;
      if (name !== "a:p") return;
      const whole = line.trim();
      if (whole !== "" && !isNumber) lines.push(titles && isTitle ? `# ${whole.replaceAll("\n", " ")}` : whole);
      line = "";
    },
  });
  return lines.map((one) => `${one}\n`).join("");
}

interface XmlReader {
  open?(name: string, attributes: Record<string, string>): void;
  text?(text: string): void;
  close?(name: string): void;
}

function readXml(content: Uint8Array, reader: XmlReader): void {
  const parser = new SaxesParser();
  parser.on("opentag", ({ name, attributes }) => reader.open?.(name, attributes));
  parser.on("text", (text) => reader.text?.(text));
  parser.on("closetag", ({ name }) => reader.close?.(name));
  parser.on("error", (error) => {
    throw error;
  });
  parser.write(new TextDecoder().decode(content)).close();
}
