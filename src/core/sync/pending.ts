import { isJsonMap, jsonList } from "../definition/json.ts";
import type { Fields } from "./fields.ts";

/** What has to be made before a field can be sent. */
export type Pending =
  | {
      readonly kind: "upload";
      /** From the folder of the lock, with forward slashes. */
      readonly path: string;
    }
  | { readonly kind: "store"; readonly name: string };

export const fileIdsKey = "tool_resources/file_ids";
export const storeIdsKey = "tool_resources/vector_store_ids";

/**
 * What stands in a field's list where the id will be of a file that is not uploaded, or a store that is not made. It is a map
 * and ids are strings: no id, wherever it comes from, can be taken for one. Only `localFields` and `withoutStale` put it there.
 */
export function placeholderOf(pending: Pending): object {
  return pending.kind === "upload" ? { upload: pending.path } : { store: pending.name };
}

/** What has to be made before these fields can be sent. */
export function pendingOf(fields: Fields): readonly Pending[] {
  return [
    ...jsonList(fields[fileIdsKey]).flatMap((item): readonly Pending[] =>
      isJsonMap(item) && typeof item["upload"] === "string" ? [{ kind: "upload", path: item["upload"] }] : [],
    ),
    ...jsonList(fields[storeIdsKey]).flatMap((item): readonly Pending[] =>
      isJsonMap(item) && typeof item["store"] === "string" ? [{ kind: "store", name: item["store"] }] : [],
    ),
  ];
}

/** The fields with ids in the place of placeholders. @param ids of all that `pendingOf` told, by path and by name */
export function withIds(
  fields: Fields,
  ids: { readonly files: ReadonlyMap<string, string>; readonly stores: ReadonlyMap<string, string> },
): Fields {
  const filled = (key: string, name: string, known: ReadonlyMap<string, string>): readonly string[] =>
    jsonList(fields[key]).map((item) => (isJsonMap(item) ? (known.get(String(item[name])) ?? "") : String(item)));
  // Two files of the same content may be one upload; files have no order.
  const files = [...new Set(filled(fileIdsKey, "upload", ids.files))].toSorted((a, b) => (a < b ? -1 : 1));
  return {
    ...fields,
    ...(fields[fileIdsKey] === undefined ? {} : { [fileIdsKey]: files }),
    ...(fields[storeIdsKey] === undefined ? {} : { [storeIdsKey]: filled(storeIdsKey, "store", ids.stores) }),
  };
}
