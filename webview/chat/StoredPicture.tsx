import { useEffect, useState } from "preact/hooks";
import { usePanel } from "../panelContext.ts";
import { IconButton } from "./IconButton.tsx";

interface Props {
  readonly fileId: string;
  /** For those who do not see it. */
  readonly label: string;
}

type Loaded = { readonly url: string } | { readonly error: string };

/** A picture that a run made, with what can be done with its file. The host fetches it; the page has no way to the network. */
export function StoredPicture({ fileId, label }: Props) {
  const { requests } = usePanel();
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  useEffect(() => {
    let wanted = true;
    requests.request("picture", { fileId }).then(
      ({ dataUrl }) => wanted && setLoaded({ url: dataUrl }),
      (error: unknown) => wanted && setLoaded({ error: error instanceof Error ? error.message : String(error) }),
    );
    return () => {
      wanted = false;
    };
  }, [fileId, requests]);
  return (
    <figure class="picture">
      {loaded === null ? (
        <div class="picture-wait" role="status" aria-label="Loading the picture" />
      ) : "url" in loaded ? (
        <button
          type="button"
          class="picture-open"
          title="Open the picture"
          onClick={() => requests.fire("openFile", { fileId })}
        >
          <img src={loaded.url} alt={label} />
        </button>
      ) : (
        <p class="quiet">
          <span class="codicon codicon-file-media" aria-hidden="true" /> {loaded.error}
        </p>
      )}
      <figcaption>
        <IconButton icon="go-to-file" label="Open the picture" onPress={() => requests.fire("openFile", { fileId })} />
        <IconButton icon="save" label="Save the picture…" onPress={() => requests.fire("saveFile", { fileId })} />
      </figcaption>
    </figure>
  );
}
