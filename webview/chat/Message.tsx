import { memo } from "preact/compat";
import { Markdown } from "../markdown/Markdown.tsx";
import { formatTime } from "../text/duration.ts";
import { reasonWords } from "../text/runWords.ts";
import { MadeFiles } from "./MadeFiles.tsx";
import { StoredPicture } from "./StoredPicture.tsx";
import type { MessageNode, PartNode } from "../state/messageNode.ts";

interface Props {
  readonly message: MessageNode;
  /** True below a run, whose own facts say why a message was cut short. */
  readonly inRun?: boolean;
  /** Pictures that stand above already, under the code that made them. */
  readonly shown?: ReadonlySet<string>;
}

const none: ReadonlySet<string> = new Set();

/** A message: the user's words in a tinted box, the assistant's as plain text. */
export const Message = memo(function Message({ message, inRun = false, shown = none }: Props) {
  const view = message.view.value;
  const parts = message.parts.value;
  const files = view.files.filter((id) => !shown.has(id));
  const user = view.role === "user";
  const time = formatTime(view.createdAt, Date.now());
  return (
    <article
      class={user ? "message message-user" : "message message-assistant"}
      aria-label={`${user ? "You" : "Assistant"}, ${time}`}
    >
      {user && <div class="message-label">You · {time}</div>}
      <div class="message-body">
        {parts.map((part, index) =>
          part.fileId !== null && shown.has(part.fileId) ? null : (
            <Part
              key={index}
              part={part}
              user={user}
              done={view.status !== "in_progress"}
              messageId={view.id}
              index={index}
            />
          ),
        )}
      </div>
      {files.length > 0 && <MadeFiles files={files} />}
      {view.status === "incomplete" && !inRun && (
        <div class="cut-short">
          <span class="codicon codicon-warning" aria-hidden="true" /> Cut short
          {view.incompleteReason !== null && `: ${reasonWords(view.incompleteReason)}`}
        </div>
      )}
    </article>
  );
});

interface PartProps {
  readonly part: PartNode;
  readonly user: boolean;
  readonly done: boolean;
  readonly messageId: string;
  /** Which part of the message it is. */
  readonly index: number;
}

function Part({ part, user, done, messageId, index }: PartProps) {
  switch (part.kind) {
    case "text":
      return user ? (
        <PlainText part={part} />
      ) : (
        <Markdown part={part} done={done} messageId={messageId} index={index} />
      );
    case "refusal":
      return (
        <div class="refusal">
          <span class="codicon codicon-circle-slash" aria-hidden="true" />
          <div>
            <div class="refusal-title">The model refused</div>
            <PlainText part={part} />
          </div>
        </div>
      );
    case "image":
      return part.fileId !== null ? (
        <StoredPicture fileId={part.fileId} label="Picture" />
      ) : (
        <div class="image-part">
          <span class="codicon codicon-file-media" aria-hidden="true" /> <PlainText part={part} />
        </div>
      );
    default:
      return part.kind satisfies never;
  }
}

function PlainText({ part }: { readonly part: PartNode }) {
  void [part.text.length.value, part.text.epoch.value];
  return <span class="plain-text">{part.text.text()}</span>;
}
