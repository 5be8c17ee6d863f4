import type { IncomingHttpHeaders } from "node:http";
import { finished, type Readable } from "node:stream";
import busboy from "busboy";
import { reasonOf } from "../log.ts";

/** What a multipart form held beside its file. */
export interface UploadedForm {
  readonly fields: Readonly<Record<string, string>>;
  /** The file's name without directories; `undefined` when the form had no file. */
  readonly filename: string | undefined;
}

/** A form that is not as it must be: unreadable, with a file beyond the limit, or with one by an unknown name (the message). */
export class FormError extends Error {
  readonly kind: "malformed" | "tooLarge" | "unknown";

  constructor(kind: FormError["kind"], message: string) {
    super(message);
    this.kind = kind;
  }
}

/** The fields of an upload are short words and numbers. */
const fieldLimits = { fieldSize: 4096, fields: 32, fieldNameSize: 256 };

/**
 * Reads a form with one file, called `file`, and hands its content on while it comes: memory stays flat. Fields may stand
 * before or after the file. Rejects with a `FormError`, with what `receive` rejects with, or when the sender goes away.
 */
export async function readForm(
  body: Readable,
  headers: IncomingHttpHeaders,
  maxBytes: number,
  receive: (content: Readable) => Promise<void>,
): Promise<UploadedForm> {
  const parser = openParser(headers, maxBytes);
  const fields: Record<string, string> = {};
  let filename: string | undefined;
  let receiving: Promise<void> | undefined;
  try {
    await new Promise<void>((resolve, reject) => {
      parser.on("field", (name, value) => {
        fields[name] = value;
      });
      parser.on("file", (name, content, info) => {
        // busboy ends its files with an error when it is destroyed; whoever reads the content reports that.
        content.on("error", () => undefined);
        if (name !== "file" || receiving !== undefined) {
          content.resume();
          return reject(
            name === "file"
              ? new FormError("malformed", "it holds more than one file")
              : new FormError("unknown", name),
          );
        }
        filename = cleanName(info.filename);
        content.once("limit", () => content.destroy(new FormError("tooLarge", "the file is too large")));
        receiving = receive(content);
        receiving.catch(reject);
      });
      parser.on("error", (error) => reject(new FormError("malformed", reasonOf(error))));
      parser.on("finish", resolve);
      finished(body, { writable: false }, (error) => (error == null ? undefined : reject(error)));
      // Not `pipeline`: that destroys the request when a form is refused, and the refusal could not be sent any more.
      body.pipe(parser);
    });
  } catch (error) {
    body.unpipe(parser);
    parser.destroy(error instanceof Error ? error : new Error(reasonOf(error)));
    await Promise.allSettled([receiving]);
    throw error;
  }
  await receiving;
  return { fields, filename };
}

function openParser(headers: IncomingHttpHeaders, maxBytes: number): busboy.Busboy {
  try {
    // The SDK sends names as UTF-8; busboy's default is latin1. One byte more tells a full file from one that is cut.
    return busboy({ headers, defParamCharset: "utf8", limits: { ...fieldLimits, fileSize: maxBytes + 1 } });
  } catch (error) {
    throw new FormError("malformed", reasonOf(error));
  }
}

/** A name for people: never a path, and nothing in it that moves a cursor or ends a line. */
function cleanName(name: string | undefined): string {
  const last = (name ?? "").split(/[/\\]/).at(-1) ?? "";
  // oxlint-disable-next-line no-control-regex -- these are what must go
  const clean = last.replace(/[\u0000-\u001f\u007f]/g, "");
  return clean === "" || clean === "." || clean === ".." ? "file" : clean;
}
