/**
 * Where the runtime's answers are not what the published spec says, on purpose: live servers answered like this, or the spec
 * contradicts itself. The conformance test fails for a disagreement that is not here, and for one here that no longer occurs.
 */
export interface KnownDisagreement {
  /** Operations or events, as the conformance test names them. */
  readonly where: RegExp;
  /** Places in the answer, with `*` for an index. */
  readonly path: RegExp;
  readonly keyword: string;
  /** What the spec says, what is sent, and why. */
  readonly evidence: string;
}

export const knownDisagreements: readonly KnownDisagreement[] = [
  {
    where: /^GET /,
    path: /^(first|last)_id$/,
    keyword: "type",
    evidence: "first_id and last_id of an empty page: the spec says string, recorded live servers sent null.",
  },
  {
    where: /^thread\.run\.|\/runs/,
    path: /^(data\.\*\.)?max_completion_tokens$/,
    keyword: "anyOf",
    evidence:
      "max_completion_tokens below 256, the spec's minimum: recorded live servers (April 2024) took and sent 16.",
  },
  {
    where: / \/files/,
    path: /^(data\.\*\.)?(expires_at|status_details)$/,
    keyword: "type",
    evidence:
      "expires_at and status_details of a file that has none: the spec says integer and string, live servers sent null.",
  },
  {
    where: /file_batches/,
    path: /^object$/,
    keyword: "enum",
    evidence:
      "object of a file batch: the schema says vector_store.files_batch, its example and live servers vector_store.file_batch.",
  },
  {
    where: / \/vector_stores/,
    path: /^(data\.\*\.)?name$/,
    keyword: "type",
    evidence: "name of a vector store without one: the spec says string, live servers sent null.",
  },
  {
    where: /^POST \/vector_stores\/\{vector_store_id\}\/search$/,
    path: /^data\.\*$/,
    keyword: "additionalProperties",
    evidence:
      "x_chunk, x_scores and x_vector_store_id of a search result: extensions, so that clients can open what was found.",
  },
  {
    where: /^POST \/vector_stores\/\{vector_store_id\}\/search$/,
    path: /^data\.\*\.x_(chunk|scores|vector_store_id)$/,
    keyword: "false",
    evidence: "The same three, told once more for each.",
  },
];

/**
 * Disagreements that no answer shows, because they are about what is accepted. Kept here so that all are in one place.
 */
export const knownLeniencies: readonly string[] = [
  "max_prompt_tokens and max_completion_tokens: the spec's minimum is 256; recorded live servers (April 2024) took 16. Any positive number is taken.",
  "tools of a run: the spec's RunObject says at most 20, its requests and assistants 128. 128 are taken.",
  "POST /threads/{thread_id}: the operation's text says that only metadata can be changed, its body and the SDK have tool_resources. Both are taken.",
  "OpenAI-Beta: not declared in the spec, demanded by live servers. It may be missing; assistants=v1 is refused.",
  "GET /threads: in no published spec. An extension.",
];
