import { markOf } from "../tools/passages.ts";
import type { TurnEvent } from "../upstream/port.ts";
import type { RunWriter } from "./runWriter.ts";

/** Writes the searches that an upstream executes by itself within a turn, and its citations. */
export class HostedCalls {
  readonly #writer: RunWriter;
  #open: { readonly index: number; readonly ordinal: number; readonly shared: boolean } | undefined;

  constructor(writer: RunWriter) {
    this.#writer = writer;
  }

  /** `shared`: a step for calls is open and stays so, because its functions wait for their outputs. */
  start(callId: string, shared: boolean): void {
    const writer = this.#writer;
    writer.openCallStep();
    const index = writer.steps.addCall("file_search", writer.newCallId(callId), "");
    this.#open = { index, ordinal: writer.countCall("file_search"), shared };
  }

  end({ queries, results, failed }: Extract<TurnEvent, { kind: "search.end" }>): void {
    const open = this.#open;
    if (open === undefined) throw new Error("a search ended that had not begun");
    this.#open = undefined;
    const writer = this.#writer;
    const tool = writer.run.tools.find((one) => one.type === "file_search");
    const threshold = tool?.file_search?.ranking_options?.score_threshold ?? 0;
    // Live steps name the ranker that `auto` stands for.
    writer.steps.setResults(open.index, { ranker: "default_2024_08_21", score_threshold: threshold }, results, queries);
    for (const [at, { file_id: id }] of results.entries()) writer.cite(`${open.ordinal}:${at}`, id);
    if (!open.shared) writer.closeCallStep(false, failed ? searchFailed : undefined);
  }

  /**
   * The mark of a citation, for the message's text; the writer then knows it. Which of a file's passages is meant is not told: it
   * is the best one of the last search that found the file.
   */
  mark(fileId: string, filename: string): string {
    const { citations } = this.#writer.extra.sources;
    const places = Object.entries(citations).flatMap(([place, id]) => (id === fileId ? [place] : []));
    const search = places.at(-1)?.split(":")[0];
    let place = places.find((one) => one.startsWith(`${search}:`));
    if (place === undefined) {
      let free = Object.keys(citations).length;
      while (Object.hasOwn(citations, `0:${free}`)) free++;
      place = `0:${free}`;
      this.#writer.cite(place, fileId);
    }
    return markOf(place, filename === "" ? "source" : filename);
  }
}

const searchFailed = {
  status: "failed",
  error: { code: "server_error", message: "The upstream's file search failed; it gives no reason." },
} as const;
