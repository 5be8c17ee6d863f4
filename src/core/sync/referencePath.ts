/**
 * The path that a definition's reference means, from the folder of the lock, with forward slashes; null for one outside that
 * folder. A definition is no way to read the rest of the disk.
 * @param definition path of the definition, from the same folder
 */
export function referencePath(definition: string, reference: string): string | null {
  const given = reference.replaceAll("\\", "/");
  if (given.startsWith("/") || /^[A-Za-z]:/.test(given) || given.includes("\0")) return null;
  const parts = definition.split("/").slice(0, -1);
  for (const part of given.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === "..") {
      if (parts.pop() === undefined) return null;
    } else parts.push(part);
  }
  return parts.length === 0 ? null : parts.join("/");
}
