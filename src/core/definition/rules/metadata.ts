import { isJsonMap } from "../json.ts";
import { lengthOf } from "./lengths.ts";
import type { Rule } from "./rule.ts";

export const metadataCount: Rule = {
  code: "metadata-count",
  severity: "error",
  source: "wire",
  doc: "`metadata` holds at most 16 pairs.",
  check: ({ value }) => {
    const count = isJsonMap(value["metadata"]) ? Object.keys(value["metadata"]).length : 0;
    return count > 16
      ? [{ message: `\`metadata\` has ${count} pairs; at most 16 are allowed.`, at: ["metadata"], onKey: true }]
      : [];
  },
};

export const metadataMarker: Rule = {
  code: "metadata-marker",
  severity: "warning",
  source: "safety",
  doc: "With 16 pairs of `metadata` no room is left for `assistants_workbench`, the marker by which an interrupted push finds its assistant again; a new assistant needs it.",
  check: ({ value }) => {
    const count = isJsonMap(value["metadata"]) ? Object.keys(value["metadata"]).length : 0;
    const message =
      "All 16 pairs are taken: a push cannot create this assistant, because it marks what it creates in a pair of its own.";
    return count === 16 ? [{ message, at: ["metadata"], onKey: true }] : [];
  },
};

export const metadataReserved: Rule = {
  code: "metadata-reserved",
  severity: "error",
  source: "safety",
  doc: "`metadata.assistants_workbench` is the workbench's marker; a definition does not set it.",
  check: ({ value }) =>
    isJsonMap(value["metadata"]) && Object.hasOwn(value["metadata"], "assistants_workbench")
      ? [
          {
            message: "`assistants_workbench` is the workbench's own marker: remove it, a push adds it.",
            at: ["metadata", "assistants_workbench"],
            onKey: true,
            fixes: [
              { title: "Remove the marker", changes: [{ kind: "remove", path: ["metadata", "assistants_workbench"] }] },
            ],
          },
        ]
      : [],
};

export const metadataKeyLength: Rule = {
  code: "metadata-key-length",
  severity: "error",
  source: "wire",
  doc: "Keys of `metadata` have at most 64 characters.",
  check: ({ value }) =>
    Object.keys(isJsonMap(value["metadata"]) ? value["metadata"] : {})
      .filter((key) => lengthOf(key) > 64)
      .map((key) => ({
        message: `This key has ${lengthOf(key)} characters; at most 64 are allowed.`,
        at: ["metadata", key],
        onKey: true,
      })),
};

export const metadataValueLength: Rule = {
  code: "metadata-value-length",
  severity: "error",
  source: "wire",
  doc: "Values of `metadata` are strings of at most 512 characters.",
  check: ({ value }) =>
    Object.entries(isJsonMap(value["metadata"]) ? value["metadata"] : {})
      .filter(([, item]) => typeof item === "string" && item.length > 512 && lengthOf(item) > 512)
      .map(([key, item]) => ({
        message: `This value has ${lengthOf(String(item))} characters; at most 512 are allowed.`,
        at: ["metadata", key],
      })),
};
