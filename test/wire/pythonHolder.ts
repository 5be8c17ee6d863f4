/** A process that has a Python session at work and is killed with it: prints the session's process id once its program has said something. */
import { openPython } from "./pythonPrograms.ts";

const python = openPython();
const code = process.argv[2] ?? "";
const output = {
  text: () => process.stdout.write(`${python.sessions.processes[0]}\n`),
  image: () => undefined,
  file: () => undefined,
  note: () => undefined,
};
await python.sessions.run("thread_1", { code, files: [] }, output, new AbortController().signal);
