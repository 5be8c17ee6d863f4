import { completionBudget, fileSearchStore, reasoningSampling, resourceTool } from "./checklist.ts";
import { descriptionLength, instructionsLength, nameLength } from "./lengths.ts";
import { metadataCount, metadataKeyLength, metadataMarker, metadataReserved, metadataValueLength } from "./metadata.ts";
import { budgetMinimum, numberRange, resourceCount } from "./numbers.ts";
import { parametersSchema, strictSchema } from "./parameters.ts";
import { handlerShape } from "./handlers.ts";
import type { Rule } from "./rule.ts";
import { resourceId, secretFile } from "./resources.ts";
import { secret } from "./secrets.ts";
import {
  codeFile,
  handlerFile,
  instructionsFile,
  retiringModel,
  storeReference,
  unknownModel,
} from "./surroundings.ts";
import { duplicateFunction, duplicateTool, functionDescription, functionName, toolCount } from "./tools.ts";

/** Every rule that can be turned off, in the order of docs/diagnostics.md. */
export const rules: readonly Rule[] = [
  nameLength,
  descriptionLength,
  instructionsLength,
  metadataCount,
  metadataKeyLength,
  metadataValueLength,
  toolCount,
  functionName,
  duplicateFunction,
  duplicateTool,
  parametersSchema,
  strictSchema,
  numberRange,
  budgetMinimum,
  resourceCount,
  completionBudget,
  functionDescription,
  reasoningSampling,
  fileSearchStore,
  resourceTool,
  instructionsFile,
  codeFile,
  storeReference,
  handlerFile,
  handlerShape,
  unknownModel,
  retiringModel,
  secret,
  secretFile,
  resourceId,
  metadataMarker,
  metadataReserved,
];

/** What keeps a text from being read at all. These cannot be turned off. */
export const textProblems: readonly { readonly code: string; readonly doc: string }[] = [
  { code: "yaml-syntax", doc: "The text is YAML (or JSON)." },
  { code: "yaml-tab", doc: "Indentation is made of spaces: YAML forbids tabs." },
  { code: "yaml-duplicate-key", doc: "A map has each key once." },
  {
    code: "yaml-alias",
    doc: "Every alias (`*name`) has an anchor (`&name`) before it and stands outside of what that names, and they do not multiply without bound.",
  },
  { code: "yaml-multi-document", doc: "A file holds one document: no `---` between two definitions." },
  { code: "schema", doc: "Every field has the shape that `schemas/` says." },
];

/** What can be wrong with a fixtures file, beside its text and its shape. */
export const fixtureProblems: readonly { readonly code: string; readonly doc: string }[] = [
  { code: "fixture-function", doc: "The definition beside the file has the function." },
  { code: "fixture-output", doc: "A fixture has an `output` or an `error`." },
  { code: "fixture-template", doc: "What stands in `{{…}}` is a path to an argument, such as `args.order_id`." },
];
