import { Agent, request } from "node:http";

/** What a stream took, in milliseconds from the request's first byte. */
export interface StreamTimes {
  readonly firstToken: number;
  readonly total: number;
  readonly tokens: number;
}

// One connection a stream; reused, as clients do.
const agent = new Agent({ keepAlive: true, maxSockets: Infinity, maxFreeSockets: 400 });

/** Posts a body and counts how often `mark` is in what streams back. Light, so that the reader is not what is measured. */
export function readStream(url: string, key: string, body: object, mark: string): Promise<StreamTimes> {
  const payload = JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const sent = request(url, {
      method: "POST",
      agent,
      headers: {
        authorization: `Bearer ${key}`,
        "content-type": "application/json",
        "content-length": Buffer.byteLength(payload),
      },
    });
    sent.once("error", reject);
    sent.once("response", (response) => {
      if (response.statusCode !== 200) reject(new Error(`HTTP ${response.statusCode} from ${url}`));
      let [rest, tokens, firstToken] = ["", 0, 0];
      response.setEncoding("utf8").on("data", (part: string) => {
        const text = rest + part;
        let at = text.indexOf(mark);
        if (at !== -1 && tokens === 0) firstToken = performance.now() - started;
        let end = 0;
        for (; at !== -1; at = text.indexOf(mark, end)) {
          tokens++;
          end = at + mark.length;
        }
        // A mark may be cut in two by the network.
        rest = text.slice(Math.max(end, text.length - mark.length + 1));
      });
      response.once("error", reject);
      response.once("end", () => resolve({ firstToken, total: performance.now() - started, tokens }));
    });
    sent.end(payload);
  });
}

/** Posts or gets JSON over the same connections; the answer's text and its time. */
export function timedJson(
  url: string,
  key: string,
  body: object | undefined,
): Promise<{ readonly text: string; readonly ms: number }> {
  const payload = body === undefined ? "" : JSON.stringify(body);
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const sent = request(url, {
      method: body === undefined ? "GET" : "POST",
      agent,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined
          ? {}
          : { "content-type": "application/json", "content-length": Buffer.byteLength(payload) }),
      },
    });
    sent.once("error", reject);
    sent.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.once("error", reject);
      response.once("end", () =>
        response.statusCode === 200
          ? resolve({ text, ms: performance.now() - started })
          : reject(new Error(`HTTP ${response.statusCode} from ${url}: ${text}`)),
      );
    });
    sent.end(payload);
  });
}
