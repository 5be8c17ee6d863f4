import { readFileSync } from "node:fs";
import { join } from "node:path";

import { completionsAt } from "../../../src/core/language/completionsAt.ts";
import type { Completion } from "../../../src/core/language/completion.ts";
import { hoverAt } from "../../../src/core/language/hover.ts";
import type { Schema } from "../../../src/core/language/jsonSchema.ts";
import type { DirectoryEntry, LanguageContext } from "../../../src/core/language/ports.ts";
import { readSource } from "../../../src/core/language/source.ts";
import type { FileKind } from "../../../src/core/language/source.ts";

const schemas = join(import.meta.dirname, "..", "..", "..", "schemas");

export const assistantSchema = JSON.parse(readFileSync(join(schemas, "assistant.schema.json"), "utf8")) as Schema;

export const storeFileSchema = JSON.parse(readFileSync(join(schemas, "vectorstore.schema.json"), "utf8")) as Schema;

export const fixturesSchema = JSON.parse(readFileSync(join(schemas, "fixtures.schema.json"), "utf8")) as Schema;

/** A schema of the shape that store definitions have, in small. */
export const storeSchema: Schema = {
  type: "object",
  required: ["name", "include"],
  properties: {
    name: { type: "string", description: "What definitions call it." },
    include: { type: "array", items: { type: "string" }, description: "Globs of the files." },
    exclude: { type: "array", items: { type: "string" } },
    chunking_strategy: {
      oneOf: [
        { type: "object", required: ["type"], properties: { type: { const: "auto" } } },
        {
          type: "object",
          required: ["type", "static"],
          properties: {
            type: { const: "static" },
            static: {
              type: "object",
              required: ["max_chunk_size_tokens", "chunk_overlap_tokens"],
              properties: {
                max_chunk_size_tokens: { type: "integer", minimum: 100, maximum: 4096, default: 800 },
                chunk_overlap_tokens: { type: "integer", minimum: 0 },
              },
            },
          },
        },
      ],
    },
  },
};

const directories: Readonly<Record<string, readonly DirectoryEntry[]>> = {
  "": [
    { name: "docs", directory: true },
    { name: "support.md", directory: false },
    { name: "two words.md", directory: false },
    { name: ".git", directory: true },
    { name: "node_modules", directory: true },
  ],
  "./docs/": [{ name: "größe.md", directory: false }],
};

export function contextOf(schema: Schema): LanguageContext {
  return {
    schema,
    ports: {
      models: async () => [
        { id: "gpt-6-astra", object: "model", created: 1, owned_by: "openai" },
        { id: "gpt-4.1", object: "model", created: 1, owned_by: "openai", shutdown_date: "2027-01-14" },
        { id: "llama3.2:3b", object: "model", created: 1, owned_by: "library" },
      ],
      stores: async () => [
        { name: "product-docs", detail: "product-docs.vectorstore.yaml" },
        { name: "vs_123", detail: "on the connection" },
      ],
      listDirectory: async (path) => directories[path === "./" ? "" : path] ?? [],
    },
  };
}

export interface Marked {
  readonly text: string;
  readonly offset: number;
}

/** Takes the cursor `|` out of a text; `||` is a bar. */
export function marked(text: string): Marked {
  const offset = text.search(/(?<!\|)\|(?!\|)/);
  if (offset === -1) throw new Error("The text has no cursor.");
  const before = text.slice(0, offset).replaceAll("||", "|");
  return { text: before + text.slice(offset + 1).replaceAll("||", "|"), offset: before.length };
}

export interface Options {
  readonly kind?: FileKind;
  readonly json?: boolean;
}

export async function complete(text: string, options: Options = {}): Promise<readonly Completion[]> {
  const cursor = marked(text);
  const kind = options.kind ?? "assistant";
  const context = contextOf(kind === "assistant" ? assistantSchema : storeSchema);
  return completionsAt(readSource(kind, cursor.text, options.json ?? false), cursor.offset, context);
}

export async function labels(text: string, options: Options = {}): Promise<readonly string[]> {
  return (await complete(text, options)).map(({ label }) => label);
}

export async function labelsWith(schema: Schema, kind: FileKind, text: string): Promise<readonly string[]> {
  const cursor = marked(text);
  const found = await completionsAt(readSource(kind, cursor.text), cursor.offset, contextOf(schema));
  return found.map(({ label }) => label);
}

/** The text after a completion was accepted and every stop of its snippet left as it was. */
export async function accepted(text: string, label: string, options: Options = {}, detail?: string): Promise<string> {
  const found = (await complete(text, options)).find(
    (one) => one.label === label && (detail === undefined || one.detail === detail),
  );
  if (found === undefined) throw new Error(`${label} is not offered`);
  const source = marked(text).text;
  return source.slice(0, found.start) + plain(found.insert) + source.slice(found.end);
}

/** A snippet as text: choices become their first option. */
export function plain(snippet: string): string {
  return snippet
    .replaceAll(/(?<!\\)\$\{\d+\|((?:\\.|[^\\,|])*)[^}]*\|\}/g, "$1")
    .replaceAll(/(?<!\\)\$\{\d+:((?:\\.|[^\\}])*)\}/g, "$1")
    .replaceAll(/(?<!\\)\$\d+/g, "")
    .replaceAll(/\\([\\$}])/g, "$1");
}

export async function hover(text: string, options: Options = {}): Promise<{ at: string; words: string } | null> {
  const cursor = marked(text);
  const kind = options.kind ?? "assistant";
  const context = contextOf(kind === "assistant" ? assistantSchema : storeSchema);
  const found = await hoverAt(readSource(kind, cursor.text), cursor.offset, context);
  if (found === null) return null;
  return { at: cursor.text.slice(found.start, found.end), words: [...found.schema, ...found.own].join("\n") };
}
