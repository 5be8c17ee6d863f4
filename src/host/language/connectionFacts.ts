import type { Model, VectorStore } from "../../core/wire.ts";
import type { Log } from "../log.ts";

/** What is asked of the connection in use. Both may reject; that is told in the log. */
export interface ConnectionQuestions {
  /** Changes when another connection is chosen. */
  readonly connectionId: () => string;
  readonly listModels: () => Promise<readonly Model[]>;
  readonly listVectorStores: () => Promise<readonly VectorStore[]>;
}

interface Answer<T> {
  readonly at: number;
  readonly value: Promise<readonly T[]>;
}

const freshFor = 60_000;
/** A list of completions waits no longer; a late answer is there for the next one. */
const patience = 2_000;

/** The connection's models and stores, remembered for a minute: typing must not ask a server at each key. */
export class ConnectionFacts {
  readonly #questions: ConnectionQuestions;
  readonly #log: Log;
  readonly #models = new Map<string, Answer<Model>>();
  readonly #stores = new Map<string, Answer<VectorStore>>();

  constructor(questions: ConnectionQuestions, log: Log) {
    this.#questions = questions;
    this.#log = log;
  }

  models(): Promise<readonly Model[]> {
    return this.#answer(this.#models, this.#questions.listModels, "models");
  }

  stores(): Promise<readonly VectorStore[]> {
    return this.#answer(this.#stores, this.#questions.listVectorStores, "vector stores");
  }

  async #answer<T>(known: Map<string, Answer<T>>, ask: () => Promise<readonly T[]>, what: string) {
    const id = this.#questions.connectionId();
    let answer = known.get(id);
    if (answer === undefined || Date.now() - answer.at > freshFor) {
      const value = ask().catch((error: unknown): readonly T[] => {
        this.#log.warn(
          `The connection's ${what} cannot be listed: ${error instanceof Error ? error.message : "unknown"}`,
        );
        return [];
      });
      answer = { at: Date.now(), value };
      known.set(id, answer);
    }
    return await within(answer.value);
  }
}

async function within<T>(value: Promise<readonly T[]>): Promise<readonly T[]> {
  const { promise, resolve } = Promise.withResolvers<readonly T[]>();
  const timer = setTimeout(() => resolve([]), patience);
  try {
    return await Promise.race([value, promise]);
  } finally {
    clearTimeout(timer);
  }
}
