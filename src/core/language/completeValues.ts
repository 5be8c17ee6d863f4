import type { Document } from "yaml";

import { completionOf } from "./completion.ts";
import type { Completion } from "./completion.ts";
import { completePaths } from "./completePaths.ts";
import { valueNote } from "./fieldNotes.ts";
import { enumDescription } from "./limits.ts";
import { modelWords } from "./modelWords.ts";
import { keysBeside, nodeAt } from "./nodes.ts";
import type { LanguageContext } from "./ports.ts";
import { listOf, schemasAt, typesOf, valuesOf } from "./schema.ts";
import type { SchemaView } from "./schema.ts";
import { ShapeWriter } from "./shape.ts";
import { shapeFor, writtenShapes } from "./shapes.ts";
import type { Site } from "./site.ts";
import { layoutOf, scalarText } from "./siteText.ts";
import type { Source } from "./source.ts";
import { valueSourceOf } from "./valueSources.ts";

/** What the value at the cursor can be. */
export async function completeValues(
  source: Source,
  site: Site,
  document: Document,
  context: LanguageContext,
): Promise<readonly Completion[]> {
  const views = schemasAt(context.schema, site.path, document);
  return [
    ...(await fromWorkspace(source, site, document, context)),
    ...fromSchema(site, document, views),
    ...flowScaffolds(site, views),
  ];
}

async function fromWorkspace(
  source: Source,
  site: Site,
  document: Document,
  { ports }: LanguageContext,
): Promise<readonly Completion[]> {
  const from = valueSourceOf(source.kind, site.path);
  switch (from) {
    case null:
      return [];
    case "models": {
      const models = await ports.models();
      return models.map((model) =>
        workspaceValue(site, model.id, { kind: "model", detail: modelWords(model), documentation: "" }),
      );
    }
    case "stores": {
      const byId = site.path.includes("vector_store_ids");
      const stores = (await ports.stores()).filter(({ name }) => !byId || name.startsWith("vs_"));
      return stores.map(({ name, detail }) => workspaceValue(site, name, { kind: "store", detail }));
    }
    case "paths":
      return completePaths(site, ports.listDirectory);
    case "declaredProperties": {
      const listed = valuesOf(nodeAt(document, site.path.slice(0, -1)));
      const declared = keysBeside(nodeAt(document, [...site.path.slice(0, -2), "properties"]), null, document);
      return [...declared]
        .filter((name) => !listed.includes(name))
        .map((name) => workspaceValue(site, name, { kind: "value", detail: "property" }));
    }
  }
}

function workspaceValue(
  site: Site,
  value: string,
  item: Pick<Completion, "kind" | "detail"> & Partial<Completion>,
): Completion {
  return completionOf(site, { label: value, insert: scalarText(site, value), origin: "workspace", ...item });
}

/** Enums, constants and booleans. */
function fromSchema(site: Site, document: Document, views: readonly SchemaView[]): readonly Completion[] {
  const list = typeof site.path.at(-1) === "number" ? nodeAt(document, site.path.slice(0, -1)) : null;
  const isUnique = schemasOfUniqueList(site, list);
  const values = new Set<unknown>();
  for (const { schema } of views) {
    for (const option of [...listOf(schema["enum"]), ...listOf(schema["examples"])]) values.add(option);
    if ("const" in schema) values.add(schema["const"]);
    const types = typesOf(schema);
    if (types.includes("boolean")) values.add(true).add(false);
  }
  for (const value of isUnique ? valuesOf(list) : []) values.delete(value);
  // Within quotes nothing but a string can stand.
  const fitting = [...values].filter(
    (value) => isScalarValue(value) && (site.quote === null || typeof value === "string"),
  );
  return fitting.filter(isScalarValue).map((value) =>
    completionOf(site, {
      label: String(value),
      kind: "value",
      documentation: enumDescription(views, value) ?? valueNote(site.path, value) ?? "",
      insert: scalarText(site, value),
    }),
  );
}

/** A type is not named twice in `type: [string, null]`; numbers and examples may be. */
function schemasOfUniqueList(site: Site, list: unknown): boolean {
  return list !== null && site.path.at(-2) === "type";
}

function isScalarValue(value: unknown): value is string | number | boolean | null {
  return value === null || ["string", "number", "boolean"].includes(typeof value);
}

/** Maps and lists on one line, where the place allows for nothing else. */
function flowScaffolds(site: Site, views: readonly SchemaView[]): readonly Completion[] {
  if (site.style === "block" || site.quote !== null) return [];
  const layout = layoutOf(site);
  const written = writtenShapes(site.path);
  if (written.length > 0) {
    return written.map(({ label, detail, shape }) =>
      completionOf(site, { label, detail, kind: "scaffold", insert: new ShapeWriter().write(shape, layout) }),
    );
  }
  const shape = shapeFor(site.path, views);
  if (shape.kind !== "map" && shape.kind !== "list") return [];
  const label = shape.kind === "map" ? "{ }" : "[ ]";
  return [completionOf(site, { label, kind: "scaffold", insert: new ShapeWriter().write(shape, layout) })];
}
