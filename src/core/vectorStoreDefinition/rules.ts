import schema from "../../../schemas/vectorstore.schema.json" with { type: "json" };
import type { FieldPath } from "../definition/edit/fieldChange.ts";
import { isJsonMap, jsonList, jsonMap } from "../definition/json.ts";
import type { JsonMap } from "../definition/json.ts";
import { lengthOf } from "../definition/rules/lengths.ts";
import type { Finding, Rule } from "../definition/rules/rule.ts";
import { secret } from "../definition/rules/secrets.ts";

const known = Object.keys(schema.properties);
/** A file has at most 16 pairs, and the sync of documents takes three. */
const mostAttributes = 13;
const chunkPath = ["chunking_strategy", "static"];

const storeName: Rule = {
  code: "store-name",
  severity: "error",
  source: "wire",
  doc: "A store's `name` has at most 256 characters, and does not begin with `vs_`: it would be taken for an id.",
  check: ({ value: { name } }) => {
    if (typeof name !== "string") return [];
    if (name.startsWith("vs_"))
      return [{ message: "A name that begins with `vs_` would be taken for an id.", at: ["name"] }];
    const count = lengthOf(name);
    return count > 256 ? [{ message: `\`name\` has ${count} characters; at most 256 are allowed.`, at: ["name"] }] : [];
  },
};

const storeDuplicate: Rule = {
  code: "store-duplicate",
  severity: "error",
  source: "surroundings",
  doc: "No other store definition of the folder has the same `name`: an assistant could not tell which is meant.",
  check: ({ value, facts: { sameStore } }) =>
    sameStore == null
      ? []
      : [{ message: `${sameStore} defines a store called ${String(value["name"])} as well.`, at: ["name"] }],
};

const storeGlob: Rule = {
  code: "store-glob",
  severity: "error",
  source: "safety",
  doc: "Globs stay inside the workspace: no absolute path, no `..`.",
  check: ({ value }) =>
    globsOf(value)
      .filter(({ glob }) => isOutside(glob))
      .map(({ at }) => ({ message: "A glob stays inside the workspace: no absolute path, no `..`.", at })),
};

const storeNoMatch: Rule = {
  code: "store-no-match",
  severity: "warning",
  source: "surroundings",
  doc: "Every glob of `include` matches a file.",
  check: ({ value, facts: { globMatches } }) =>
    globsOf(value)
      .filter(({ at, glob }) => at[0] === "include" && !isOutside(glob) && globMatches?.(glob) === false)
      .map(({ at, glob }) => ({
        message: `No file matches ${glob}, from the folder of this file.`,
        at,
        fixes: [{ title: "Remove this glob", changes: [{ kind: "remove" as const, path: at.slice(0, 2) }] }],
      })),
};

const storeUnknownField: Rule = {
  code: "store-unknown-field",
  severity: "warning",
  source: "checklist",
  doc: `A store definition has no other fields than ${known.map((key) => `\`${key}\``).join(", ")}.`,
  check: ({ value }) =>
    Object.keys(value)
      .filter((key) => !known.includes(key))
      .map((key) => ({
        message: `A store definition has no field \`${key}\`: it does nothing.`,
        at: [key],
        onKey: true as const,
        fixes: [{ title: `Remove \`${key}\``, changes: [{ kind: "remove" as const, path: [key] }] }],
      })),
};

const storeChunkSize: Rule = {
  code: "store-chunk-size",
  severity: "error",
  source: "wire",
  doc: "`max_chunk_size_tokens` is 100 to 4096.",
  check: ({ value }) => outside(value, [...chunkPath, "max_chunk_size_tokens"], 100, 4096),
};

const storeOverlap: Rule = {
  code: "store-overlap",
  severity: "error",
  source: "wire",
  doc: "`chunk_overlap_tokens` is at most half of `max_chunk_size_tokens`.",
  check: ({ value }): readonly Finding[] => {
    const path = [...chunkPath, "chunk_overlap_tokens"];
    const chunks = jsonMap(jsonMap(value["chunking_strategy"])["static"]);
    const [most, overlap] = [chunks["max_chunk_size_tokens"], chunks["chunk_overlap_tokens"]];
    if (typeof overlap !== "number") return [];
    if (overlap < 0) return outside(value, path, 0, Infinity);
    if (typeof most !== "number" || overlap <= most / 2) return [];
    const half = Math.floor(most / 2);
    const message = `\`chunk_overlap_tokens\` is at most half of \`max_chunk_size_tokens\` (${half}).`;
    return [
      { message, at: path, fixes: [{ title: `Change to ${half}`, changes: [{ kind: "set", path, value: half }] }] },
    ];
  },
};

const storeExpiry: Rule = {
  code: "store-expiry",
  severity: "error",
  source: "wire",
  doc: "`expires_after.days` is 1 to 365.",
  check: ({ value }) => outside(value, ["expires_after", "days"], 1, 365),
};

