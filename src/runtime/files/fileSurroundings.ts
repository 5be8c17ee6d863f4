import type { Clock } from "../clock.ts";
import type { Log } from "../log.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { FileServices } from "./fileServices.ts";

/** What work on files and vector stores needs of the runtime. */
export interface FileSurroundings {
  readonly store: ObjectStore;
  readonly files: FileServices;
  readonly clock: Clock;
  readonly log: Log;
}
