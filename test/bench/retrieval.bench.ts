/** Search in vector stores: its speed beside a flat product, what a chunk costs, and how well it finds. */
import { measureQuality } from "./retrieval/quality.ts";
import { measureSpeed } from "./retrieval/speed.ts";

process.removeAllListeners("warning");
await measureQuality();
await measureSpeed();
