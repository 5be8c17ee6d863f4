import { progressWords } from "../../core/documents/documentWords.ts";
import type { SyncProgress } from "../../core/documents/progress.ts";
import { oneLine } from "../../core/oneLine.ts";
import type { Terminal } from "../terminal.ts";

const minuteMs = 60_000;

/**
 * Shows a sync's progress in one line, where somebody watches. Where nothing has moved for a minute, that is noted as well, each minute
 * anew: in a log that would be a pause without a word.
 */
export function progressNotes(
  store: string,
  { progress, note }: Pick<Terminal, "progress" | "note">,
): (now: SyncProgress) => void {
  let noted = 0;
  return (now) => {
    const line = `${oneLine(store)}: ${progressWords(now)}`;
    const minutes = Math.floor(now.stillMs / minuteMs);
    if (minutes > noted) {
      progress("");
      note(`assistants: ${line}\n`);
    }
    noted = minutes;
    progress(line);
  };
}
