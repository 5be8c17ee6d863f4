import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, it } from "node:test";

import { failureOf, handlerFolder, outputOf } from "./handlerFixture.ts";
import type { HandlerFolder } from "./handlerFixture.ts";

let folder: HandlerFolder;
let server: Server;
let other: Server;
let base: string;
const seen: { readonly url: string; readonly auth: string; readonly body: string; readonly method: string }[] = [];

async function listen(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<[Server, string]> {
  const one = createServer(answer);
  await new Promise<void>((resolve) => one.listen(0, "127.0.0.1", resolve));
  return [one, `http://127.0.0.1:${(one.address() as AddressInfo).port}`];
}

before(async () => {
  folder = await handlerFolder({ key: "s3cret-value" });
  let elsewhere = "";
  const answer = (request: IncomingMessage, response: ServerResponse): void => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { url = "", method = "" } = request;
      seen.push({ url, method, body, auth: request.headers.authorization ?? "" });
      if (url.startsWith("/same")) response.writeHead(302, { location: "/orders/moved" }).end();
      else if (url.startsWith("/away")) response.writeHead(307, { location: `${elsewhere}/steal` }).end();
      else if (url.startsWith("/loop")) response.writeHead(302, { location: "/loop" }).end();
      else if (url.startsWith("/bad")) response.writeHead(404).end(`no order for ${request.headers.authorization}`);
      else if (url.startsWith("/padded"))
        response.writeHead(500).end(`${"x".repeat(290)} ${request.headers.authorization?.slice(7)}`);
      else if (url.startsWith("/slow")) response.writeHead(200).write("…");
      else if (url.startsWith("/big")) response.end("x".repeat(200_000));
      else response.end(`answer to ${method} ${url}`);
    });
  };
  [other, elsewhere] = await listen(answer);
  [server, base] = await listen(answer);
});
after(async () => {
  for (const one of [server, other]) {
    one.closeAllConnections();
    one.close();
  }
  await folder.remove();
});

const headers = { Authorization: "Bearer ${secret:key}" };

describe("an HTTP handler", () => {
  it("posts the arguments as they are, with its secret in a header", async () => {
    seen.length = 0;
    const args = '{"id":"a\\"b\\n\\u0000"}';
    assert.equal(
      outputOf(await folder.run({ http: { url: `${base}/orders`, headers } }, args)),
      "answer to POST /orders",
    );
    assert.deepEqual(seen, [{ url: "/orders", method: "POST", body: args, auth: "Bearer s3cret-value" }]);
  });

  it("fills arguments into path and query, and the rest of a GET's into its query", async () => {
    const http = { method: "GET", url: `${base}/orders/{{args.id}}?q={{args.deep.a}}` };
    const args = '{"id":"a/b?c#d%","deep":{"a":"x&y=z"},"n":5,"t":"é"}';
    assert.equal(
      outputOf(await folder.run({ http }, args)),
      "answer to GET /orders/a%2Fb%3Fc%23d%25?q=x%26y%3Dz&n=5&t=%C3%A9",
    );
  });

  it("leaves no argument of a GET out whose name is only like one that the address uses", async () => {
    const args = '{"order_id":"A","id":"7","a":"1","order":"x","args":"y"}';
    const asked = async (path: string): Promise<string> =>
      outputOf(await folder.run({ http: { method: "GET", url: base + path } }, args));
    assert.equal(await asked("/o/{{args.order_id}}"), "answer to GET /o/A?id=7&a=1&order=x&args=y");
    assert.equal(await asked('/o/{{json args["order_id"]}}'), "answer to GET /o/%22A%22?id=7&a=1&order=x&args=y");
    const long = outputOf(
      await folder.run(
        { http: { method: "GET", url: `${base}/o/{{args.id}}` } },
        '{"id":1234567890123456789,"n":9007199254740993}',
      ),
    );
    assert.equal(long, "answer to GET /o/1234567890123456789?n=9007199254740993");
    assert.equal(await asked("/o?q={{json args}}"), `answer to GET /o?q=${encodeURIComponent(args)}`);
  });

  it("never lets an argument choose the path above, or the server", async () => {
    for (const id of ["..", "."])
      assert.match(
        failureOf(await folder.run({ http: { url: `${base}/a/{{args.id}}/b` } }, JSON.stringify({ id }))).message,
        /part of a path/,
      );
    assert.match(
      outputOf(await folder.run({ http: { url: `${base}/{{args.id}}` } }, '{"id":"/evil.example/x"}')),
      /%2Fevil/,
    );
    assert.match(
      failureOf(await folder.run({ http: { url: `${base}/{{args.gone}}` } })).message,
      /no argument args\.gone/,
    );
  });

  it("follows redirects on its server only, and not for ever", async () => {
    assert.equal(outputOf(await folder.run({ http: { url: `${base}/same` } })), "answer to GET /orders/moved");
    seen.length = 0;
    assert.match(
      failureOf(await folder.run({ http: { url: `${base}/away`, headers } })).message,
      /another server are not followed/,
    );
    assert.equal(seen.length, 1, "nothing went to the other server");
    assert.match(failureOf(await folder.run({ http: { url: `${base}/loop` } })).message, /more than 5 times/);
  });

  it("fails in words: a status, no server, a time-out, too much, a stop; never with the secret in them", async () => {
    const bad = failureOf(await folder.run({ http: { url: `${base}/bad`, headers } }));
    assert.equal(bad.message, "HTTP 404: no order for Bearer •••");
    const cut = failureOf(await folder.run({ http: { url: `${base}/padded`, headers } }));
    assert.match(cut.message, /^HTTP 500: x{290} •••$/);
    assert.match(failureOf(await folder.run({ http: { url: "http://127.0.0.1:9/" } })).message, /cannot be reached/);
    assert.equal(failureOf(await folder.run({ http: { url: `${base}/slow` }, timeout_ms: 300 })).code, "timeout");
    assert.equal(failureOf(await folder.run({ http: { url: `${base}/big` }, max_output_bytes: 1000 })).code, "output");
    const person = new AbortController();
    const running = folder.run({ http: { url: `${base}/slow` } }, "{}", person.signal);
    person.abort();
    assert.equal(failureOf(await running).code, "cancelled");
  });
});
