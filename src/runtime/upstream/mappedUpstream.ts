import type { Model } from "../objects.ts";
import type { TurnEvent, TurnRequest, Upstream } from "./port.ts";

/** The model that an upstream gets for the name that a client uses; `*` is every other name. */
export type ModelMap = ReadonlyMap<string, string>;

/** An upstream under the model names of its clients: models retire, and programs and definitions go on naming them. */
export class MappedUpstream implements Upstream {
  readonly #upstream: Upstream;
  readonly #map: ModelMap;

  constructor(upstream: Upstream, map: ModelMap) {
    this.#upstream = upstream;
    this.#map = map;
  }

  runTurn(request: TurnRequest, signal: AbortSignal): AsyncIterable<TurnEvent> {
    const model = this.#map.get(request.model) ?? this.#map.get("*") ?? request.model;
    return this.#upstream.runTurn({ ...request, model }, signal);
  }

  /** What the upstream offers, and each mapped name with what is known of the model behind it. */
  async listModels(): Promise<Model[]> {
    const offered = await this.#upstream.listModels();
    const named = [...this.#map].filter(([name]) => name !== "*" && !offered.some((model) => model.id === name));
    return [
      ...offered,
      ...named.map(([id, target]): Model => {
        const behind = offered.find((model) => model.id === target);
        return { object: "model", created: 0, owned_by: "upstream", ...behind, id };
      }),
    ];
  }
}
