/** A tool output that tells the model of a failure, and which part of it is to be overwritten by typing. */
export interface ErrorOutput {
  readonly text: string;
  readonly selectionStart: number;
  readonly selectionEnd: number;
}

/** A well-formed error with its words selected. */
export function makeErrorOutput(words: string): ErrorOutput {
  const before = '{"error":';
  const quoted = JSON.stringify(words);
  const start = before.length + 1;
  return { text: `${before}${quoted}}`, selectionStart: start, selectionEnd: start + quoted.length - 2 };
}
