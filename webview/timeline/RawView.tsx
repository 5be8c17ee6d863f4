import { useEffect, useState } from "preact/hooks";
import { Verb } from "../chat/Verb.tsx";
import { usePanel } from "../panelContext.ts";
import { prettyJson } from "../text/argumentsShape.ts";
import { Code } from "../text/Code.tsx";

interface Props {
  readonly kind: "run" | "step" | "events";
  readonly runId: string;
  readonly stepId: string | null;
}

type Loaded =
  | { readonly kind: "loading" }
  | { readonly kind: "shown"; readonly json: string }
  | { readonly kind: "failed"; readonly reason: string };

/** The wire object or the events behind a row, asked for when they are looked at. */
export function RawView({ kind, runId, stepId }: Props) {
  const { store, requests } = usePanel();
  const [loaded, setLoaded] = useState<Loaded>({ kind: "loading" });
  const status = store.run(runId)?.head.value.status;

  useEffect(() => {
    let current = true;
    requests.request("raw", { kind, runId, stepId }).then(
      ({ json }) => current && setLoaded({ kind: "shown", json: prettyJson(json) }),
      (reason: unknown) =>
        current && setLoaded({ kind: "failed", reason: reason instanceof Error ? reason.message : String(reason) }),
    );
    return () => {
      current = false;
    };
    // A run that changed its status has another object behind it.
  }, [kind, runId, stepId, status]);

  switch (loaded.kind) {
    case "loading":
      return <p class="quiet">Loading…</p>;
    case "failed":
      return (
        <p class="tone-bad" role="alert">
          {loaded.reason}
        </p>
      );
    case "shown":
      return (
        <>
          <div class="verbs">
            <Verb onPress={() => requests.fire("openRaw", { kind, runId, stepId })}>Open in editor</Verb>
            <Verb onPress={() => requests.fire("copy", { text: loaded.json })}>Copy</Verb>
          </div>
          <Code
            text={loaded.json}
            language="json"
            label={kind === "events" ? "Events of the run" : `The ${kind} as JSON`}
          />
        </>
      );
    default:
      return loaded satisfies never;
  }
}
