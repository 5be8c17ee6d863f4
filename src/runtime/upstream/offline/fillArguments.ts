import type { Found } from "./found.ts";
import { findValues } from "./findValues.ts";
import { resolveSchema, typeOf, type JsonSchema } from "./jsonSchema.ts";

/** A parameter that is required and that the text does not give. */
export interface MissingParameter {
  /** Dotted for a parameter inside another. */
  readonly name: string;
  readonly description: string;
}

/** What the text gives for one function: the arguments of one call, or of several when several things are named. */
export interface Filled {
  readonly calls: readonly Readonly<Record<string, unknown>>[];
  readonly missing: readonly MissingParameter[];
  /** How many parameters have a value whose form says that it is meant. */
  readonly sure: number;
  /** Whether a required parameter has a value that hardly is anything else: `ORD-999` where the example is `ORD-12345`. */
  readonly distinctive: Found["distinctive"];
}

interface Slot {
  readonly path: string;
  readonly schema: JsonSchema;
  readonly required: boolean;
  /** All values, for an array; else alternatives. */
  readonly found: readonly Found[];
  readonly nested?: Filled;
}

/** Fills a function's parameters from the text. Never invents: what is not there is missing, or left out when optional. */
export function fillArguments(text: string, parameters: unknown): Filled {
  return fillObject(text, resolveSchema(parameters, parameters), parameters, "");
}

function fillObject(text: string, schema: JsonSchema, root: unknown, prefix: string): Filled {
  const required = new Set(schema.required ?? []);
  const properties = Object.entries(schema.properties ?? {}).map(
    ([name, part]) => [name, resolveSchema(part, root)] as const,
  );
  // What has a build of its own is looked for first, so that a looser parameter does not take it.
  const order = properties.toSorted(
    (a, b) => looseness(a[1], required.has(a[0])) - looseness(b[1], required.has(b[0])),
  );
  const looked = order.map(([name, part]) => ({
    name,
    slot: findSlot(text, name, part, root, `${prefix}${name}`, required.has(name)),
  }));
  const taken: Found[] = [];
  const slots: (Slot & { readonly name: string })[] = [];
  for (const { name, slot } of looked) {
    const left = free(slot.found, taken);
    // Two dates for a start and an end: each gets one. Two ids for one parameter: it gets both.
    const siblings = looked.filter(
      (other) =>
        other.slot.required === slot.required && isSingle(other.slot) && samePlaces(other.slot.found, slot.found),
    );
    const alone = !isSingle(slot) || (siblings.length < 2 && countable(slot));
    const found = alone ? left : pick(text, name, left);
    taken.push(...found.filter((one) => one.end > one.start && one.end - one.start < text.length));
    slots.push({ ...slot, name, found });
  }
  slots.sort(
    (a, b) => properties.findIndex(([name]) => name === a.name) - properties.findIndex(([name]) => name === b.name),
  );
  return {
    calls: spread(slots),
    missing: slots.flatMap((slot) => missingOf(slot)),
    sure: slots.filter(
      (slot) => (slot.nested?.sure ?? 0) > 0 || slot.found.some((found) => found.sure && found.end > found.start),
    ).length,
    distinctive: (["exact", "alike"] as const).find((form) =>
      slots.some(
        (slot) =>
          slot.required &&
          (slot.nested?.distinctive === form || slot.found.some((found) => found.distinctive === form)),
      ),
    ),
  };
}

const cues: readonly { readonly name: RegExp; readonly before: RegExp }[] = [
  {
    name: /(?:^|_)(?:from|start|begin|source|origin|since)(?:_|$)/i,
    before: /\b(?:from|between|starting|since)\s+\S{0,4}$/i,
  },
  {
    name: /(?:^|_)(?:to|end|until|target|destination|till)(?:_|$)/i,
    before: /\b(?:to|until|till|into|through|and|ending)\s+\S{0,4}$/i,
  },
];

/** One of several values: the one after "from" for what is called `from_…`, else the first. */
function pick(text: string, name: string, found: readonly Found[]): Found[] {
  const cue = cues.find((one) => one.name.test(name));
  const cued = cue === undefined ? undefined : found.find((one) => cue.before.test(text.slice(0, one.start)));
  return [cued ?? found[0]].filter((one) => one !== undefined);
}

function samePlaces(a: readonly Found[], b: readonly Found[]): boolean {
  return (
    a.length > 0 &&
    a.length === b.length &&
    a.every((one) => b.some((other) => other.start === one.start && other.end === one.end))
  );
}

