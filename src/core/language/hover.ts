import type { Model } from "../wire.ts";
import { valueNote, wireNote } from "./fieldNotes.ts";
import { descriptionOf, enumDescription, limitsOf, typeWords } from "./limits.ts";
import { modelWords } from "./modelWords.ts";
import { nodeAt, pathMatches, spanOf } from "./nodes.ts";
import type { Path, Span } from "./nodes.ts";
import { placeAt } from "./place.ts";
import type { Place } from "./place.ts";
import type { LanguageContext } from "./ports.ts";
import { listOf, schemasAt } from "./schema.ts";
import { signatureOf } from "./signature.ts";
import { documentAt } from "./source.ts";
import type { Source } from "./source.ts";

export interface HoverText extends Span {
  /** Markdown blocks that the schema alone gives: any language server that reads it shows them too. */
  readonly schema: readonly string[];
  /** Markdown blocks of our own. */
  readonly own: readonly string[];
}

/** What the key or value at an offset is; null where there is nothing to say. */
export async function hoverAt(source: Source, offset: number, context: LanguageContext): Promise<HoverText | null> {
  const document = documentAt(source.documents, offset);
  const place = document === null ? null : placeAt(document, offset);
  const span = place === null ? null : spanOf(place.node);
  if (document === null || place === null || span === null) return null;
  const views = schemasAt(context.schema, place.path, document);
  const signature = signatureAt(source, place, document);
  const hover =
    place.role === "key"
      ? {
          schema: schemaBlocks(place.path, views, isRequired(context, place.path, document)),
          own: [signature, views.length === 0 ? null : wireNote(source.kind, place.path)],
        }
      : {
          schema: [enumDescription(views, place.node.value)],
          own: [
            enumDescription(views, place.node.value) === null ? valueNote(place.path, place.node.value) : null,
            signature,
            await modelNote(source, place, context),
          ],
        };
  const schema = hover.schema.filter((text) => text !== null);
  const own = hover.own.filter((text) => text !== null);
  return schema.length + own.length === 0 ? null : { ...span, schema, own };
}

type Views = ReturnType<typeof schemasAt>;
type Root = Parameters<typeof schemasAt>[2];

function schemaBlocks(path: Path, views: Views, required: boolean): readonly (string | null)[] {
  if (views.length === 0) return [];
  const type = typeWords(views);
  const head = `**${path.at(-1)}**${type === "" ? "" : ` \`${type}\``}${required ? " · required" : ""}`;
  const limits = limitsOf(views).join("; ");
  return [head, descriptionOf(views), limits === "" ? null : `Limits: ${limits}`];
}

function isRequired(context: LanguageContext, path: Path, document: Root): boolean {
  const parents = schemasAt(context.schema, path.slice(0, -1), document);
  return parents.some(({ schema }) => listOf(schema["required"]).includes(path.at(-1)));
}

/** On `function`, in a tool's `type: function`, and on the function's name: how it is called. */
function signatureAt(source: Source, { path }: Place, document: Root): string | null {
  if (source.kind !== "assistant") return null;
  const isFunction = ["tools.*.function", "tools.*.function.name", "tools.*.type"].some((pattern) =>
    pathMatches(path, pattern),
  );
  const signature = isFunction ? signatureOf(nodeAt(document, [...path.slice(0, 2), "function"]), document) : null;
  // Names are whatever the file says: they must not end the code block.
  return signature === null ? null : `\`\`\`typescript\n${signature.replaceAll(/[`\r\n]/g, " ")}\n\`\`\``;
}

/** Whether the connection has the model, and how long. Silent while no model is known. */
async function modelNote(source: Source, place: Place, { ports }: LanguageContext): Promise<string | null> {
  if (source.kind !== "assistant" || !pathMatches(place.path, "model")) return null;
  const models: readonly Model[] = await ports.models();
  if (models.length === 0) return null;
  const model = models.find(({ id }) => id === place.node.value);
  return model === undefined
    ? "The connection offers no model of this name."
    : `Offered by \`${modelWords(model).replaceAll(/[`\r\n]/g, " ")}\``;
}
