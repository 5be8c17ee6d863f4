/** The world is not as the plan saw it. The message is for a person. */
export class ConflictFound extends Error {
  override readonly name = "ConflictFound";
}
