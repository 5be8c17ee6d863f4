/** How soon the SDK's `…AndPoll` helpers ask again, in milliseconds (`openai-poll-after-ms`); their own default is 5000. */
export const pollAfterMs = "200";
