import { connect } from "node:net";

export interface RawAnswer {
  readonly status: number;
  /** Header lines as they came, lower case. */
  readonly head: string;
  readonly body: string;
}

/** Sends exactly these characters on a connection of their own; the answer, read until the server closes. */
export function rawRequest(url: string, text: string): Promise<RawAnswer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname);
    let answer = "";
    socket.setEncoding("utf8").on("data", (part: string) => (answer += part));
    // A server that refuses early may close while the rest is still being sent; its answer counts.
    socket.on("error", (error) => (answer === "" ? reject(error) : undefined));
    socket.once("close", () => {
      const [head = "", ...body] = answer.split("\r\n\r\n");
      resolve({
        status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1] ?? 0),
        head: head.toLowerCase(),
        body: body.join("\r\n\r\n"),
      });
    });
    socket.write(text);
  });
}
