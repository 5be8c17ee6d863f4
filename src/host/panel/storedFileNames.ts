/** The name of a stored file as a name on this machine: models and programs chose it. */
export function plainFileName(name: string): string {
  const plain = name
    .replaceAll(/[/\\:*?"<>|\p{Cc}]+/gu, "_")
    .replace(/^[. ]+|[. ]+$/g, "")
    .slice(0, 120);
  // Windows keeps these for devices, whatever their ending.
  return plain === "" ? "file" : /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(plain) ? `_${plain}` : plain;
}

/** The media type of a picture, by its first bytes; null when it is none that a browser draws. */
export function pictureType(bytes: Uint8Array): string | null {
  const start = Buffer.from(bytes.subarray(0, 512)).toString("latin1");
  if (start.startsWith("\x89PNG")) return "image/png";
  if (start.startsWith("\xff\xd8\xff")) return "image/jpeg";
  if (start.startsWith("GIF8")) return "image/gif";
  if (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") return "image/webp";
  // As an <img>, a drawing runs no script and fetches nothing.
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[^]*?-->\s*)*(<!DOCTYPE svg[^>]*>\s*)?<svg[\s>]/.test(start)
    ? "image/svg+xml"
    : null;
}
