import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { after, before, describe, it } from "node:test";

import { failureOf, handlerFolder, outputOf } from "./handlerFixture.ts";
import type { HandlerFolder } from "./handlerFixture.ts";

let folder: HandlerFolder;
before(async () => {
  folder = await handlerFolder();
  await folder.write(
    "tools/orders.ts",
    `import { where } from "./where.ts";
export interface Args { readonly id: string }
export default async function (args: Args, context: { readonly function: string }): Promise<object> {
  console.log("looking", args.id);
  return { status: "shipped", id: args.id, where, asked: context.function };
}
export const text = (): string => "plain";
export const nothing = (): void => {};
export const big = (): string => "é".repeat(1_000_000);
export const fails = (): never => { throw new TypeError("no such order"); };
export const number = 5;
export const leaves = (): never => process.exit(0);
export const prints = (): string => { process.stdout.write("oNOT THE OUTPUT"); return "output"; };
export const held = (): string => { setInterval(() => {}, 1000); return "answered"; };
`,
  );
  await folder.write("tools/where.ts", `export const where: string = "warehouse";`);
  await folder.write("tools/old.cjs", "module.exports = { look: (args) => args.id + 1 };");
});
after(() => folder.remove());

const of = (name: string, file = "./tools/orders.ts") => ({ module: { file, export: name } });

describe("a function of a JavaScript or TypeScript file", () => {
  it("gets the arguments; what it returns is the output, what it prints is for the log", async () => {
    folder.log = "";
    const output = outputOf(await folder.run({ module: { file: "./tools/orders.ts" } }, '{"id":"a\\"\\u0000\\n"}'));
    assert.deepEqual(JSON.parse(output), { status: "shipped", id: 'a"\0\n', where: "warehouse", asked: "get_order" });
    assert.match(folder.log, /^looking a/);
    assert.equal(outputOf(await folder.run(of("text"))), "plain");
    assert.equal(outputOf(await folder.run(of("nothing"))), "");
    assert.equal(outputOf(await folder.run(of("prints"))), "output");
    assert.equal(outputOf(await folder.run(of("held"))), "answered");
    assert.equal(outputOf(await folder.run(of("look", "tools/old.cjs"), '{"id":1}')), "2");
    assert.equal(outputOf(await folder.run({ ...of("big"), max_output_bytes: 2_000_000 })).length, 1_000_000);
  });

  it("that fails says why, in the words of its error", async () => {
    const cases: readonly (readonly [raw: ReturnType<typeof of>, args: string, words: RegExp])[] = [
      [of("fails"), "{}", /^no such order$/],
      [of("number"), "{}", /exports no function number/],
      [of("gone"), "{}", /exports no function gone/],
      [of("toString"), "{}", /exports no function toString/],
      [of("leaves"), "{}", /ended the process before it answered/],
      [of("text", "./tools/none.mjs"), "{}", /none\.mjs/],
      [of("text"), "{ broken", /JSON/],
    ];
    for (const [raw, args, words] of cases) {
      const failure = failureOf(await folder.run(raw, args));
      assert.equal(failure.code, "failed");
      assert.match(failure.message, words);
    }
    const large = failureOf(await folder.run({ ...of("big"), max_output_bytes: 1000 }));
    assert.equal(large.code, "output");
  });
});

const python = process.platform === "win32" ? "python" : "python3";
const hasPython = spawnSync(python, ["--version"]).status === 0;

describe("a function of a Python file", { skip: hasPython ? false : `no ${python} here` }, () => {
  before(() =>
    folder
      .write(
        "tools/orders.py",
        `import asyncio, beside
def handle(args):
    print("looking", args["id"])
    return {"id": args["id"], "where": beside.where}
async def later(args):
    await asyncio.sleep(0)
    return "é" * 3
def fails(args):
    raise KeyError("no such order")
def nothing(args):
    pass
`,
      )
      .then(() => folder.write("tools/beside.py", 'where = "warehouse"\n')),
  );

  it("gets the arguments; what it returns is the output, what it prints is for the log", async () => {
    folder.log = "";
    const output = outputOf(await folder.run({ module: { file: "tools/orders.py" } }, '{"id":"a\\"\\n\\u00e9"}'));
    assert.deepEqual(JSON.parse(output), { id: 'a"\né', where: "warehouse" });
    assert.match(folder.log, /looking a/);
    assert.equal(outputOf(await folder.run(of("later", "tools/orders.py"))), "ééé");
    assert.equal(outputOf(await folder.run(of("nothing", "tools/orders.py"))), "");
  });

  it("that fails says why", async () => {
    assert.match(failureOf(await folder.run(of("fails", "tools/orders.py"))).message, /KeyError: 'no such order'/);
    assert.match(failureOf(await folder.run(of("gone", "tools/orders.py"))).message, /no function gone/);
  });
});
