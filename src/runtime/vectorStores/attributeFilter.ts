/** A condition on one attribute (spec: ComparisonFilter). */
type Comparison =
  | { readonly type: "eq" | "ne"; readonly key: string; readonly value: string | number | boolean }
  | { readonly type: "gt" | "gte" | "lt" | "lte"; readonly key: string; readonly value: string | number }
  | { readonly type: "in" | "nin"; readonly key: string; readonly value: readonly (string | number)[] };

/** What search may ask of a file's attributes (spec: ComparisonFilter, CompoundFilter). */
export type AttributeFilter =
  | Comparison
  | { readonly type: "and" | "or"; readonly filters: readonly AttributeFilter[] };

type Attributes = Readonly<Record<string, string | number | boolean>> | null | undefined;

/**
 * Whether attributes pass a filter. An attribute that is missing equals nothing, is in no list and is neither more nor less
 * than anything: only `ne` and `nin` let it pass. Values of different types are different, and have no order.
 */
export function passes(filter: AttributeFilter, attributes: Attributes): boolean {
  if (!("filters" in filter)) return holds(filter, attributes);
  return filter.type === "and"
    ? filter.filters.every((one) => passes(one, attributes))
    : filter.filters.some((one) => passes(one, attributes));
}

function holds(filter: Comparison, attributes: Attributes): boolean {
  const own = attributes !== null && attributes !== undefined && Object.hasOwn(attributes, filter.key);
  const value = own ? attributes[filter.key] : undefined;
  switch (filter.type) {
    case "eq":
      return value === filter.value;
    case "ne":
      return value !== filter.value;
    case "in":
      return filter.value.some((one) => one === value);
    case "nin":
      return !filter.value.some((one) => one === value);
    case "gt":
      return ordered(value, filter.value, (order) => order > 0);
    case "gte":
      return ordered(value, filter.value, (order) => order >= 0);
    case "lt":
      return ordered(value, filter.value, (order) => order < 0);
    case "lte":
      return ordered(value, filter.value, (order) => order <= 0);
  }
}

function ordered(value: unknown, bound: string | number, test: (order: number) => boolean): boolean {
  if (typeof value === "number" && typeof bound === "number") return test(value - bound);
  if (typeof value === "string" && typeof bound === "string") return test(value < bound ? -1 : value > bound ? 1 : 0);
  return false;
}