function looseness(schema: JsonSchema, required: boolean): number {
  const kind =
    schema.pattern !== undefined || schema.format !== undefined
      ? 0
      : schema.enum !== undefined || schema.const !== undefined
        ? 1
        : typeOf(schema) === "string"
          ? /\d/.test(schema.description ?? "")
            ? 0
            : 3
          : 2;
  return kind * 2 + (required ? 0 : 1);
}

/** What the text offers for a parameter, before it is shared out. */
function findSlot(
  text: string,
  name: string,
  schema: JsonSchema,
  root: unknown,
  path: string,
  required: boolean,
): Slot {
  const type = typeOf(schema);
  if (type === "object" && schema.enum === undefined && schema.const === undefined) {
    return { path, schema, required, found: [], nested: fillObject(text, schema, root, `${path}.`) };
  }
  if (type === "array") {
    const items = resolveSchema(schema.items, root);
    if (typeOf(items) === "object") {
      return { path, schema, required, found: [], nested: fillObject(text, items, root, `${path}[].`) };
    }
    const described = {
      ...items,
      ...(items.description === undefined && schema.description !== undefined
        ? { description: schema.description }
        : {}),
    };
    const one = name.length > 3 ? name.replace(/s$/, "") : name;
    return { path, schema, required, found: findValues(text, one, described, false).slice(0, schema.maxItems ?? 50) };
  }
  const found = findValues(text, name, schema, required);
  // A guess is good enough for what must be there, and not for what may be left out.
  return {
    path,
    schema,
    required,
    found: required
      ? found
      : found.filter((one) => one.sure && (type !== "integer" && type !== "number" ? true : isNear(text, one, name))),
  };
}

function isNear(text: string, found: Found, name: string): boolean {
  const around = text.slice(Math.max(0, found.start - 25), found.end + 25).toLowerCase();
  return name
    .toLowerCase()
    .split(/[_\s-]+/)
    .some((word) => word.length > 2 && around.includes(word.replace(/s$/, "")));
}

function free(found: readonly Found[], taken: readonly Found[]): Found[] {
  return found.filter(
    (one) => one.end === one.start || !taken.some((other) => one.start < other.end && other.start < one.end),
  );
}

/** One call, or one for each of the things that are named. A second parameter with as many values goes along in step. */
function spread(slots: readonly (Slot & { readonly name: string })[]): Record<string, unknown>[] {
  const several = slots.find((slot) => slot.required && isSingle(slot) && countable(slot) && slot.found.length > 1);
  const count = several?.found.length ?? 1;
  return Array.from({ length: count }, (_, at) => {
    const call: Record<string, unknown> = {};
    for (const slot of slots) {
      const value = valueOf(slot, slot.found.length === count ? at : 0);
      if (value !== undefined) call[slot.name] = value;
    }
    return call;
  });
}

function isSingle(slot: Slot): boolean {
  return typeOf(slot.schema) !== "array" && slot.nested === undefined;
}

/** Several numbers in a text are seldom several things to ask for. */
function countable(slot: Slot): boolean {
  return !["integer", "number", "boolean"].includes(typeOf(slot.schema)) && (slot.found[0]?.end ?? 0) > 0;
}

function valueOf(slot: Slot, at: number): unknown {
  if (slot.nested !== undefined) {
    const complete = slot.nested.calls.filter((one) => Object.keys(one).length > 0);
    if (complete.length === 0 || (slot.nested.missing.length > 0 && !slot.required))
      return slot.required ? slot.schema.default : undefined;
    return typeOf(slot.schema) === "array" ? complete : complete[0];
  }
  if (typeOf(slot.schema) === "array" && slot.schema.enum === undefined) {
    if (slot.found.length >= Math.max(1, slot.schema.minItems ?? 0)) return slot.found.map((found) => found.value);
    return slot.required ? slot.schema.default : undefined;
  }
  return (slot.found[at] ?? slot.found[0])?.value ?? (slot.required ? slot.schema.default : undefined);
}

function missingOf(slot: Slot): MissingParameter[] {
  if (!slot.required || slot.schema.default !== undefined) return [];
  if (slot.nested !== undefined && typeOf(slot.schema) === "object") return [...slot.nested.missing];
  if (slot.nested !== undefined && slot.nested.sure > 0) return [...slot.nested.missing];
  return valueOf(slot, 0) === undefined ? [{ name: slot.path, description: slot.schema.description ?? "" }] : [];
}
