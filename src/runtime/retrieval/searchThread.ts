/** The thread that searches: vectors are in its memory, and a long search holds nobody up. */
import { DatabaseSync } from "node:sqlite";
import { parentPort, workerData } from "node:worker_threads";
import { reasonOf } from "../log.ts";
import type { SearchQuestion, SearchReply, SearchThreadData } from "./searchProtocol.ts";
import { StoreIndex } from "./storeIndex.ts";

const { databasePath, model } = workerData as SearchThreadData;
const database = new DatabaseSync(databasePath, { readOnly: true });
database.exec("PRAGMA busy_timeout = 2000; PRAGMA cache_size = -65536;");
const index = new StoreIndex(database, model, true);

parentPort?.on("message", ({ id, request, vectors }: SearchQuestion) => {
  let reply: SearchReply;
  try {
    reply = { id, found: index.search(request, vectors) };
  } catch (error) {
    reply = { id, failed: reasonOf(error) };
  }
  parentPort?.postMessage(reply);
});
