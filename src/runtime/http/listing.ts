import type { Kinds, ObjectStore, WireKind } from "../store/objectStore.ts";
import { badRequest, notFound } from "./apiError.ts";
import { find, wordFor } from "./lookup.ts";
import type { Request } from "./services.ts";

interface ListBody<T> {
  object: "list";
  data: T[];
  first_id: string | null;
  last_id: string | null;
  has_more: boolean;
}

interface Scope {
  readonly parent: string;
  readonly run?: string | undefined;
  readonly status?: string | undefined;
  readonly purpose?: string | undefined;
  readonly maxLimit?: number;
}

/** The page that the query parameters ask for: `limit`, `order`, `after`, `before` (Assistants v2: list operations). */
export function listPage<K extends WireKind>(
  request: Request,
  store: ObjectStore,
  kind: K,
  scope: Scope,
): ListBody<Kinds[K]> {
  const { parent, run, status, purpose, maxLimit = 100 } = scope;
  const [after, before] = [request.req.query("after"), request.req.query("before")];
  const page = store.list(kind, {
    parent,
    run,
    status,
    purpose,
    limit: readLimit(request.req.query("limit"), maxLimit),
    order: readOrder(request.req.query("order")),
    after: after === "" ? undefined : after,
    before: before === "" ? undefined : before,
  });
  if ("missingCursor" in page) {
    // Says so when the id is one of another kind; an object of another list is as unknown here as none.
    find(store, kind, page.missingCursor, parent);
    throw notFound(wordFor(kind), page.missingCursor);
  }
  return listBody(page.data, page.hasMore);
}

export function listBody<T extends { id: string }>(data: T[], hasMore: boolean): ListBody<T> {
  return { object: "list", data, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null, has_more: hasMore };
}

function readLimit(text: string | undefined, max: number): number {
  if (text === undefined || text === "") return max > 100 ? max : 20;
  const limit = Number(text);
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`Invalid type for 'limit': expected an integer, but got a string instead.`, {
      param: "limit",
      code: "invalid_type",
    });
  }
  if (limit < 1) {
    throw badRequest(`Invalid 'limit': integer below minimum value. Expected a value >= 1, but got ${limit} instead.`, {
      param: "limit",
      code: "integer_below_min_value",
    });
  }
  if (limit > max) {
    throw badRequest(
      `Invalid 'limit': integer above maximum value. Expected a value <= ${max}, but got ${limit} instead.`,
      { param: "limit", code: "integer_above_max_value" },
    );
  }
  return limit;
}

function readOrder(text: string | undefined): "asc" | "desc" {
  if (text === undefined || text === "" || text === "desc") return "desc";
  if (text === "asc") return "asc";
  throw badRequest(`Invalid value: '${text}'. Supported values are: 'asc' and 'desc'.`, {
    param: "order",
    code: "invalid_value",
  });
}
