import type { AttachedFile } from "../../src/protocol/panelState.ts";
import { formatBytes } from "../text/bytes.ts";
import { IconButton } from "./IconButton.tsx";

interface Props {
  readonly files: readonly AttachedFile[];
  readonly onRemove: (token: string) => void;
}

/** The files that go with the next message. */
export function Attachments({ files, onRemove }: Props) {
  return files.length === 0 ? null : (
    <ul class="made-files attached-files" aria-label="Attached files">
      {files.map(({ token, name, bytes }) => (
        <li key={token} class="made-file">
          <span class="made-file-name">
            <span class="codicon codicon-attach" aria-hidden="true" />
            <span class="made-file-text">{name}</span>
            <span class="quiet figure">{formatBytes(bytes)}</span>
          </span>
          <IconButton icon="close" label={`Do not attach ${name}`} onPress={() => onRemove(token)} />
        </li>
      ))}
    </ul>
  );
}
