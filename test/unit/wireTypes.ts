import type OpenAI from "openai";
import type { AssistantStreamEvent } from "openai/resources/beta/assistants";

import type * as wire from "../../src/core/wire.ts";
import type * as events from "../../src/core/wireEvents.ts";

/** Compiles only when `From` can stand where `To` is asked for. */
type Fits<From extends To, To> = From;

/** What the SDK says the server sends must be what `core` reads. The compiler is the test: `npm run check` runs it. */
export type Held = [
  Fits<OpenAI.Beta.Assistant, wire.Assistant>,
  Fits<OpenAI.Beta.Thread, wire.Thread>,
  Fits<OpenAI.Beta.Threads.Message, wire.Message>,
  Fits<OpenAI.Beta.Threads.Run, wire.Run>,
  Fits<OpenAI.Beta.Threads.Runs.RunStep, wire.RunStep>,
  Fits<OpenAI.VectorStore, wire.VectorStore>,
  Fits<OpenAI.VectorStores.VectorStoreFile, wire.VectorStoreFile>,
  Fits<OpenAI.Model, wire.Model>,
  Fits<Exclude<AssistantStreamEvent, { event: "error" }>, events.RunEvent>,
];
