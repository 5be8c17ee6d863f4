import { basename, extname } from "node:path/posix";

import { saveOutput } from "../files/saveOutput.ts";
import { codeFilesOf } from "../tools/codeFiles.ts";
import type { RuntimeTool, ToolCall, ToolContext, ToolOffer, ToolReport } from "../tools/port.ts";
import type { PythonLimits } from "./limits.ts";
import { keepMade } from "./madeFiles.ts";
import type { PythonSessions } from "./pythonSessions.ts";
import type { ProgramEnd } from "./sandboxProcess.ts";
import { fileName, sessionFiles } from "./sessionFiles.ts";

/** What of a program's output a model is told, in characters: the beginning and the end. */
const toldToModel = 20_000;

const pictures: Readonly<Record<string, string>> = {
  "image/png": ".png",
  "image/jpeg": ".jpg",
  "image/gif": ".gif",
  "image/webp": ".webp",
  "image/svg+xml": ".svg",
};
const pictureEndings = new Set([...Object.values(pictures), ".jpeg"]);

/** The Assistants tool `code_interpreter`: Python in the sandbox, in a session for each thread. */
export class CodeInterpreter implements RuntimeTool {
  readonly type = "code_interpreter";
  readonly input = "code";
  readonly #sessions: PythonSessions;
  readonly #limits: PythonLimits;

  constructor(sessions: PythonSessions, limits: PythonLimits) {
    this.#sessions = sessions;
    this.#limits = limits;
  }

  /** Ends the thread's session: its variables and files are nobody's any more. */
  forget(threadId: string): Promise<void> {
    return this.#sessions.end(threadId);
  }

  offer(context: ToolContext): ToolOffer {
    this.#sessions.prepare(context.run.thread_id);
    const { unavailable } = this.#sessions;
    const files = sessionFiles(context).map(({ path, size, writtenTo }) =>
      writtenTo === undefined
        ? `${shownPath(path)} (${size} bytes)`
        : `${shownPath(path)} (${size} bytes, which an earlier program wrote to ${shownPath(writtenTo)})`,
    );
    return {
      name: "python",
      description:
        "Runs Python code in a sandbox and returns what it prints and the value of its last expression. Variables and files " +
        "are kept for the next call. There is no network and no package installation.",
      parameters: {
        type: "object",
        properties: { code: { type: "string", description: "The Python program" } },
        required: ["code"],
        additionalProperties: false,
      },
      instructions: (name) =>
        unavailable === undefined
          ? [
              `With ${name} you can run Python. Its working folder is /mnt/data.`,
              files.length === 0 ? "There are no files in it yet." : `Files there: ${files.join(", ")}.`,
              "Pictures that a program saves there or shows are shown to the user. To hand the user another file, save it there " +
                "and link to it as [its name](sandbox:/mnt/data/its-name).",
            ].join(" ")
          : `${name} does not work here: ${unavailable}. Do not call it; say so where it would be needed.`,
    };
  }

