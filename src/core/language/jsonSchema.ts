/** A JSON Schema object, as it was read: keywords are checked where they are used. */
export type Schema = Readonly<Record<string, unknown>>;
