/** A list request, checked. Without `limit`: everything. */
export interface ListQuery {
  readonly parent: string;
  readonly order: "asc" | "desc";
  readonly limit?: number | undefined;
  readonly after?: string | undefined;
  readonly before?: string | undefined;
  /** Messages of this run only; files of a vector store that this batch put in only. */
  readonly run?: string | undefined;
  readonly status?: string | undefined;
  /** Files of this purpose only. */
  readonly purpose?: string | undefined;
}

export interface Page<T> {
  readonly data: T[];
  readonly hasMore: boolean;
}

/**
 * The statement for a page. Lists are ordered by `created_at`, which is in whole seconds, and by insertion among equals.
 *
 * `before` alone means the items nearest to it, so these are read backwards (`reversed`) and turned round by the caller.
 * One row more than asked is read, which tells whether there are more in that direction.
 */
export function listSql(
  kind: string,
  query: ListQuery,
  after: readonly [number, number] | undefined,
  before: readonly [number, number] | undefined,
): { sql: string; values: (string | number)[]; reversed: boolean } {
  const ascending = query.order === "asc";
  const reversed = before !== undefined && after === undefined;
  // What one run made is little, and has an index of its own; the plus sign keeps the other index out of it.
  const where = ["kind = ?", query.run === undefined ? "parent = ?" : "+parent = ?"];
  const values: (string | number)[] = [kind, query.parent];
  if (query.run !== undefined) {
    where.push("run = ?");
    values.push(query.run);
  }
  if (query.status !== undefined) {
    where.push("status = ?");
    values.push(query.status);
  }
  if (query.purpose !== undefined) {
    where.push("json_extract(body, '$.purpose') = ?");
    values.push(query.purpose);
  }
  if (after !== undefined) {
    where.push(`(created_at, seq) ${ascending ? ">" : "<"} (?, ?)`);
    values.push(...after);
  }
  if (before !== undefined) {
    where.push(`(created_at, seq) ${ascending ? "<" : ">"} (?, ?)`);
    values.push(...before);
  }
  const direction = ascending === reversed ? "DESC" : "ASC";
  const limit = query.limit === undefined ? "" : " LIMIT ?";
  if (query.limit !== undefined) values.push(query.limit + 1);
  const sql = `SELECT body FROM objects WHERE ${where.join(" AND ")} ORDER BY created_at ${direction}, seq ${direction}${limit}`;
  return { sql, values, reversed };
}
