import type { CallNode } from "../state/runNode.ts";
import { shapeArguments } from "./argumentsShape.ts";
import { Code } from "./Code.tsx";

/** The arguments of a call: names and values where they are flat, else JSON; said so when they are no JSON. */
export function Arguments({ call }: { readonly call: CallNode }) {
  void [call.arguments.length.value, call.arguments.epoch.value];
  const view = call.view.value;
  const text = call.arguments.text();
  if (view.type === "code_interpreter") {
    return <Code text={text} language="python" label="Code" />;
  }
  const shape = shapeArguments(text);
  switch (shape.kind) {
    case "none":
      return <p class="quiet">no arguments</p>;
    case "flat":
      return (
        <dl class="arguments">
          {shape.entries.map(([name, value]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd class={value.startsWith('"') ? "json-string" : "json-atom"}>{value}</dd>
            </div>
          ))}
        </dl>
      );
    case "json":
      return <Code text={shape.text} language="json" label={`Arguments of ${view.name}`} />;
    case "raw":
      return view.end === null && view.output === null && view.segments.at(-1)?.kind === "generating" ? (
        <Code text={shape.text} language="text" label={`Arguments of ${view.name}, so far`} />
      ) : (
        <>
          <p class="note-line">
            <span class="codicon codicon-warning" aria-hidden="true" /> not valid JSON: shown as the model wrote it
          </p>
          <Code text={shape.text} language="text" label={`Arguments of ${view.name}`} />
        </>
      );
    default:
      return shape satisfies never;
  }
}
