import type { VectorStore } from "../wire.ts";

/** What a store is called: servers take the name "", too, and spaces. */
export function storeName({ name, id }: Pick<VectorStore, "name" | "id">): string {
  return name === null || name.trim() === "" ? id : name;
}

/** What a person types to say that this store is meant: its name where that can be typed in one line, else its id. Never empty. */
export function nameToType(store: Pick<VectorStore, "name" | "id">): string {
  const name = storeName(store);
  return /[\p{C}\p{Zl}\p{Zp}]/u.test(name) || name !== name.trim() ? store.id : name;
}
