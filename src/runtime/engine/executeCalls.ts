import { reasonOf } from "../log.ts";
import type { ToolContext, ToolReport } from "../tools/port.ts";
import type { RunWriter } from "./runWriter.ts";
import { openCall, type TurnCall } from "./turnCalls.ts";
import { unlessStopped } from "./unlessStopped.ts";

/**
 * Executes the runtime's own tools that a turn called, one after the other, and writes the functions that it called behind them.
 * Resolves to whether functions wait for their outputs. When the signal aborts, whatever is open is left to the run's end.
 */
export async function executeCalls(
  writer: RunWriter,
  calls: readonly TurnCall[],
  context: ToolContext | undefined,
  stop: AbortSignal,
): Promise<boolean> {
  const functions = calls.filter((call) => call.tool === undefined);
  const executed = calls.filter((call) => call.tool !== undefined);
  const shared = functions.some((call) => call.index !== undefined);
  const outputs = new Map<string, string>();
  for (const call of executed) {
    if (call.index === undefined) openCall(writer, call);
    outputs.set(call.id, await execute(writer, call, context, stop));
    if (stop.aborted || writer.ended) return false;
    if (!shared) writer.closeCallStep(functions.length === 0 && call === executed.at(-1));
  }
  for (const call of functions) if (call.index === undefined) openCall(writer, call);
  writer.keepTurn(
    executed.length === 0
      ? undefined
      : calls.map(({ id, name, arguments: args }) => ({ id, name, arguments: args, output: outputs.get(id) ?? null })),
  );
  return functions.length > 0;
}

async function execute(
  writer: RunWriter,
  call: TurnCall,
  context: ToolContext | undefined,
  stop: AbortSignal,
): Promise<string> {
  const { tool, index } = call;
  if (tool === undefined || index === undefined || context === undefined) throw new Error("no tool of the runtime");
  const isOver = (): boolean => stop.aborted || writer.ended;
  const ordinal = writer.countCall(tool.type);
  const wanted = {
    id: call.id,
    arguments: call.arguments === "" ? "{}" : call.arguments,
    input: call.input?.text ?? "",
    ordinal,
  };
  let done = false;
  const report = reportFor(writer, index, () => done || isOver());
  try {
    const output = await unlessStopped(tool.execute(wanted, report, context, stop), stop);
    return output ?? "";
  } catch (error) {
    if (isOver()) return "";
    context.log(`run ${writer.run.id}: ${tool.type}: ${reasonOf(error)}`);
    const reason = `${tool.type} failed: ${reasonOf(error)}`;
    if (tool.type === "code_interpreter") report.logs(`${reason}\n`);
    return `Error: ${reason}`;
  } finally {
    done = true;
  }
}

function reportFor(writer: RunWriter, index: number, isOver: () => boolean): ToolReport {
  const { steps } = writer;
  const unlessOver =
    <A extends unknown[]>(tell: (...said: A) => void) =>
    (...said: A): void => {
      if (!isOver()) tell(...said);
    };
  return {
    logs: unlessOver((text) => {
      if (text !== "") steps.addLogs(index, text);
    }),
    image: unlessOver((fileId) => {
      steps.addImage(index, fileId);
      writer.noteImage(fileId);
    }),
    file: unlessOver((path, fileId) => writer.noteFile(path, fileId)),
    results: unlessOver((ranking, results, queries) => steps.setResults(index, ranking, results, queries)),
    cite: unlessOver((place, fileId) => writer.cite(place, fileId)),
  };
}
