import * as vscode from "vscode";

import { timeLeft } from "../../debug/frames.ts";
import type { ExpiryState } from "../../debug/expiryWatch.ts";
import { debugType } from "../../manifest.ts";

/** In the status bar while a run is held by the debugger: how long it may wait. */
export function registerExpiryStatus(): vscode.Disposable {
  let item: vscode.StatusBarItem | null = null;
  let timer: NodeJS.Timeout | undefined;
  let state: ExpiryState | null = null;

  const draw = (): void => {
    clearTimeout(timer);
    if (state === null || state.expiresAt === null) {
      item?.hide();
      return;
    }
    item ??= vscode.window.createStatusBarItem("assistants.debug.expiry", vscode.StatusBarAlignment.Left, 5);
    item.name = "Assistants: Expiry of the Run";
    const left = timeLeft(state.expiresAt - Date.now());
    const held = state.hold === "held";
    item.text = held ? "$(debug-pause) run is held" : `$(watch) run ${left}`;
    item.tooltip = held
      ? `${state.runId} ${left}; while the debugger is stopped, the local runtime puts that off.`
      : `${state.runId} ${left}, unless its tool calls are answered before. This connection cannot put that off.`;
    item.backgroundColor =
      !held && state.expiresAt - Date.now() < 60_000
        ? new vscode.ThemeColor("statusBarItem.warningBackground")
        : undefined;
    item.show();
    timer = setTimeout(draw, 1000);
  };

  return vscode.Disposable.from(
    vscode.debug.onDidReceiveDebugSessionCustomEvent(({ session, event, body }) => {
      if (session.type !== debugType || event !== "assistantExpiry") return;
      ({ state } = body as { readonly state: ExpiryState | null });
      draw();
    }),
    vscode.debug.onDidTerminateDebugSession(({ type }) => {
      if (type !== debugType) return;
      state = null;
      draw();
    }),
    {
      dispose: () => {
        clearTimeout(timer);
        item?.dispose();
      },
    },
  );
}
