/** Where requests go, as far as a person needs to know. */
export interface Target {
  readonly url: string;
  readonly key: string | undefined;
  /** The environment variable that the key comes from. */
  readonly keyName: string;
}

export interface ChatOptions extends Target {
  /** Listed when the server has no list of models. */
  readonly model: string | undefined;
}

/** The headers that carry the key. */
export function authorization({ key }: Target): Record<string, string> {
  return key === undefined ? {} : { authorization: `Bearer ${key}` };
}