  async execute(call: ToolCall, report: ToolReport, context: ToolContext, signal: AbortSignal): Promise<string> {
    const { unavailable } = this.#sessions;
    if (unavailable !== undefined) return tell(report, `Python cannot be run here: ${unavailable}.`);
    if (call.input.trim() === "") return tell(report, "There is no code to run: the argument `code` is missing.");
    const files = sessionFiles(context);
    const given = codeFilesOf(context).map(({ id }) => id);
    // From now on, what gave its path to another file is where the program finds it.
    for (const { path, id, moved, writtenTo } of files) if (moved) keepMade(path, id, given, context, writtenTo);
    let text = "";
    const notes: string[] = [];
    const images: { readonly mime: string; readonly bytes: Uint8Array }[] = [];
    const made: { readonly path: string; readonly bytes: Uint8Array }[] = [];
    const end = await this.#sessions.run(
      context.run.thread_id,
      { code: call.input, files },
      {
        text: (more) => {
          text += more;
          report.logs(more);
        },
        image: (mime, bytes) => void images.push({ mime, bytes }),
        file: (path, bytes) => void made.push({ path, bytes }),
        note: (note) => void notes.push(note),
      },
      signal,
    );
    if (signal.aborted) return "";
    const problem = this.#problem(end);
    const remarks = [...notes, ...(problem === undefined ? [] : [problem])].map((note) => `[${note}]\n`).join("");
    if (remarks !== "") report.logs(`${text === "" || text.endsWith("\n") ? "" : "\n"}${remarks}`);
    const shown = await this.#keepImages(images, report, context);
    const paths = await this.#keepFiles(made, given, report, context);
    return [
      shorten(text.trimEnd()),
      remarks.trimEnd(),
      shown === 0 ? "" : `[${shown === 1 ? "One picture was" : `${shown} pictures were`} shown to the user.]`,
      paths.length === 0 ? "" : `[Files written: ${paths.join(", ")}]`,
      text === "" && remarks === "" && shown === 0 && paths.length === 0 ? "[The program printed nothing.]" : "",
    ]
      .filter((part) => part !== "")
      .join("\n");
  }

  async #keepImages(
    images: readonly { readonly mime: string; readonly bytes: Uint8Array }[],
    report: ToolReport,
    context: ToolContext,
  ): Promise<number> {
    let shown = 0;
    for (const { mime, bytes } of images) {
      const ending = pictures[mime];
      if (ending === undefined) continue;
      const file = await saveOutput(`picture-${++shown}${ending}`, bytes, context);
      report.image(file.id);
    }
    return shown;
  }

  async #keepFiles(
    made: readonly { readonly path: string; readonly bytes: Uint8Array }[],
    given: readonly string[],
    report: ToolReport,
    context: ToolContext,
  ): Promise<string[]> {
    const paths: string[] = [];
    for (const { path, bytes } of made) {
      const file = await saveOutput(fileName(basename(path)), bytes, context);
      keepMade(path, file.id, given, context);
      this.#sessions.keep(context.run.thread_id, path, file.id);
      if (pictureEndings.has(extname(path).toLowerCase())) report.image(file.id);
      report.file(path, file.id);
      paths.push(path);
    }
    return paths;
  }

  /** What to say of a program that did not simply end. Its own exceptions are in its output. */
  #problem(end: ProgramEnd): string | undefined {
    const { programMs, processMegabytes, outputBytes } = this.#limits;
    const gone = "The session's variables are gone; files that were given or handed out before are still there.";
    switch (end.kind) {
      case "finished":
        return end.cut ? `The output was cut: a program may print ${outputBytes / 1024} KB.` : undefined;
      case "died":
        return end.waiting
          ? `The program was ended because it awaited something that never comes. ${gone}`
          : `Python ended unexpectedly, by a fatal error or for want of memory. ${gone}`;
      case "killed":
        switch (end.why) {
          case "time":
            return `The program was ended because it took more than ${programMs / 1000} seconds. ${gone}`;
          case "memory":
            return `The program was ended because it took more than ${processMegabytes} MB of memory. ${gone}`;
          case "protocol":
            return `The program was ended because it interfered with the sandbox. ${gone}`;
          case "stopped":
            return `The program was stopped. ${gone}`;
        }
    }
  }
}

/** A reason in place of output, for both who read it. */
function tell(report: ToolReport, reason: string): string {
  report.logs(`${reason}\n`);
  return `Error: ${reason}`;
}

/** A program chose it, and it stands in the system text: on one line, and without signs that hide how it reads. */
function shownPath(path: string): string {
  return path.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu, "_");
}

function shorten(text: string): string {
  if (text.length <= toldToModel) return text;
  const half = toldToModel / 2;
  return `${text.slice(0, half)}\n[… ${text.length - toldToModel} characters are left out here …]\n${text.slice(-half)}`;
}
