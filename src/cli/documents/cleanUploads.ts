import { deleteOrphans, findOrphans } from "../../core/documents/orphans.ts";
import type { Requests } from "../../core/documents/requests.ts";
import type { UploadJournal } from "../../core/documents/uploadJournal.ts";
import { oneLine } from "../../core/oneLine.ts";
import type { Provider } from "../../core/provider.ts";
import { CliProblem, exits } from "../terminal.ts";
import type { Terminal } from "../terminal.ts";
import type { DocsOptions } from "./docsOptions.ts";

/** Deletes uploads that a sync made and that nothing on the connection has any more. @returns the exit code */
export async function cleanUploads(
  options: DocsOptions,
  provider: Provider,
  journal: UploadJournal,
  requests: Requests,
  terminal: Terminal,
): Promise<number> {
  const ids = await findOrphans(provider, journal, requests);
  if (ids.length === 0) {
    terminal.out(options.json ? '{"deleted":0}\n' : "No uploads to clean up.\n");
    return exits.ok;
  }
  if (!options.json)
    terminal.out(`${ids.length} upload(s) that nothing on the connection has any more: ${oneLine(ids.join(", "))}\n`);
  if (!options.yes) {
    const answer = await terminal.confirm(`Delete ${ids.length} upload(s)?`);
    if (answer === null) throw new CliProblem("Nothing was done: without a terminal, say --yes.");
    if (!answer) throw new CliProblem("Nothing was done.");
  }
  const deleted = await deleteOrphans(ids, provider, journal, requests);
  terminal.out(options.json ? `${JSON.stringify({ deleted })}\n` : `${deleted} deleted.\n`);
  return exits.ok;
}
