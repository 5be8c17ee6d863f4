/** Requests of a webview to the host, and their replies: the same for every panel. */

/** What a webview can ask for, and what each request resolves to, by its name. */
export type RequestMap<Names extends PropertyKey> = {
  readonly [K in Names]: { readonly params: unknown; readonly result: unknown };
};

/** A request as it is posted. */
export type RequestOf<Map extends RequestMap<keyof Map>> = {
  readonly [K in keyof Map & string]: {
    readonly type: "request";
    readonly id: number;
    readonly method: K;
    readonly params: Map[K]["params"];
  };
}[keyof Map & string];

export type ReplyMessage =
  | { readonly type: "reply"; readonly id: number; readonly ok: true; readonly result: unknown }
  | { readonly type: "reply"; readonly id: number; readonly ok: false; readonly error: string };
