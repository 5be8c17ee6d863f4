/**
 * A text that somebody else wrote (a name, a path, a server's message) as it may stand in a line for a person: what would end the
 * line, move the cursor, colour a terminal or turn the direction of writing becomes �.
 */
export function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- these are what must not be printed
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]/g, "�");
}

/** A message that may have several lines, such as a server's, as one line. */
export function messageLine(message: string): string {
  return oneLine(message.trim().replaceAll(/[ \t]*[\r\n]+[ \t]*/g, " "));
}
