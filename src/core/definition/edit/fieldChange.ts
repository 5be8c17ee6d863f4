/** Where a field stands: keys of maps and indexes of lists, from the root. */
export type FieldPath = readonly (string | number)[];

/**
 * A change of one field. Indexes mean the list as the changes before left it. `set` makes what is missing on the way, and
 * appends where the index is the list's length; `insert` puts an item before the index.
 */
export type FieldChange =
  | { readonly kind: "set"; readonly path: FieldPath; readonly value: unknown }
  | { readonly kind: "insert"; readonly path: FieldPath; readonly value: unknown }
  | { readonly kind: "remove"; readonly path: FieldPath };

type Container = Record<string | number, unknown>;

/** The value after a change; the one given stays as it is. A path through something that is no container replaces it. */
export function changedValue(value: unknown, change: FieldChange): unknown {
  const copy = copyOf(value);
  const key = change.path.at(-1);
  if (key === undefined) return change.kind === "remove" ? {} : change.value;
  const root: Container = isContainer(copy) ? copy : {};
  let at = root;
  for (const [index, part] of change.path.slice(0, -1).entries()) {
    const next = Object.hasOwn(at, part) ? at[part] : undefined;
    if (isContainer(next)) at = next;
    else {
      if (change.kind === "remove") return root;
      const made = (typeof change.path[index + 1] === "number" ? [] : {}) as Container;
      put(at, part, made);
      at = made;
    }
  }
  if (change.kind === "remove") {
    if (Array.isArray(at)) at.splice(Number(key), 1);
    else delete at[key];
  } else if (change.kind === "insert" && Array.isArray(at)) at.splice(Number(key), 0, change.value);
  else put(at, key, change.value);
  return root;
}

/** What turns one value into another, field by field; nothing when they are equal. */
export function changesBetween(before: unknown, after: unknown, path: FieldPath = []): readonly FieldChange[] {
  if (equalValues(before, after)) return [];
  if (Array.isArray(before) && Array.isArray(after)) return listChanges(before, after, path);
  if (!isMap(before) || !isMap(after)) return [{ kind: "set", path, value: after }];
  const changes: FieldChange[] = [];
  for (const key of Object.keys(before))
    if (!Object.hasOwn(after, key)) changes.push({ kind: "remove", path: [...path, key] });
  for (const key of Object.keys(after)) {
    if (!Object.hasOwn(before, key)) changes.push({ kind: "set", path: [...path, key], value: after[key] });
    else changes.push(...changesBetween(before[key], after[key], [...path, key]));
  }
  return changes;
}

/** Items at the beginning and the end that stayed are left alone; those between are matched in their order. */
function listChanges(before: readonly unknown[], after: readonly unknown[], path: FieldPath): readonly FieldChange[] {
  let head = 0;
  while (head < before.length && head < after.length && equalValues(before[head], after[head])) head += 1;
  let tail = 0;
  const room = Math.min(before.length, after.length) - head;
  while (tail < room && equalValues(before.at(-1 - tail), after.at(-1 - tail))) tail += 1;
  const [old, fresh] = [before.length - head - tail, after.length - head - tail];
  const changes: FieldChange[] = [];
  for (let index = old - 1; index >= fresh; index -= 1) changes.push({ kind: "remove", path: [...path, head + index] });
  for (let index = 0; index < fresh; index += 1) {
    const place = [...path, head + index];
    if (index < old) changes.push(...changesBetween(before[head + index], after[head + index], place));
    else changes.push({ kind: "insert", path: place, value: after[head + index] });
  }
  return changes;
}

/** Equal as JSON is: the order of keys means nothing. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (Object.is(a, b) || a === b) return true;
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, index) => equalValues(item, b[index]));
  if (!isMap(a) || !isMap(b)) return false;
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && equalValues(a[key], b[key]))
  );
}

/** A copy in which nothing is shared: what aliases stand for is one object in the parsed value, and two fields of the text. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isMap(value)) return value;
  const copy: Container = {};
  for (const [key, item] of Object.entries(value)) put(copy, key, copyOf(item));
  return copy;
}

/** A key named `__proto__` is data like any other. */
function put(target: Container, key: string | number, value: unknown): void {
  Object.defineProperty(target, key, { value, enumerable: true, configurable: true, writable: true });
}

function isContainer(value: unknown): value is Container {
  return typeof value === "object" && value !== null;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return isContainer(value) && !Array.isArray(value);
}
