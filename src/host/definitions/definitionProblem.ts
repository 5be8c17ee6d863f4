/** Something a person must put right before a run can start. */
export class DefinitionProblem extends Error {
  override readonly name = "DefinitionProblem";
}
