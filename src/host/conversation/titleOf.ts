/** A thread's title: the first words that were said in it. */
export function titleOf(text: string): string {
  const line = text.trim().split(/\s+/).join(" ");
  return line.length <= 80 ? line : `${line.slice(0, 79)}…`;
}
