import * as vscode from "vscode";

import type { Provider } from "../../core/provider.ts";
import { isTerminal } from "../../core/wire.ts";
import type { Run, Thread } from "../../core/wire.ts";
import { Command, NodeContext } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";
import type { ViewNode } from "./node.ts";
import { ago, duration } from "./timeWords.ts";

/** A thread, with its runs under it. */
export interface ThreadNode extends ViewNode {
  readonly kind: "thread" | "run" | "more";
  readonly connection: Connection;
  readonly threadId: string;
  readonly run: Run | null;
}

type WithProvider = <T>(task: (provider: Provider) => Promise<T>) => Promise<T>;

const runsShown = 20;

export function threadNode(thread: Thread, connection: Connection, withProvider: WithProvider): ThreadNode {
  const title = thread.metadata?.["title"] ?? thread.id;
  const item = new vscode.TreeItem(title, vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${connection.id} ${thread.id}`;
  item.description = ago(thread.created_at * 1000);
  item.iconPath = new vscode.ThemeIcon("comment-discussion");
  item.contextValue = NodeContext.thread;
  item.tooltip = [title, thread.id, `Created ${new Date(thread.created_at * 1000).toLocaleString()}`].join("\n");
  item.command = { title: "Open thread", command: Command.openThread, arguments: [connection.id, thread.id] };
  return {
    kind: "thread",
    connection,
    threadId: thread.id,
    run: null,
    id: thread.id,
    object: thread,
    item,
    children: async () => {
      const page = await withProvider((provider) => provider.listRuns(thread.id, { limit: runsShown, order: "desc" }));
      return page.data.map((run) => runNode(run, connection));
    },
  };
}

function runNode(run: Run, connection: Connection): ThreadNode {
  const item = new vscode.TreeItem(`run · ${run.status.replace("_", " ")}`);
  item.id = `${connection.id} ${run.id}`;
  item.description = runFacts(run);
  const [icon, color] = runIcons[run.status];
  item.iconPath = new vscode.ThemeIcon(icon, color === null ? undefined : new vscode.ThemeColor(color));
  item.contextValue = isTerminal(run.status) ? NodeContext.run : NodeContext.activeRun;
  item.tooltip = [
    run.id,
    `Model: ${run.model}`,
    `Created ${new Date(run.created_at * 1000).toLocaleString()}`,
    run.last_error?.message ?? "",
  ]
    .filter((line) => line !== "")
    .join("\n");
  item.command = { title: "Open thread", command: Command.openThread, arguments: [connection.id, run.thread_id] };
  return { kind: "run", connection, threadId: run.thread_id, run, id: run.id, object: run, item };
}

function runFacts(run: Run): string {
  if (run.status === "requires_action")
    return run.expires_at === null ? "" : `expires ${new Date(run.expires_at * 1000).toLocaleTimeString()}`;
  if (run.last_error !== null) return run.last_error.message;
  const end = run.completed_at ?? run.cancelled_at ?? run.failed_at;
  const parts = end === null ? [] : [duration((end - run.created_at) * 1000)];
  if (run.usage !== null) parts.push(`${run.usage.total_tokens.toLocaleString("en")} tokens`);
  return parts.join(" · ");
}

const runIcons: Readonly<Record<Run["status"], readonly [icon: string, color: string | null]>> = {
  queued: ["clock", null],
  in_progress: ["loading~spin", null],
  requires_action: ["bell-dot", "charts.yellow"],
  cancelling: ["circle-slash", null],
  cancelled: ["circle-slash", null],
  failed: ["error", "charts.red"],
  completed: ["pass", "charts.green"],
  incomplete: ["warning", "charts.orange"],
  expired: ["watch", "charts.orange"],
};