const attributeCount: Rule = {
  code: "attribute-count",
  severity: "error",
  source: "wire",
  doc: `\`attributes\` holds at most ${mostAttributes} pairs, and with those of a glob as many: a file has 16, and the sync takes three.`,
  check: ({ value }) => {
    const common = Object.keys(jsonMap(value["attributes"]));
    return attributesIn(value).flatMap(({ at, pairs }): readonly Finding[] => {
      const { size } = new Set([...common, ...Object.keys(pairs)]);
      return size > mostAttributes
        ? [{ message: `A file would have ${size} attributes; at most ${mostAttributes} are allowed.`, at, onKey: true }]
        : [];
    });
  },
};

const attributeKeyLength: Rule = {
  code: "attribute-key-length",
  severity: "error",
  source: "wire",
  doc: "Keys of `attributes` have at most 64 characters.",
  check: ({ value }) =>
    attributesIn(value).flatMap(({ at, pairs }) =>
      Object.keys(pairs)
        .filter((key) => lengthOf(key) > 64)
        .map((key) => ({
          message: `This key has ${lengthOf(key)} characters; at most 64 are allowed.`,
          at: [...at, key],
          onKey: true as const,
        })),
    ),
};

const attributeValueLength: Rule = {
  code: "attribute-value-length",
  severity: "error",
  source: "wire",
  doc: "Strings in `attributes` have at most 512 characters.",
  check: ({ value }) =>
    attributesIn(value).flatMap(({ at, pairs }) =>
      Object.entries(pairs).flatMap(([key, item]): readonly Finding[] =>
        typeof item !== "string" || item.length <= 512 || lengthOf(item) <= 512
          ? []
          : [
              {
                message: `This value has ${lengthOf(item)} characters; at most 512 are allowed.`,
                at: [...at, key],
              },
            ],
      ),
    ),
};

const attributeReserved: Rule = {
  code: "store-attribute",
  severity: "error",
  source: "safety",
  doc: "Attributes that begin with `awb_` are kept for the sync.",
  check: ({ value }) =>
    attributesIn(value).flatMap(({ at, pairs }) =>
      Object.keys(pairs)
        .filter((key) => key.startsWith("awb_"))
        .map((key) => ({
          message: "Attributes that begin with `awb_` are kept for the sync: choose another name.",
          at: [...at, key],
          onKey: true as const,
        })),
    ),
};

/** Every rule for store definitions that can be turned off, in the order of docs/diagnostics.md. `secret` is the assistants' own. */
export const storeRules: readonly Rule[] = [
  storeName,
  storeDuplicate,
  storeGlob,
  storeNoMatch,
  storeUnknownField,
  storeChunkSize,
  storeOverlap,
  storeExpiry,
  attributeCount,
  attributeKeyLength,
  attributeValueLength,
  attributeReserved,
  secret,
];

function globsOf(value: JsonMap): readonly { readonly at: FieldPath; readonly glob: string }[] {
  return ["include", "exclude", "allow_secrets"].flatMap((field) =>
    jsonList(value[field]).flatMap((item, index) => {
      const glob = isJsonMap(item) ? item["glob"] : item;
      return typeof glob === "string" ? [{ at: [field, index, ...(isJsonMap(item) ? ["glob"] : [])], glob }] : [];
    }),
  );
}

/** The globs of `include` that can be looked for, of a value that was read. */
export function includedGlobs(value: unknown): readonly string[] {
  return globsOf(jsonMap(value))
    .filter(({ at, glob }) => at[0] === "include" && glob !== "" && !isOutside(glob))
    .map(({ glob }) => glob);
}

function isOutside(glob: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)/.test(glob);
}

/** The attributes of the store, and those of each glob. */
function attributesIn(value: JsonMap): readonly { readonly at: FieldPath; readonly pairs: JsonMap }[] {
  const ofGlobs = jsonList(value["include"]).map((item, index) => ({
    at: ["include", index, "attributes"],
    pairs: jsonMap(jsonMap(item)["attributes"]),
  }));
  return [{ at: ["attributes"], pairs: jsonMap(value["attributes"]) }, ...ofGlobs].filter(
    ({ pairs }) => Object.keys(pairs).length > 0,
  );
}

function outside(value: JsonMap, path: FieldPath, least: number, most: number): readonly Finding[] {
  const number = path.reduce<unknown>((at, key) => jsonMap(at)[key], value);
  if (typeof number !== "number" || (number >= least && number <= most)) return [];
  const nearest = Number.isNaN(number) ? least : Math.min(most, Math.max(least, number));
  const range = most === Infinity ? `at least ${least}` : `from ${least} to ${most}`;
  return [
    {
      message: `\`${path.at(-1)}\` is ${range}, not ${number}.`,
      at: path,
      fixes: [{ title: `Change to ${nearest}`, changes: [{ kind: "set", path, value: nearest }] }],
    },
  ];
}
