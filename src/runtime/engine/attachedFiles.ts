import type { ImageFile } from "openai/resources/beta/threads/messages";
import type { FileBytes } from "../files/fileBytes.ts";
import { imageTypeOf } from "../files/imageType.ts";
import type { Message } from "../objects.ts";
import type { ObjectStore } from "../store/objectStore.ts";
import type { UserPart } from "../upstream/port.ts";

/** The largest image that is sent to a model, in bytes (OpenAI's own limit). */
const maxImageBytes = 20 * 1024 * 1024;
/** Images of one turn together. They travel in one request, in base64. */
const maxTurnBytes = 48 * 1024 * 1024;

/** The files that a conversation's messages name, in the form that a model can take. One for each turn: it counts the images. */
export class AttachedFiles {
  readonly #store: ObjectStore;
  readonly #bytes: FileBytes;
  readonly #hosted: boolean;
  #left = maxTurnBytes;

  /** `hosted`: files may be at the upstream, where only their ids are known. */
  constructor(store: ObjectStore, bytes: FileBytes, hosted = false) {
    this.#store = store;
    this.#bytes = bytes;
    this.#hosted = hosted;
  }

  /** An image as a data URL; or a note in words, where the model would otherwise not know that something is missing. */
  image(part: ImageFile): UserPart {
    const file = this.#store.get("file", part.file_id, "");
    if (file === undefined) return note(`image file ${part.file_id}, which has been deleted`);
    if (file.bytes > maxImageBytes || file.bytes > this.#left)
      return note(`image file ${oneLine(file.filename)}, too large to be shown`);
    const content = this.#bytes.readWhole(file.id);
    const type = content === undefined ? undefined : imageTypeOf(content);
    if (content === undefined || type === undefined)
      return note(`file ${oneLine(file.filename)}, which is not a PNG, JPEG, GIF or WebP image`);
    this.#left -= content.length;
    return {
      kind: "image_url",
      url: `data:${type};base64,${content.toString("base64")}`,
      detail: part.detail ?? "auto",
    };
  }

  /** A line for each attachment: without it, the model cannot know that the message came with files. */
  note(message: Message): string | undefined {
    const lines = (message.attachments ?? []).flatMap(({ file_id: id }) => {
      if (id === undefined) return [];
      const file = this.#store.get("file", id, "");
      return file === undefined
        ? [this.#hosted ? `[attached file: ${oneLine(id)}]` : `[attached file ${id} has been deleted]`]
        : [`[attached file: ${oneLine(file.filename)}]`];
    });
    return lines.length === 0 ? undefined : lines.join("\n");
  }
}

function note(text: string): UserPart {
  return { kind: "text", text: `[${text}]` };
}

/** A file's name cannot end the note that it stands in. */
function oneLine(name: string): string {
  return name.replace(/[\s[\]]+/g, " ");
}
