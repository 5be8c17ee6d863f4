import type { Document } from "yaml";

import { completionOf } from "./completion.ts";
import type { Completion } from "./completion.ts";
import { wireNote } from "./fieldNotes.ts";
import { descriptionOf, limitsOf, typeWords } from "./limits.ts";
import type { Path } from "./nodes.ts";
import type { LanguageContext } from "./ports.ts";
import { childrenOf, expand, listOf, schemaOf, schemasAt } from "./schema.ts";
import type { SchemaView } from "./schema.ts";
import { ShapeWriter } from "./shape.ts";
import type { Shape } from "./shape.ts";
import { shapeFor, writtenShapes } from "./shapes.ts";
import type { Site } from "./site.ts";
import { keyText, layoutOf } from "./siteText.ts";
import type { Source } from "./source.ts";
import { hasValues } from "./valueSources.ts";

/** The keys that a map may still have, those that it must have first; whole scaffolds where it is empty. */
export function completeKeys(
  source: Source,
  site: Site,
  document: Document,
  context: LanguageContext,
): readonly Completion[] {
  const views = schemasAt(context.schema, site.path, document);
  const required = new Set(views.flatMap(({ schema }) => listOf(schema["required"])));
  const keys = new Map<string, readonly SchemaView[]>();
  for (const view of views) {
    for (const key of Object.keys(schemaOf(view.schema["properties"]) ?? {})) {
      if (site.present.has(key) || keys.has(key)) continue;
      keys.set(
        key,
        views.flatMap((one) => (declares(one, key) ? childrenOf(one, key) : [])),
      );
    }
  }
  const offered = [...keys].map(([key, below]) =>
    keyCompletion(source, site, document, [key, below, required.has(key)]),
  );
  return [
    ...scaffolds(site),
    ...offered.filter(({ label }) => required.has(label)),
    ...offered.filter(({ label }) => !required.has(label)),
  ];
}

/** By name: what `additionalProperties` says of every key says nothing of this one. */
function declares({ schema }: SchemaView, key: string): boolean {
  return Object.hasOwn(schemaOf(schema["properties"]) ?? {}, key);
}

function keyCompletion(
  source: Source,
  site: Site,
  document: Document,
  [key, declared, isRequired]: readonly [key: string, declared: readonly SchemaView[], isRequired: boolean],
): Completion {
  const path = [...site.path, key];
  const shape = shapeFor(path, declared);
  const below = declared.flatMap((one) => expand(one, null, document));
  // A list to choose from is better shown with what each choice means.
  const empty: Shape = shape.kind === "choice" ? { kind: "stop", text: "" } : shape;
  const isOpen = shape.kind === "stop" && shape.text === "";
  const asks = shape.kind === "choice" || (isOpen && hasChoices(source, path, below));
  const asksInList = shape.kind === "list" && hasValues(source.kind, [...path, 0]);
  return completionOf(site, {
    label: key,
    kind: "field",
    detail: [isRequired ? "required" : "", typeWords(below)].filter((text) => text !== "").join(" · "),
    documentation: [descriptionOf(below), limitsOf(below).join("; "), wireNote(source.kind, path)]
      .filter((text) => text !== null && text !== "")
      .join("\n\n"),
    insert: keyText(site, key) + (site.keyOnly ? "" : `:${writeValue(asks ? empty : shape, site, asks)}`),
    again: (asks || asksInList) && !site.keyOnly,
  });
}

/** Whether there is something to choose for a value. */
function hasChoices(source: Source, path: Path, views: readonly SchemaView[]): boolean {
  return hasValues(source.kind, path) || views.some(({ schema }) => "const" in schema || Array.isArray(schema["enum"]));
}

function writeValue(shape: Shape, site: Site, asks: boolean): string {
  // Without quotes: what is chosen next brings them, where it needs any.
  if (asks) return " $1";
  return new ShapeWriter().behindColon(shape, layoutOf(site));
}

/** The whole of a map that has nothing yet. */
function scaffolds(site: Site): readonly Completion[] {
  if (site.present.size > 0 || site.keyOnly || site.quote !== null) return [];
  if (site.style !== "block") return [];
  return writtenShapes(site.path).map(({ label, detail, shape }) =>
    completionOf(site, { label, detail, kind: "scaffold", insert: new ShapeWriter().write(shape, layoutOf(site)) }),
  );
}
