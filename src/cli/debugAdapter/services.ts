import { readFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, relative, resolve, sep } from "node:path";

import { PolicyAnswerer } from "../../core/answers/answerer.ts";
import type { AnswererPorts, HandlerResult } from "../../core/answers/ports.ts";
import type { Definition, ParsedDefinition } from "../../core/definition/definition.ts";
import { checkDefinition } from "../../core/definition/checkDefinition.ts";
import { outOfFolder } from "../../core/definition/rules/surroundings.ts";
import type { Provider } from "../../core/provider.ts";
import { paramsOf } from "../../core/sync/fieldsToWire.ts";
import { localFields } from "../../core/sync/localDefinition.ts";
import { emptyConnection } from "../../core/sync/lock.ts";
import { pendingOf } from "../../core/sync/pending.ts";
import { referencePath } from "../../core/sync/referencePath.ts";
import type { AttachArguments, LaunchArguments } from "../../debug/configuration.ts";
import { DapProblem } from "../../debug/dapServer.ts";
import type { Debugged, DebugServices } from "../../debug/ports.ts";
import { ProviderDebuggee } from "../../debug/providerDebuggee.ts";
import { insideFolder } from "../../disk/insideFolder.ts";
import { createAssistantsProvider } from "../../provider/assistants/assistantsProvider.ts";
import { connectionOf, keyFor } from "../options.ts";

interface ReadDefinition {
  readonly path: string;
  readonly text: string;
  readonly parsed: Definition | null;
  /** Why it cannot be run; null when it can. */
  readonly problem: string | null;
  readonly instructions: string | null;
}

const refused: HandlerResult = {
  ok: false,
  failure: {
    source: "handler",
    code: "refused",
    message: "Handlers run when the launch arguments say `runHandlers: true`.",
    durationMs: 0,
  },
};

