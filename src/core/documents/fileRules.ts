/** Which files can be in a vector store at all, by their name and size. */

/**
 * What OpenAI's file search reads (platform.openai.com, guide "File search", supported files). Other servers read fewer or more,
 * and say so for each file when they read it.
 */
export const supportedExtensions: ReadonlySet<string> = new Set(
  "c cpp cs css doc docx go html java js json md pdf php pptx py rb sh tex ts txt".split(" ").map((one) => `.${one}`),
);

/** These are no text: what is in them is the server's to judge. */
const packedExtensions: ReadonlySet<string> = new Set([".doc", ".docx", ".pdf", ".pptx"]);

/** 512 MB a file (OpenAI API reference, "Upload file"). */
export const maxFileBytes = 512 * 1024 * 1024;

export type SkipReason =
  | "type"
  | "too large"
  | "empty"
  | "binary"
  | "encoding"
  | "secret"
  | "outside"
  | "link"
  | "attributes"
  | "same name"
  /** It could not be read, or changed while it was: what the store has of it stays. */
  | "unreadable";

/** What the content of a file turned out to be. `encoding`: text in another encoding than UTF-8 or UTF-16. */
export type ContentVerdict =
  | { readonly kind: "text" | "packed" | "binary" | "encoding" }
  | { readonly kind: "secret"; /** Such as "an API key (sk-…)". */ readonly what: string };

/** The extension with its dot, in lower case; "" for none. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const dot = name.lastIndexOf(".");
  return dot <= 0 ? "" : name.slice(dot).toLowerCase();
}

/** Whether a file of this name holds text, so that its content can be judged here. */
export function isTextName(path: string): boolean {
  return !packedExtensions.has(extensionOf(path));
}

/** Why a file of this name and size is not uploaded; null when its content decides. Nothing has to be read for it. */
export function skipByName(
  path: string,
  bytes: number,
): { readonly reason: SkipReason; readonly message: string } | null {
  const secret = secretName(path);
  if (secret !== null) return { reason: "secret", message: `${secret}: files like this hold secrets` };
  const extension = extensionOf(path);
  if (!supportedExtensions.has(extension))
    return {
      reason: "type",
      message:
        extension === ""
          ? "file search does not read files without an extension"
          : `file search does not read ${extension} files`,
    };
  if (bytes === 0) return { reason: "empty", message: "the file is empty" };
  if (bytes > maxFileBytes) return { reason: "too large", message: "the file is larger than 512 MB" };
  return null;
}

/** Why a file with this content is not uploaded; null when it is. */
export function skipByContent(
  verdict: ContentVerdict,
): { readonly reason: SkipReason; readonly message: string } | null {
  switch (verdict.kind) {
    case "text":
    case "packed":
      return null;
    case "binary":
      return { reason: "binary", message: "its content is binary, whatever its name says" };
    case "encoding":
      return { reason: "encoding", message: "its text is neither UTF-8 nor UTF-16: save it in one of them" };
    case "secret":
      return {
        reason: "secret",
        message: `it holds what looks like ${verdict.what}; if that is meant, list the file under \`allow_secrets\``,
      };
  }
}

const secretNames =
  /^(?:\.env(?:\..+)?|\.npmrc|\.netrc|\.pypirc|\.htpasswd|\.pgpass|\.git-credentials|id_(?:rsa|dsa|ecdsa|ed25519)|credentials(?:\.json)?|secrets?\.(?:json|ya?ml|txt|env)|service[-_]account.*\.json|.*\.(?:pem|key|p12|pfx|keystore|jks|kdbx|ppk))$/i;
const sampleNames = /\.(?:example|sample|template|dist)$/i;

/** The file's name, where files of this name hold secrets; null where they do not. @param path with forward slashes */
export function secretName(path: string): string | null {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return secretNames.test(name) && !sampleNames.test(name) ? name : null;
}
