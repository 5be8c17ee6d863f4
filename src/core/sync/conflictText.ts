/**
 * Two texts in one, as git writes a conflict: what they have in common at the beginning and the end, and both middles between
 * markers. Nothing of either is lost, and VS Code's merge editor begins with the base and what merges by itself when it finds one.
 * Line ends are those of `yours`.
 */
export function conflictText(
  yours: string,
  theirs: string,
  names: { readonly yours: string; readonly theirs: string },
): string {
  const end = yours.includes("\r\n") ? "\r\n" : "\n";
  const [ours, others] = [linesOf(yours), linesOf(theirs)];
  let before = 0;
  while (before < ours.length && before < others.length && ours[before] === others[before]) before += 1;
  let after = 0;
  while (
    after < ours.length - before &&
    after < others.length - before &&
    ours[ours.length - 1 - after] === others[others.length - 1 - after]
  )
    after += 1;
  return [
    ...ours.slice(0, before),
    `<<<<<<< ${names.yours}`,
    ...ours.slice(before, ours.length - after),
    "=======",
    ...others.slice(before, others.length - after),
    `>>>>>>> ${names.theirs}`,
    ...ours.slice(ours.length - after),
  ].join(end);
}

/** Lines without their ends. A last line without an end is a line like others, so that no marker is put behind it. */
function linesOf(text: string): readonly string[] {
  return text.split(/\r\n|\n/);
}
