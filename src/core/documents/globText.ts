/** The glob that means just this file, or all that is in this folder. @param path with forward slashes; "" for the folder itself */
export function globOf(path: string, isFolder: boolean): string {
  const plain = path.replace(/[*?[\]{}()!+@]/g, (letter) => `[${letter}]`);
  if (!isFolder) return plain;
  return plain === "" ? "**" : `${plain}/**`;
}
