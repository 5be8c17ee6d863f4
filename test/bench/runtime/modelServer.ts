/**
 * A Chat Completions server for benchmarks, as a process of its own. The model's name is the script: `tokens-40-20` answers with 40
 * tokens, one every 20 milliseconds; `tokens-2000-0` as fast as they can be written.
 */
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

const chunk = (delta: object, finish: string | null = null): string =>
  `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, delta, finish_reason: finish }] })}\n\n`;
const token = chunk({ content: "token " });
const ending = (tokens: number): string =>
  `${chunk({}, "stop")}data: ${JSON.stringify({
    id: "c",
    object: "chat.completion.chunk",
    choices: [],
    usage: { prompt_tokens: 9, completion_tokens: tokens, total_tokens: 9 + tokens },
  })}\n\ndata: [DONE]\n\n`;

const server = createServer((request, response) => {
  let text = "";
  request.setEncoding("utf8").on("data", (part: string) => (text += part));
  request.on("end", () => {
    const [, tokens = "0", every = "0"] = /"model":"tokens-(\d+)-(\d+)"/.exec(text) ?? [];
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.flushHeaders();
    if (every === "0") void writeAll(response, Number(tokens));
    else writePaced(response, Number(tokens), Number(every));
  });
});

function writePaced(response: ServerResponse, tokens: number, every: number): void {
  let sent = 0;
  const timer = setInterval(() => {
    response.write(token);
    if (++sent < tokens) return;
    clearInterval(timer);
    response.end(ending(tokens));
  }, every);
  response.on("close", () => clearInterval(timer));
}

/** Ten tokens a write; waits when the reader does not keep up. */
async function writeAll(response: ServerResponse, tokens: number): Promise<void> {
  const ten = token.repeat(10);
  for (let sent = 0; sent < tokens && !response.destroyed; sent += 10) {
    if (!response.write(ten)) await new Promise<void>((resolve) => response.once("drain", resolve));
  }
  response.end(ending(tokens));
}

server.keepAliveTimeout = 75_000;
process.stdin.on("end", () => process.exit(0)).resume();
server.listen(0, "127.0.0.1", () => {
  process.stdout.write(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1\n`);
});
