import { answerModes } from "../core/answers/policy.ts";
import type { AnswerMode } from "../core/answers/policy.ts";
import { DapProblem } from "./dapServer.ts";

/** What launch and attach have in common. */
interface CommonArguments {
  /** How calls are answered. */
  readonly policy: AnswerMode;
  readonly stopOnEntry: boolean;
  /** Whether a run's expiry is put off while the debugger is stopped. */
  readonly hold: boolean;
  /** Everything that was given: how to reach the provider is for the program around. */
  readonly given: Readonly<Record<string, unknown>>;
}

export interface LaunchArguments extends CommonArguments {
  /** Path of the definition; null where `assistant` says whom the run is with. */
  readonly definition: string | null;
  /** What the user says, one run for each. */
  readonly messages: readonly string[];
  /** An existing thread to go on with; null for a new one. */
  readonly thread: string | null;
}

export interface AttachArguments extends CommonArguments {
  readonly thread: string;
  /** A run that goes on or waits; null for the one that does, or the next. */
  readonly run: string | null;
  readonly definition: string | null;
  /** Whether the session goes on to the thread's next run when one has ended. */
  readonly stay: boolean;
}

/** Reads the arguments of `launch`. @throws DapProblem in words */
export function readLaunch(given: Readonly<Record<string, unknown>>): LaunchArguments {
  const definition = textOf(given, "definition");
  if (definition === null && textOf(given, "assistant") === null)
    throw new DapProblem("Nothing to run: give `definition`, the path of a *.assistant.yaml file.");
  const messages = messagesOf(given);
  const thread = textOf(given, "thread");
  if (messages.length === 0 && thread === null)
    throw new DapProblem("Nothing to say: give `message` (or `messages`), or a `thread` that has one.");
  return { ...commonOf(given), definition, messages, thread };
}

/** Reads the arguments of `attach`. @throws DapProblem in words */
export function readAttach(given: Readonly<Record<string, unknown>>): AttachArguments {
  const thread = textOf(given, "thread");
  if (thread === null) throw new DapProblem("Nothing to attach to: give `thread`, the id of a thread.");
  return {
    ...commonOf(given),
    thread,
    run: textOf(given, "run"),
    definition: textOf(given, "definition"),
    stay: flagOf(given, "stay", false),
  };
}

function commonOf(given: Readonly<Record<string, unknown>>): CommonArguments {
  const secret = Object.keys(given).find((name) => /^(api[-_]?key|key|token|password|secret)$/i.test(name));
  if (secret !== undefined)
    throw new DapProblem(
      `Take \`${secret}\` out of the configuration: a key does not belong into a file. It is kept by the connection, or in an environment variable.`,
    );
  const policy = textOf(given, "policy") ?? "definition";
  if (!isMode(policy)) throw new DapProblem(`\`policy\` is one of ${answerModes.join(", ")}; not ${policy}.`);
  return {
    policy,
    stopOnEntry: flagOf(given, "stopOnEntry", false),
    hold: flagOf(given, "hold", true),
    given,
  };
}

function isMode(word: string): word is AnswerMode {
  return answerModes.some((mode) => mode === word);
}

function messagesOf(given: Readonly<Record<string, unknown>>): readonly string[] {
  const list = given["messages"] ?? [];
  if (!Array.isArray(list) || list.some((item) => typeof item !== "string"))
    throw new DapProblem("`messages` is a list of texts.");
  const one = textOf(given, "message");
  const all = [...(one === null ? [] : [one]), ...(list as string[])];
  if (all.some((text) => text.trim() === "")) throw new DapProblem("A message is empty.");
  return all;
}

function textOf(given: Readonly<Record<string, unknown>>, name: string): string | null {
  const value = given[name];
  if (value === undefined || value === null || value === "") return null;
  if (typeof value !== "string") throw new DapProblem(`\`${name}\` is a text.`);
  return value;
}

function flagOf(given: Readonly<Record<string, unknown>>, name: string, otherwise: boolean): boolean {
  const value = given[name] ?? otherwise;
  if (typeof value !== "boolean") throw new DapProblem(`\`${name}\` is true or false.`);
  return value;
}
