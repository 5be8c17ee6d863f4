import { useEffect, useState } from "preact/hooks";
import { usePanel } from "../panelContext.ts";
import { formatBytes } from "../text/bytes.ts";
import { IconButton } from "./IconButton.tsx";

/** The files that a run handed over with a message: opened with a click, or saved. */
export function MadeFiles({ files }: { readonly files: readonly string[] }) {
  return (
    <ul class="made-files" aria-label="Files made by the run">
      {files.map((fileId) => (
        <MadeFile key={fileId} fileId={fileId} />
      ))}
    </ul>
  );
}

function MadeFile({ fileId }: { readonly fileId: string }) {
  const { requests } = usePanel();
  const [facts, setFacts] = useState<{ readonly name: string; readonly bytes: number } | null>(null);
  const [gone, setGone] = useState(false);
  useEffect(() => {
    let wanted = true;
    requests.request("fileFacts", { fileId }).then(
      (found) => wanted && setFacts(found),
      () => wanted && setGone(true),
    );
    return () => {
      wanted = false;
    };
  }, [fileId, requests]);
  const name = facts?.name ?? fileId;
  return (
    <li class="made-file">
      <button
        type="button"
        class="made-file-name"
        disabled={gone}
        title={gone ? "The file is gone" : `Open ${name}`}
        onClick={() => requests.fire("openFile", { fileId })}
      >
        <span class="codicon codicon-file" aria-hidden="true" />
        <span class="made-file-text">{name}</span>
        {facts && <span class="quiet figure">{formatBytes(facts.bytes)}</span>}
        {gone && <span class="quiet">gone</span>}
      </button>
      {!gone && (
        <IconButton icon="save" label={`Save ${name}…`} onPress={() => requests.fire("saveFile", { fileId })} />
      )}
    </li>
  );
}
