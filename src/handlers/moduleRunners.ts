/**
 * The programs that call an exported function: given to the interpreter as text, so that they need no file of their own. Both read
 * the arguments from standard input and write one letter and the result: `o` and the output, `e` and the words of an error. What
 * the function itself prints goes to the log.
 */

/** Arguments: file, export. Writes to descriptor 3. */
export const nodeRunner = `
import { writeSync } from "node:fs";
import { pathToFileURL } from "node:url";
const [file, name] = process.argv.slice(1);
const answer = (kind, text) => {
  const bytes = Buffer.from(kind + text);
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(3, bytes, at);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2);
    }
  }
  process.exit(kind === "o" ? 0 : 1);
};
const failed = (error) => {
  console.error(error);
  answer("e", String((error && error.message) || error));
};
process.on("uncaughtException", failed);
try {
  const chunks = [];
  for await (const chunk of process.stdin) chunks.push(chunk);
  const args = JSON.parse(Buffer.concat(chunks).toString() || "{}");
  const module = await import(pathToFileURL(file).href);
  const run = Object.hasOwn(module, name)
    ? module[name]
    : module.default && typeof module.default === "object" && Object.hasOwn(module.default, name)
      ? module.default[name]
      : undefined;
  if (typeof run !== "function") throw new Error(file + " exports no function " + name + ".");
  // Under a debugger: the next step goes into the function.
  if (process.execArgv.some((flag) => flag.startsWith("--inspect"))) debugger;
  const output = await run(args, { function: process.env.ASSISTANTS_FUNCTION, callId: process.env.ASSISTANTS_CALL_ID });
  answer("o", output === undefined ? "" : typeof output === "string" ? output : JSON.stringify(output));
} catch (error) {
  failed(error);
}
`;

/** Arguments: file, export. Writes to what was standard output, and gives the log that name. */
export const pythonRunner = `
import asyncio, importlib.util, inspect, json, os, sys, traceback
out = os.fdopen(os.dup(1), "wb")
os.dup2(2, 1)
def answer(kind, text):
    out.write((kind + text).encode("utf-8", "surrogatepass"))
    out.flush()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0 if kind == "o" else 1)
try:
    file, name = sys.argv[1:3]
    text = sys.stdin.buffer.read().decode("utf-8")
    args = json.loads(text or "{}")
    sys.path.insert(0, os.path.dirname(file))
    spec = importlib.util.spec_from_file_location("assistants_handler", file)
    module = importlib.util.module_from_spec(spec)
    sys.modules["assistants_handler"] = module
    spec.loader.exec_module(module)
    run = getattr(module, name, None)
    if not callable(run):
        raise AttributeError(f"{file} has no function {name}.")
    # Under a debugger: the next step goes into the function.
    if "debugpy" in sys.modules:
        sys.modules["debugpy"].breakpoint()
    output = run(args)
    if inspect.isawaitable(output):
        async def wait(one):
            return await one
        output = asyncio.run(wait(output))
    answer("o", "" if output is None else output if isinstance(output, str) else json.dumps(output, ensure_ascii=False))
except BaseException as error:
    traceback.print_exc()
    answer("e", f"{type(error).__name__}: {error}")
`;
