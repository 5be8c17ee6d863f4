/** The text that tells a model of a failure: JSON that says `error` and nothing else. */
export function errorOutput(message: string): string {
  return JSON.stringify({ error: message });
}
