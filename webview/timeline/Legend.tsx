import { kindWords, segmentKinds } from "./timeSplit.ts";

/** Which colour or hatching means what. */
export function Legend() {
  return (
    <ul class="legend" aria-label="Colours of the bars">
      {segmentKinds.map((kind) => (
        <li key={kind}>
          <span class={`swatch kind-${kind}`} aria-hidden="true" />
          {kindWords[kind]}
        </li>
      ))}
    </ul>
  );
}
