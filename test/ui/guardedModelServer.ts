import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";

import { LLMock } from "@copilotkit/aimock";

export interface GuardedModelServer {
  /** With `/v1`. */
  readonly url: string;
  readonly mock: LLMock;
  readonly close: () => Promise<void>;
}

/** An independent model server behind a door that asks for a key, as hosted ones do. */
export async function startGuardedModelServer(key: string): Promise<GuardedModelServer> {
  const mock = await LLMock.create({ port: 0, logLevel: "silent", chunkSize: 6 });
  const door = createServer((incoming, outgoing) => {
    if (incoming.headers.authorization !== `Bearer ${key}`) {
      const error = {
        message: "Incorrect API key provided.",
        type: "invalid_request_error",
        param: null,
        code: "invalid_api_key",
      };
      outgoing.writeHead(401, { "content-type": "application/json" }).end(JSON.stringify({ error }));
      return;
    }
    const onward = request(
      `${mock.url}${incoming.url ?? ""}`,
      { method: incoming.method, headers: incoming.headers },
      (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      },
    );
    onward.on("error", () => outgoing.destroy());
    incoming.pipe(onward);
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
  return {
    url: `http://127.0.0.1:${(door.address() as AddressInfo).port}/v1`,
    mock,
    close: async () => {
      door.closeAllConnections();
      await new Promise((resolve) => door.close(resolve));
      await mock.stop();
    },
  };
}
