/** The thread that reads files: parsers of documents are slow, hungry, and meet hostile input. */
import { parentPort } from "node:worker_threads";
import { reasonOf } from "../log.ts";
import { ingestFile } from "./ingestFile.ts";
import type { IngestNews, IngestOrder } from "./ingestProtocol.ts";

let answer: ((wanted: boolean) => void) | undefined;

function tell(news: IngestNews): void {
  parentPort?.postMessage(news);
}

parentPort?.on("message", (order: IngestOrder) => {
  if (order.kind === "go on") {
    answer?.(order.wanted);
    return;
  }
  ingestFile(order.source, order.strategy, (chunks) => {
    // The next are made when these are stored, so that memory stays flat.
    const wanted = new Promise<boolean>((resolve) => {
      answer = resolve;
    });
    tell({ kind: "chunks", chunks });
    return wanted;
  }).then(
    (outcome) => tell({ kind: "ended", outcome }),
    (error: unknown) => tell({ kind: "broken", reason: reasonOf(error) }),
  );
});
