import type { FunctionTool } from "../objects.ts";
import type { RuntimeTool, RuntimeToolType, ToolContext } from "./port.ts";

/** The runtime's own tools as they are offered to a model in one run. */
export interface OfferedTools {
  /** As functions, in the order of the run's tools. */
  readonly functions: readonly FunctionTool[];
  /** What they add to the system text. */
  readonly instructions: readonly string[];
  /** Tools of the run that nothing here executes. */
  readonly unavailable: readonly RuntimeToolType[];
  /** The tool behind a function's name; `undefined` for the user's own functions. */
  toolNamed(name: string): RuntimeTool | undefined;
  /** What each tool is called in this run. */
  readonly names: Readonly<Partial<Record<RuntimeToolType, string>>>;
}

/** A tool that a run names twice is offered once. Without a context, nothing is executed here. */
export function offerTools(
  run: ToolContext["run"],
  tools: readonly RuntimeTool[],
  context: ToolContext | undefined,
): OfferedTools {
  const taken = new Set(run.tools.flatMap((tool) => (tool.type === "function" ? [tool.function.name] : [])));
  const named = new Map<string, RuntimeTool>();
  const functions: FunctionTool[] = [];
  const instructions: string[] = [];
  const unavailable: RuntimeToolType[] = [];
  for (const { type } of run.tools) {
    if (type === "function" || [...named.values()].some((tool) => tool.type === type) || unavailable.includes(type))
      continue;
    const tool = tools.find((one) => one.type === type);
    if (tool === undefined || context === undefined) {
      unavailable.push(type);
      continue;
    }
    const { name: wanted, description, parameters, instructions: more } = tool.offer(context);
    const name = freeName(wanted, taken);
    taken.add(name);
    named.set(name, tool);
    functions.push({ type: "function", function: { name, description, parameters } });
    if (more !== undefined) instructions.push(more(name));
  }
  return {
    functions,
    instructions,
    unavailable,
    toolNamed: (name) => named.get(name),
    names: Object.fromEntries([...named].map(([name, tool]) => [tool.type, name])),
  };
}

/** The user's functions keep their names. The same tools give the same name in every turn. */
function freeName(wanted: string, taken: ReadonlySet<string>): string {
  if (!taken.has(wanted)) return wanted;
  for (let at = 1; ; at++) {
    const name = `assistants_${wanted}${at === 1 ? "" : `_${at}`}`;
    if (!taken.has(name)) return name;
  }
}
