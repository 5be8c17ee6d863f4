/** A text that cannot be read, in words, with its line. */
export class LiteralProblem extends Error {
  override readonly name = "LiteralProblem";

  constructor(message: string, text: string, at: number) {
    super(`Line ${text.slice(0, at).split("\n").length}: ${message}`);
  }
}
