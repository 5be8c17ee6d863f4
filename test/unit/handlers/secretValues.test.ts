import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";

import { concealed, ConcealedText } from "../../../src/handlers/secretValues.ts";
import { failureOf, handlerFolder, node } from "./handlerFixture.ts";
import type { HandlerFolder } from "./handlerFixture.ts";

const secret = "SUPERSECRETVALUE123";
let folder: HandlerFolder;
before(async () => {
  folder = await handlerFolder({ key: secret });
});
after(() => folder.remove());

function inPieces(text: string, secrets: readonly string[], cuts: readonly number[]): string {
  const concealing = new ConcealedText(secrets);
  let said = "";
  let from = 0;
  for (const cut of [...cuts, text.length]) {
    said += concealing.read(text.slice(from, cut));
    from = cut;
  }
  return said + concealing.end();
}

describe("a secret in a text that comes in pieces", () => {
  it("is blotted out wherever the text is cut, and nothing else is", () => {
    const cases: readonly (readonly [string, readonly string[], string])[] = [
      ["key=abcabd!", ["abcabd"], "key=•••!"],
      ["xxababab-abab", ["abab"], "xx•••ab-•••"],
      ["abcd abcdef abcde", ["abcd", "abcdef"], "••• ••• •••e"],
      ["xabcd xabcdy", ["xabcdy", "abcd"], "x••• •••"],
      ["abcab", ["abcabd"], "abcab"],
      ["one\ntwo one\ntw", ["one\ntwo"], "••• one\ntw"],
      ["ab abc", ["ab", "abc"], "ab abc"],
    ];
    for (const [text, secrets, said] of cases) {
      for (let first = 0; first <= text.length; first++)
        for (let second = first; second <= text.length; second++)
          assert.equal(inPieces(text, secrets, [first, second]), said, `${text} cut at ${first}, ${second}`);
      assert.equal(concealed(text, secrets), said);
    }
  });

  it("comes through at once where nothing could be one", () => {
    const concealing = new ConcealedText(["secret"]);
    assert.equal(concealing.read("Debugger listening\n"), "Debugger listening\n");
    assert.equal(concealing.read("a sec"), "a ");
    assert.equal(concealing.read("ond"), "second");
  });
});

describe("a handler's secret", () => {
  const env = { K: "${secret:key}" };
  const script = (code: string) => ({ command: [node, "--input-type=module", "-e", code], env });

  it("is not in the log, written in two pieces to two streams", async () => {
    folder.log = "";
    await folder.write(
      "leak.mjs",
      `export default async () => {
        const { K } = process.env;
        const write = (stream, text) => new Promise((done) => stream.write(text, done));
        for (const part of [K.slice(0, 8), K.slice(8) + "\\n"])
          for (const stream of [process.stderr, process.stdout]) {
            await write(stream, part);
            await new Promise((done) => setTimeout(done, 20));
          }
        return "ok";
      }`,
    );
    await folder.run({ module: { file: "./leak.mjs" }, env });
    assert.doesNotMatch(folder.log, /SUPERSEC|RETVALUE/);
    assert.match(folder.log, /•••/);
  });

  it("is not in a failure that is shortened, not even its beginning or its end", async () => {
    const late = await folder.run(
      script("process.stderr.write('x'.repeat(490) + process.env.K + '\\n'); process.exit(2)"),
    );
    assert.match(failureOf(late).message, /^Exit code 2: x{490}•••$/);
    const long = await folder.run(script("process.stderr.write(process.env.K + 'y'.repeat(3990)); process.exit(2)"));
    assert.doesNotMatch(failureOf(long).message, /[A-Z]{3}\d|SUPER|VALUE/);
  });
});
