import { memo } from "preact/compat";
import type { MessageNode } from "../state/messageNode.ts";
import type { RunNode } from "../state/runNode.ts";
import { CallRecord } from "./CallRecord.tsx";
import { CodeRun } from "./CodeRun.tsx";
import { Message } from "./Message.tsx";
import { RunFacts } from "./RunFacts.tsx";
import { Thinking } from "./Thinking.tsx";
import { ToolCallCard } from "./ToolCallCard.tsx";

interface Props {
  readonly run: RunNode;
  readonly messages: readonly MessageNode[];
  readonly latest: boolean;
}

/** What a run did, in its order: tool calls, messages, and one line of facts. */
export const RunBlock = memo(function RunBlock({ run, messages, latest }: Props) {
  const { status, pending } = run.head.value;
  const waits = status === "requires_action" && pending.length > 0;
  const steps = run.steps.value;
  const inSteps = new Set(steps.map((step) => step.view.value.messageId));
  const pictures = new Set(steps.flatMap((step) => step.calls.value.flatMap((call) => call.view.value.images)));
  const asked = new Set(waits ? pending : []);
  return (
    <section class="run-block" aria-label="Run">
      {steps.map((step) => {
        const view = step.view.value;
        if (view.type === "message_creation") {
          const message = messages.find((candidate) => candidate.id === view.messageId);
          return message ? <Message key={step.id} message={message} inRun shown={pictures} /> : null;
        }
        return step.calls.value
          .filter((call) => !asked.has(call.id))
          .map((call) =>
            call.view.value.type === "code_interpreter" ? (
              <CodeRun key={call.id} call={call} rough={run.head.value.fidelity === "reconstructed"} />
            ) : (
              <CallRecord key={call.id} call={call} step={step} />
            ),
          );
      })}
      {messages
        .filter((message) => !inSteps.has(message.id))
        .map((message) => (
          <Message key={message.id} message={message} inRun shown={pictures} />
        ))}
      {waits && <ToolCallCard key={pending.join(" ")} run={run} />}
      {status === "queued" || status === "in_progress" || status === "cancelling" ? (
        <Thinking run={run} />
      ) : (
        !waits && <RunFacts run={run} latest={latest} />
      )}
    </section>
  );
});
