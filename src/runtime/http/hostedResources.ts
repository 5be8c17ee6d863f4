import type { Thread } from "../objects.ts";
import { HostedUnreachable, isRefusal, type HostedRefusal } from "../upstream/hosted/hostedApi.ts";
import type { HostedFiles } from "../upstream/hosted/hostedFiles.ts";
import { fieldsOf, stringOf, type Fields } from "../upstream/http/fields.ts";
import { ApiError, badRequest } from "./apiError.ts";
import { threadStoreExpiry } from "./newVectorStore.ts";
import type { NewToolResources } from "./schemas/common.ts";
import type { CreateMessage, CreateThread } from "./schemas/threads.ts";
import type { Services } from "./services.ts";

/*
 * With `--hosted-files`, what requests say about files and vector stores is settled with the upstream before the transaction that
 * stores the rest, because a transaction cannot wait. A store that was made for a request which then fails stays at the upstream;
 * those of threads expire there after seven days.
 */

/** Tool resources whose stores exist at the upstream: those that are named are looked up, those asked for are made. */
export async function hostedResources(
  wanted: NewToolResources,
  services: Services,
  expires?: typeof threadStoreExpiry,
): Promise<NewToolResources> {
  const { hosted, hostedPython, store } = services;
  if (hosted !== undefined && hostedPython === true) {
    const ids = wanted.code_interpreter?.file_ids ?? [];
    const theirs = ids.filter((id) => store.get("file", id, "") === undefined);
    await Promise.all(theirs.map((id) => lookUp(hosted, "/files", id)));
  }
  const search = wanted.file_search;
  if (hosted === undefined || search === undefined) return wanted;
  const { vector_stores: asked = [], ...named } = search;
  // The refusal of both together is that of the local stores.
  if (asked.length > 0 && (named.vector_store_ids ?? []).length > 0) return wanted;
  await Promise.all((named.vector_store_ids ?? []).map((id) => lookUp(hosted, "/vector_stores", id)));
  if (asked.length === 0) return wanted;
  const made: string[] = [];
  for (const one of asked)
    made.push(await makeStore(hosted, { ...one, ...(expires === undefined ? {} : { expires_after: expires }) }));
  return { ...wanted, file_search: { vector_store_ids: made } };
}

/** A thread that is to be made: its resources, with the files attached to its messages in its store. */
export async function hostedThread(body: CreateThread, services: Services): Promise<CreateThread> {
  if (services.hosted === undefined) return body;
  const resources = await hostedResources(body.tool_resources ?? {}, services, threadStoreExpiry);
  const [known] = resources.file_search?.vector_store_ids ?? [];
  const store = await hostedAttachments(body.messages ?? [], known, services);
  return {
    ...body,
    tool_resources: store === undefined ? resources : { ...resources, file_search: { vector_store_ids: [store] } },
  };
}

/**
 * Puts the files that messages attach for file search into the thread's store at the upstream, which is made when there is none.
 * Resolves to that store; `undefined` when nothing is attached for it. Rejects when a file does not exist.
 */
export async function hostedAttachments(
  messages: readonly CreateMessage[],
  thread: Thread | string | undefined,
  services: Services,
): Promise<string | undefined> {
  const { hosted, store } = services;
  if (hosted === undefined) return undefined;
  const attachments = messages.flatMap((message) => message.attachments ?? []);
  const searched = attachments.filter((one) => one.tools?.some(({ type }) => type === "file_search") === true);
  const searchable = [...new Set(searched.map((one) => one.file_id))];
  const local = searchable.find((id) => store.get("file", id, "") !== undefined);
  if (local !== undefined)
    throw badRequest(
      `The file ${local} is the runtime's own, and file search is the upstream's here: upload the file, and attach what you get.`,
      { param: "attachments" },
    );
  const theirs = [...new Set(attachments.map((one) => one.file_id))].filter(
    (id) => store.get("file", id, "") === undefined,
  );
  await Promise.all(theirs.map((id) => lookUp(hosted, "/files", id)));
  if (searchable.length === 0) return undefined;
  const known = typeof thread === "object" ? thread.tool_resources?.file_search?.vector_store_ids?.[0] : thread;
  if (known !== undefined) {
    const added = await ask(hosted, "POST", `/vector_stores/${encodeURIComponent(known)}/file_batches`, {
      file_ids: searchable,
    });
    if (!isRefusal(added)) return known;
    // A store that was deleted is replaced.
    if (added.status !== 404) throw refused(added);
  }
  return makeStore(hosted, { file_ids: searchable, expires_after: threadStoreExpiry });
}

/** The upstream's refusal as this server's. */
function refused({ status, words, param, code }: HostedRefusal): ApiError {
  if (status === 400 || status === 404 || status === 413 || status === 429)
    return new ApiError(status, words, {
      ...(param === null ? {} : { param }),
      ...(code === "" ? {} : { code }),
    });
  return new ApiError(500, words, { code: "upstream_error" });
}

/** An upstream that cannot be reached, in this server's shape; any other error as it is. */
export function upstreamError(error: unknown): unknown {
  return error instanceof HostedUnreachable ? new ApiError(500, error.message, { code: "upstream_error" }) : error;
}

async function ask(
  hosted: HostedFiles,
  method: "GET" | "POST",
  path: string,
  body?: object,
): Promise<Fields | HostedRefusal> {
  try {
    return await hosted.ask(method, path, body);
  } catch (error) {
    throw upstreamError(error);
  }
}

async function lookUp(hosted: HostedFiles, path: "/files" | "/vector_stores", id: string): Promise<void> {
  const found = await ask(hosted, "GET", `${path}/${encodeURIComponent(id)}`);
  if (isRefusal(found)) throw refused(found);
}

async function makeStore(hosted: HostedFiles, body: object): Promise<string> {
  const made = await ask(hosted, "POST", "/vector_stores", body);
  if (isRefusal(made)) throw refused(made);
  const id = stringOf(fieldsOf(made)["id"]);
  if (id === "") throw new ApiError(500, "The upstream made a vector store without an id.", { code: "upstream_error" });
  return id;
}
