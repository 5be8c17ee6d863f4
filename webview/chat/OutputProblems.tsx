import { useEffect, useState } from "preact/hooks";
import type { OutputProblem } from "../../src/core/answers/outputCheck.ts";
import { usePanel } from "../panelContext.ts";

/** A pause in the typing, after which the host is asked. */
const pauseMs = 300;

/** What should be known of an output before it is sent, below its editor. */
export function OutputProblems({ name, text }: { readonly name: string; readonly text: string }) {
  const { requests } = usePanel();
  const [problems, setProblems] = useState<readonly OutputProblem[]>([]);
  useEffect(() => {
    if (text === "") {
      setProblems([]);
      return;
    }
    let wanted = true;
    const timer = setTimeout(() => {
      requests
        .request("checkOutput", { name, output: text })
        .then((result) => wanted && setProblems(result.problems))
        .catch((error: unknown) => requests.onUnhandled("checkOutput", error));
    }, pauseMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [name, text]);
  return (
    <>
      {problems.map(({ severity, message }) => (
        <div key={message} class={severity === "error" ? "card-error output-problem" : "note-line"} role="status">
          <span class={`codicon codicon-${severity}`} aria-hidden="true" /> <span>{message}</span>
        </div>
      ))}
    </>
  );
}
