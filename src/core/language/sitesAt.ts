import { isCollection, isSeq } from "yaml";
import type { Document, Scalar } from "yaml";

import { excerptAt } from "./excerpt.ts";
import { columnOf, findMarker, hasLinesBelow, hasNewErrors, isMisplaced } from "./markedPlace.ts";
import { keysBeside } from "./nodes.ts";
import { patchAt } from "./patch.ts";
import type { Patch } from "./patch.ts";
import type { Place } from "./place.ts";
import type { Site, Sites } from "./site.ts";
import { readSource } from "./source.ts";
import type { Source } from "./source.ts";

const none = (document: Document): Sites => ({ document, sites: [] });

/** What can be completed at an offset; null where nothing is parsed, and no sites in comments, block scalars and the like. */
export function sitesAt(source: Source, offset: number): Sites | null {
  const within = Math.max(0, Math.min(offset, source.text.length));
  // Between the two characters of a line break is before it.
  const cursor = source.text.slice(within - 1, within + 1) === "\r\n" ? within - 1 : within;
  const excerpt = excerptAt(source, cursor);
  if (excerpt === null) return sitesIn(source, cursor);
  const { text, shift } = excerpt;
  const found = sitesIn(readSource(source.kind, text), cursor - shift);
  if (found === null) return null;
  const sites = found.sites.map((site) => ({ ...site, start: site.start + shift, end: site.end + shift }));
  return { document: found.document, sites };
}

function sitesIn(source: Source, cursor: number): Sites | null {
  // Before the dash of a list item nothing can stand.
  if (/^\s?-(?:\s|$)/.test(source.text.slice(Math.max(0, cursor - 1), cursor + 2)) && source.text[cursor] === "-")
    return null;
  const patch = patchAt(source, cursor);
  const found = findMarker(patch);
  if (found === null) return null;
  if (isMisplaced(found.place, patch) || (patch.alone && hasNewErrors(source, found)))
    return (patch.alone ? dashSites(source, cursor) : null) ?? none(found.document);
  return { document: found.document, sites: sitesOf(source, cursor, patch, found.place, found.document) };
}

/** A word on a line of its own below list items, in their column: the next item. */
function dashSites(source: Source, cursor: number): Sites | null {
  const patch = patchAt(source, cursor, true);
  const found = findMarker(patch);
  if (found === null) return null;
  const { place, document } = found;
  const list = place.parents.at(-2);
  const column = columnOf(patch.text, place.node.range?.[0] ?? 0) - 2;
  if (
    !isSeq(list) ||
    hasLinesBelow(place, patch) ||
    columnOf(patch.text, list.range?.[0] ?? 0) !== column ||
    hasNewErrors(source, found)
  )
    return null;
  return { document, sites: sitesOf(source, cursor, patch, place, document) };
}

function sitesOf(source: Source, cursor: number, patch: Patch, place: Place, document: Document): readonly Site[] {
  const { node, parents, path } = place;
  const [from, to] = node.range ?? [0, 0];
  const isBlockScalar = node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED";
  if (isBlockScalar || patch.text.slice(from, to).includes("\n")) return [];
  const parent = parents.at(-1);
  const flow = isCollection(parent) && parent.flow === true;
  const quote = node.type === "QUOTE_DOUBLE" ? '"' : node.type === "QUOTE_SINGLE" ? "'" : null;
  const start = patch.original(from) + (quote === null ? 0 : 1);
  const typedBefore = patch.text.slice(from, patch.at);
  // A comment's text or the rest of a broken line is no word that the cursor stands in.
  if (start > cursor) return [];
  // In the indentation of what stands on the line.
  if (quote === null && start === cursor && /^[ \t]+[^\s]/.test(source.text.slice(cursor, patch.original(to))))
    return [];
  const step = stepOf(source.text);
  const isKey = place.role === "key";
  const end = Math.max(cursor, patch.original(to));
  const base = {
    start,
    end,
    typed: quote === null ? typedBefore.trimStart() : typedBefore.slice(1),
    style: source.json ? "json" : flow ? "flow" : "block",
    quote,
    lead: patch.lead,
    trail: "",
    column: columnOf(patch.text, from),
    step,
    present: new Set<string>(),
    keyOnly: false,
  } as const;
  if (!isKey) {
    if (parents.length === 0 && !source.json) return [];
    return flow && isSeq(parent)
      ? [{ ...base, role: "value", path }]
      : [{ ...base, role: "value", path }, ...below(base, place, patch, flow)];
  }
  const container = path.slice(0, -1);
  const present = keysBeside(parent, place.pair, document);
  const keyOnly = /^[ \t]*:(?:\s|$)/.test(source.text.slice(end, end + 40));
  const keys: Site = {
    ...base,
    role: "keys",
    path: container,
    present,
    keyOnly,
    trail: keyOnly ? "" : comma(source, end),
  };
  // What stands below becomes the value of this key.
  if (patch.alone && hasLinesBelow(place, patch)) return [{ ...keys, keyOnly: true, trail: ":" }];
  if (!patch.alone || present.size > 0) return [keys];
  const value: Site = { ...base, role: "value", path: container };
  const grand = parents.at(-2);
  const first = { ...base, lead: `${patch.lead}- `, column: base.column + 2, path: [...container, 0] };
  if (grand === undefined || isSeq(grand)) return container.length === 0 ? [keys] : [keys, value];
  return [keys, value, { ...first, role: "keys" }, { ...first, role: "value" }];
}

/** Behind `key:`, what stands on the lines below it: keys of a map, or the first item of a list. */
function below(base: Omit<Site, "role" | "path">, place: Place, patch: Patch, flow: boolean): readonly Site[] {
  if (flow || base.quote !== null || base.style !== "block" || place.pair === null) return [];
  const keyStart = (place.pair.key as Scalar | null)?.range?.[0] ?? 0;
  const column = columnOf(patch.text, keyStart) + base.step;
  const newline = `\n${" ".repeat(column)}`;
  // The blank behind the colon would be left at the end of the line.
  const blank = /[ \t]*$/.exec(patch.text.slice(0, place.node.range?.[0] ?? 0))?.[0].length ?? 0;
  const start = base.start - Math.max(0, blank - (base.lead === " " ? 1 : 0));
  const item = { ...base, start, lead: `${newline}- `, column: column + 2, path: [...place.path, 0] };
  return [
    { ...base, start, role: "keys", path: place.path, lead: newline, column },
    { ...item, role: "keys" },
    { ...item, role: "value" },
  ];
}

/** A key that is inserted before others in JSON needs a comma. */
function comma(source: Source, end: number): string {
  return source.json && source.text.slice(end).trimStart().startsWith('"') ? "," : "";
}

/** How deep one level is in this text. */
function stepOf(text: string): number {
  const indent = /:[ \t]*(?:#[^\n]*)?\r?\n( +)(?! |#|-)/.exec(text)?.[1]?.length ?? 2;
  return indent === 4 ? 4 : 2;
}