/** Debugging without VS Code: the connection comes from the arguments, the key from the environment. */
export function adapterServices(
  env: Readonly<Record<string, string | undefined>>,
  answers: AnswererPorts,
  log: (message: string) => void,
): DebugServices {
  const trusting = new PolicyAnswerer(answers);
  // A definition may come from anywhere: who starts the session says whether its code runs.
  const careful = new PolicyAnswerer({ ...answers, handlers: { run: () => Promise.resolve(refused) } });
  const debugged = (
    debuggee: ProviderDebuggee,
    definition: ReadDefinition | null,
    args: LaunchArguments | AttachArguments,
    label: string,
  ): Debugged => {
    const answerer = args.given["runHandlers"] === true ? trusting : careful;
    return {
      debuggee,
      definition,
      connectionLabel: label,
      answer: (call, mode, onSource, signal) =>
        answerer.answer(
          call,
          { definition: definition?.parsed ?? null, place: definition?.path ?? null, mode, onSource },
          signal,
        ),
      debugHandler: null,
    };
  };
  return {
    async launch(args) {
      const { provider, baseUrl } = providerFor(args, env);
      const definition = args.definition === null ? null : await readDefinition(args.definition, args.given);
      if (definition?.problem != null) throw new DapProblem(definition.problem);
      const given = textIn(args.given, "assistant");
      const assistantId = given ?? (await makeAssistant(provider, definition, textIn(args.given, "model")));
      const debuggee = new ProviderDebuggee({
        provider,
        threadId: args.thread,
        assistantId,
        run: definition?.parsed?.run ?? {},
        now: Date.now,
        released: () => (given === null ? provider.deleteAssistant(assistantId) : Promise.resolve()),
      });
      try {
        await debuggee.load();
      } catch (error) {
        // The assistant was made for nothing. Why the thread cannot be read is what counts, also where this fails, too.
        await debuggee.release().catch((failure: unknown) => log(`The assistant stays: ${String(failure)}`));
        throw error;
      }
      return debugged(debuggee, definition, args, baseUrl);
    },
    async attach(args) {
      const { provider, baseUrl } = providerFor(args, env);
      const definition = args.definition === null ? null : await readDefinition(args.definition, args.given);
      const debuggee = new ProviderDebuggee({
        provider,
        threadId: args.thread,
        assistantId: textIn(args.given, "assistant"),
        run: definition?.parsed?.run ?? {},
        now: Date.now,
        released: () => Promise.resolve(),
      });
      await debuggee.load();
      return debugged(debuggee, definition, args, baseUrl);
    },
    log: (message, error) =>
      log(`${message}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
  };
}

function providerFor(
  args: LaunchArguments | AttachArguments,
  env: Readonly<Record<string, string | undefined>>,
): { readonly provider: Provider; readonly baseUrl: string } {
  const given = textIn(args.given, "baseUrl") ?? env["ASSISTANTS_BASE_URL"];
  if (given === undefined)
    throw new DapProblem(
      "Where is the server? Give `baseUrl`, such as http://127.0.0.1:PORT/v1, or set ASSISTANTS_BASE_URL.",
    );
  const connection = connectionOf(undefined, given);
  if (typeof connection === "string" || connection === null)
    throw new DapProblem(`\`baseUrl\`: ${connection ?? "it is missing"}.`);
  const { baseUrl } = connection;
  const apiKey = keyFor(baseUrl, env);
  return {
    baseUrl,
    provider: createAssistantsProvider({ baseUrl, apiKey: apiKey === "" ? "none" : apiKey, label: baseUrl }),
  };
}

async function readDefinition(given: string, args: Readonly<Record<string, unknown>>): Promise<ReadDefinition> {
  const cwd = resolve(textIn(args, "cwd") ?? process.cwd());
  const path = resolve(cwd, given);
  const text = await readFile(path, "utf8").catch((error: unknown) => {
    throw new DapProblem(`The definition cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  });
  const checked = checkDefinition(text);
  if (!checked.valid) {
    const words = errorIn(checked) ?? "it is not valid";
    return { path, text, parsed: null, problem: `${given}: ${words}`, instructions: null };
  }
  const { instructions: named } = checked.definition;
  const parsed = checked.definition;
  if (named?.kind !== "file") return { path, text, parsed, problem: null, instructions: null };
  try {
    const instructions = await readInstructions(path, cwd, named.path);
    const words = errorIn(checkDefinition(text, { facts: { instructionsText: instructions } }));
    return { path, text, parsed, problem: words === null ? null : `${given}: ${words}`, instructions };
  } catch (error) {
    const words = error instanceof DapProblem ? error.message : `its instructions cannot be read from ${named.path}.`;
    return { path, text, parsed, problem: `${given}: ${words}`, instructions: null };
  }
}

function errorIn({ problems }: ParsedDefinition): string | null {
  return problems.find(({ severity }) => severity === "error")?.message ?? null;
}

/**
 * The text of an instructions file. Like everywhere, it lies below the folder that is worked in, or below that of the definition
 * where this one is elsewhere: a definition is no way to read the rest of the disk.
 */
async function readInstructions(path: string, cwd: string, reference: string): Promise<string> {
  const below = relative(cwd, path);
  const isBelow = below !== ".." && !below.startsWith(`..${sep}`) && !isAbsolute(below);
  const [root, from] = isBelow ? [cwd, below.replaceAll(sep, "/")] : [dirname(path), basename(path)];
  const target = referencePath(from, reference);
  const file = target === null ? null : await insideFolder(root, target);
  if (file === null) throw new DapProblem(outOfFolder(reference));
  return readFile(file, "utf8");
}

/** Makes the definition's assistant for this session; it is deleted when the session has ended. */
async function makeAssistant(
  provider: Provider,
  definition: ReadDefinition | null,
  model: string | null,
): Promise<string> {
  if (definition === null) throw new DapProblem("Give `definition`, or `assistant`, the id of one.");
  const { path, text, parsed, instructions } = definition;
  if (parsed === null) throw new DapProblem(definition.problem ?? "The definition is not valid.");
  const local = {
    path,
    text,
    parsed: { valid: true, definition: parsed, problems: [] },
    instructions: instructions === null ? null : { path, text: instructions },
    files: parsed.files.map((reference) => ({ reference, path: reference, sha256: "" })),
    unreadable: null,
  } as const;
  const fields = localFields(local, emptyConnection, model);
  if (pendingOf(fields).length > 0)
    throw new DapProblem(
      "The definition uses files or a vector store of the workspace. Push it (`assistants push`) and give its id as `assistant`.",
    );
  const [fallback] = fields["model"] === undefined ? await provider.listModels() : [];
  const params = paramsOf(fields["model"] === undefined ? { ...fields, model: fallback?.id ?? "" } : fields, "debug");
  return (await provider.createAssistant(params)).id;
}

function textIn(given: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = given[name];
  if (value === undefined || value === null || value === "") return null;
  if (typeof value !== "string") throw new DapProblem(`\`${name}\` is a text.`);
  return value;
}
