import { deleteOrphans, findOrphans } from "../../core/documents/orphans.ts";
import type { Requests } from "../../core/documents/requests.ts";
import type { UploadJournal } from "../../core/documents/uploadJournal.ts";
import { ProviderError, everyItem } from "../../core/provider.ts";
import { oneLine } from "../../core/oneLine.ts";
import type { Provider } from "../../core/provider.ts";
import { CliProblem, exits } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import type { DocsOptions } from "./docsOptions.ts";

/** More assistants than a person can have on one connection. */
const mostAssistants = 100_000;

/** Deletes uploads that a sync made and that no vector store has any more. @returns the exit code */
export async function cleanUploads(
  options: DocsOptions,
  provider: Provider,
  journal: UploadJournal,
  requests: Requests,
  terminal: Terminal,
): Promise<number> {
  const ids = await findOrphans(provider.documents, journal, await filesOfAssistants(provider), requests);
  if (ids.length === 0) {
    terminal.out(options.json ? '{"deleted":0}\n' : "No uploads to clean up.\n");
    return exits.ok;
  }
  if (!options.json)
    terminal.out(`${ids.length} upload(s) that no vector store has any more: ${oneLine(ids.join(", "))}\n`);
  if (!options.yes) {
    const answer = await terminal.confirm(`Delete ${ids.length} upload(s)?`);
    if (answer === null) throw new CliProblem("Nothing was done: without a terminal, say --yes.");
    if (!answer) throw new CliProblem("Nothing was done.");
  }
  const deleted = await deleteOrphans(ids, provider.documents, journal, requests);
  terminal.out(options.json ? `${JSON.stringify({ deleted })}\n` : `${deleted} deleted.\n`);
  return exits.ok;
}

/** Files that a code interpreter uses. OpenAI itself has no assistants any more. */
async function filesOfAssistants(provider: Provider): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  try {
    for await (const { tool_resources: resources } of everyItem(
      (params) => provider.listAssistants(params),
      "asc",
      mostAssistants,
    ))
      for (const id of resources?.code_interpreter?.file_ids ?? []) ids.add(id);
  } catch (error) {
    if (!(error instanceof ProviderError) || (error.kind !== "not_found" && error.kind !== "unsupported")) throw error;
  }
  return ids;
}
