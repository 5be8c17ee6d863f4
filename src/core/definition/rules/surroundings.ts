import { isStoreId } from "../definition.ts";
import { jsonList, jsonMap } from "../json.ts";
import type { FieldPath } from "../edit/fieldChange.ts";
import type { DefinitionFacts, Finding, Rule } from "./rule.ts";

export const instructionsFile: Rule = {
  code: "instructions-file",
  severity: "error",
  source: "surroundings",
  looksAround: true,
  doc: "The file that `instructions` name is there, and inside the workspace folder: neither its path nor a link leads out.",
  check: ({ value, facts }) => referred(jsonMap(value["instructions"])["file"], ["instructions", "file"], facts),
};

export const codeFile: Rule = {
  code: "code-file",
  severity: "error",
  source: "surroundings",
  looksAround: true,
  doc: "The files that `code_interpreter` gets are there, and inside the workspace folder: neither their paths nor links lead out.",
  check: ({ value, facts }) => {
    const at = ["tool_resources", "code_interpreter", "files"];
    return jsonList(jsonMap(jsonMap(value["tool_resources"])["code_interpreter"])["files"]).flatMap((path, index) =>
      referred(path, [...at, index], facts),
    );
  },
};

/** A file that is sent: it is there, and the definition's to read. */
function referred(path: unknown, at: FieldPath, { fileExists, leadsOut }: DefinitionFacts): readonly Finding[] {
  if (typeof path !== "string") return [];
  if (leadsOut?.(path) === true) return [{ message: outOfFolder(path), at }];
  if (fileExists === undefined || fileExists(path)) return [];
  return [{ message: `There is no file ${path} beside this definition.`, at }];
}

/** Why a file is not read that a definition names. */
export function outOfFolder(path: string): string {
  return `${path} leads out of the folder, by its path or by a link: a definition is given only what is inside.`;
}

export const storeReference: Rule = {
  code: "store-reference",
  severity: "error",
  source: "surroundings",
  looksAround: true,
  doc: "The store that `vector_store` names is defined by a `*.vectorstore.yaml` of the workspace, unless it is an id (`vs_…`).",
  check: ({ value, facts: { storeNames } }) => {
    const name = jsonMap(jsonMap(value["tool_resources"])["file_search"])["vector_store"];
    if (typeof name !== "string" || isStoreId(name) || storeNames === undefined || storeNames.has(name)) return [];
    const at = ["tool_resources", "file_search", "vector_store"];
    const near = [...storeNames].filter((one) => one.toLowerCase().startsWith(name.toLowerCase().slice(0, 3)));
    const fixes = near.map((one) => ({
      title: `Change to ${one}`,
      changes: [{ kind: "set" as const, path: at, value: one }],
    }));
    return [{ message: `No store definition is called ${name}.`, at, fixes }];
  },
};

export const handlerFile: Rule = {
  code: "handler-file",
  severity: "warning",
  source: "surroundings",
  looksAround: true,
  doc: "The files that a handler's `command` (`./…`) or `module` names are there.",
  check: ({ value, facts: { fileExists } }) =>
    jsonList(value["tools"]).flatMap((tool, index) => {
      const handler = jsonMap(jsonMap(tool)["handler"]);
      const paths: readonly (readonly [path: unknown, ...at: (string | number)[]])[] = [
        ...jsonList(handler["command"])
          .map((part, place) => [part, "command", place] as const)
          .filter(([part]) => typeof part === "string" && /^\.{1,2}[\\/]/.test(part)),
        [jsonMap(handler["module"])["file"], "module", "file"],
      ];
      return paths.flatMap(([path, ...at]): readonly Finding[] =>
        typeof path !== "string" || fileExists === undefined || fileExists(path)
          ? []
          : [{ message: `There is no file ${path} beside this definition.`, at: ["tools", index, "handler", ...at] }],
      );
    }),
};

export const unknownModel: Rule = {
  code: "unknown-model",
  severity: "warning",
  source: "surroundings",
  looksAround: true,
  doc: "The connection offers the `model`.",
  check: ({ value, facts: { models = [] } }) => {
    const { model } = value as { readonly model?: unknown };
    if (typeof model !== "string" || models.length === 0 || models.some(({ id }) => id === model)) return [];
    return [{ message: `The connection has no model ${model}.`, at: ["model"] }];
  },
};

/** "Soon", for a model that retires: time for a person to move, in days. */
const noticeDays = 120;

export const retiringModel: Rule = {
  code: "retiring-model",
  severity: "warning",
  source: "surroundings",
  looksAround: true,
  doc: "The `model` does not stop answering within 120 days, as far as the connection's list of models says when (`shutdown_date`).",
  check: ({ value, facts: { models = [], now } }) => {
    const date = models.find(({ id }) => id === value["model"])?.shutdown_date;
    const at = typeof date === "string" ? Date.parse(date) : Number.NaN;
    if (now === undefined || typeof date !== "string" || Number.isNaN(at)) return [];
    const days = Math.ceil((at - now) / 86_400_000);
    if (days > noticeDays) return [];
    const day = date.slice(0, 10);
    const message =
      days <= 0
        ? `This model was switched off on ${day}.`
        : `This model is switched off on ${day}, in ${days} day${days === 1 ? "" : "s"}.`;
    return [{ message, at: ["model"] }];
  },
};
