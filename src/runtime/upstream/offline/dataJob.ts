import type { TurnRequest } from "../port.ts";
import { answerProgram, factsMark, lookProgram, titleOf } from "./dataPrograms.ts";
import { list, placeInTable, readDataRequest, type TableFacts } from "./dataRequest.ts";
import type { Plan } from "./plan.ts";
import { signature, type AnsweredCall } from "./prose.ts";

const chartPath = "/mnt/data/chart.svg";

/**
 * Answers a question about a table with Python: first a program that looks at the table, then one that computes, then what they
 * printed. The numbers come from the programs alone. Undefined when the message is no such question, or there is no Python.
 */
export function planData(request: TurnRequest, text: string, answered: readonly AnsweredCall[]): Plan | undefined {
  const name = request.runtimeTools.code_interpreter;
  if (name === undefined || request.toolChoice === "none") return undefined;
  const asked = readDataRequest(text);
  const say = (words: string): Plan => ({ kind: "text", text: `${words}\n\n${signature}` });
  const why = whyNoPython(request.instructions, name);
  if (asked !== undefined && why !== undefined)
    return (
      forcedProgram(request, name, answered) ??
      say(`To answer this I would have to run Python, and that does not work here: ${why}.`)
    );
  const path = tableFor(request.instructions, text);
  if (asked === undefined || path === undefined) return forcedProgram(request, name, answered);
  const programs = answered.filter((call) => call.name === name);
  const run = (code: string): Plan => ({ kind: "calls", calls: [{ name, arguments: JSON.stringify({ code }) }] });
  const [looked, computed] = programs;
  const file = `\`${path.slice(path.lastIndexOf("/") + 1)}\``;
  if (looked === undefined) return run(lookProgram(path));
  const facts = factsOf(looked.output);
  if (facts === undefined) return say(`I could not read ${file}. The program said:\n\n${fenced(looked.output)}`);
  const about = `${file} has ${facts.rows} rows and the columns ${list(facts.columns)}.`;
  if (asked.measures.length === 0 && !asked.chart) return say(`I looked at the file with Python. ${about}`);
  const question = placeInTable(asked, facts);
  if (typeof question === "string") return say(`${about} ${question}`);
  if (computed === undefined) return run(answerProgram(path, question, facts.commas, chartPath));
  const failed = /^Traceback/m.test(computed.output);
  const printed = computed.output
    .replaceAll(/^\[.*\]$/gm, "")
    .replace(/^\n+/, "")
    .trimEnd();
  if (failed) return say(`The program failed, so there is no answer. It said:\n\n${fenced(printed)}`);
  const chart = question.chart ? `\n\nThe chart is in [chart.svg](sandbox:${chartPath}).` : "";
  return say(
    `I computed the ${titleOf(question)} from the ${facts.rows} rows of ${file} with Python:\n\n${fenced(printed)}${chart}`,
  );
}

/** The system text says so when there is no Python. */
function whyNoPython(instructions: string, name: string): string | undefined {
  const [, after] = instructions.split(`${name} does not work here: `);
  return after?.split(". Do not call it")[0];
}

/** A run that must use Python gets a program, whatever was said; what it prints is the answer. */
function forcedProgram(request: TurnRequest, name: string, answered: readonly AnsweredCall[]): Plan | undefined {
  const { toolChoice } = request;
  const forced = typeof toolChoice === "object" && toolChoice.function === name;
  if (!forced || answered.some((call) => call.name === name)) return undefined;
  const code = 'import os\nprint("Files:", ", ".join(sorted(os.listdir("/mnt/data"))) or "none")';
  return { kind: "calls", calls: [{ name, arguments: JSON.stringify({ code }) }] };
}

/** The table that a message is about: the one that it names, or else the newest. The system text lists what is there. */
function tableFor(instructions: string, text: string): string | undefined {
  const tables = [...instructions.matchAll(/(\/mnt\/data\/[^\n]+?\.(?:csv|tsv)) \(\d+ bytes\)/gi)].flatMap(
    ([, path]) => path?.split(", ").at(-1) ?? [],
  );
  const lower = text.toLowerCase();
  return tables.find((path) => lower.includes(path.slice("/mnt/data/".length).toLowerCase())) ?? tables.at(-1);
}

function factsOf(output: string): TableFacts | undefined {
  const line = output.split("\n").find((one) => one.startsWith(factsMark));
  if (line === undefined) return undefined;
  try {
    return JSON.parse(line.slice(factsMark.length)) as TableFacts;
  } catch {
    // The output was cut, or is not the program's.
    return undefined;
  }
}

function fenced(text: string): string {
  const fence = text.includes("```") ? "~~~~" : "```";
  return `${fence}text\n${text}\n${fence}`;
}
