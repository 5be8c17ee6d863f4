/** Whether somebody waits for the answer, or it may take its time. */
export type Patience = "question" | "documents";

/** What turns texts into vectors. */
export interface Embedder {
  /** The model's id: vectors of different models are never compared. */
  readonly model: string;
  /** One vector of length 1 for each text. Rejects with words for a person when there are none to be had. */
  embed(texts: readonly string[], patience: Patience, signal?: AbortSignal): Promise<Float32Array[]>;
}
