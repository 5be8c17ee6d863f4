import type { Clock } from "../clock.ts";
import type { Run } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { HostedFiles } from "../upstream/hosted/hostedFiles.ts";
import type { HostedSearch } from "../upstream/port.ts";
import { pause } from "./pause.ts";

/** How long a run waits for its thread's store to be read (Assistants v2: file search), and how often it asks; milliseconds. */
const longestWaitMs = 60_000;
const askEveryMs = 500;
/** The live API's `max_num_results` when none is set: 20, and 5 for gpt-3.5. */
const usualResults = 20;
const fewResults = 5;

/** The search that the upstream is offered for a run; `undefined` when the run has no such tool, or no store to search. */
export function hostedSearchOf(run: Run, store: ObjectStore): HostedSearch | undefined {
  const tool = run.tools.find((one) => one.type === "file_search");
  if (tool === undefined) return undefined;
  const vectorStoreIds = [
    ...new Set([...(run.tool_resources.file_search?.vector_store_ids ?? []), ...threadStores(run, store)]),
  ];
  if (vectorStoreIds.length === 0) return undefined;
  const { max_num_results: max, ranking_options: ranking } = tool.file_search ?? {};
  const usual = run.model.startsWith("gpt-3.5") ? fewResults : usualResults;
  return { vectorStoreIds, maxResults: max ?? usual, ranking: ranking ?? null, forced: false };
}

/**
 * Waits until the upstream has read the files of the thread's store, at most a minute. When it cannot be asked, the run goes on:
 * the search itself will say what is wrong.
 */
export async function untilHostedRead(
  run: Run,
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  hosted: HostedFiles,
  stop: AbortSignal,
): Promise<void> {
  if (!run.tools.some((tool) => tool.type === "file_search")) return;
  const until = clock.now() + longestWaitMs;
  for (const id of threadStores(run, store))
    while (!stop.aborted && clock.now() < until && (await hosted.isReading(id, stop)))
      await pause(clock, askEveryMs, stop);
}

function threadStores(run: Run, store: ObjectStore): readonly string[] {
  return store.get("thread", run.thread_id)?.tool_resources?.file_search?.vector_store_ids ?? [];
}
