/** Search in vector stores: its speed beside a flat product, what a chunk costs, and how well it finds. */
import { parseArgs } from "node:util";

import { measureQuality } from "./retrieval/quality.ts";
import { measureSpeed } from "./retrieval/speed.ts";

process.removeAllListeners("warning");
const { values } = parseArgs({
  options: { "embedding-base-url": { type: "string" }, "embedding-model": { type: "string" } },
});
const baseUrl = values["embedding-base-url"];
await measureQuality(baseUrl === undefined ? null : { baseUrl, model: values["embedding-model"] ?? "" });
await measureSpeed();
