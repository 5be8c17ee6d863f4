import * as vscode from "vscode";

import type { Plan } from "../../core/sync/plan.ts";
import type { Proposal } from "../../core/sync/proposals.ts";

const reasons: Readonly<Record<Proposal["reason"], string>> = {
  marker: "was pushed from this path",
  moved: "was linked to a file that is gone, of the same name",
  name: "has the same name",
};

/**
 * Asks which assistant each definition is that the lock does not know, and that may be there already.
 * @param where what the connection is called
 * @returns the answers by path (null: a new one); null when the person left off
 */
export async function askForLinks(plan: Plan, where: string): Promise<ReadonlyMap<string, string | null> | null> {
  const links = new Map<string, string | null>();
  for (const action of plan.actions) {
    if (action.kind !== "choose") continue;
    const items: (vscode.QuickPickItem & { readonly link: string | null })[] = [
      ...action.proposals.map((proposal) => ({
        label: `$(cloud) ${proposal.remoteName ?? proposal.remoteId}`,
        description: proposal.remoteId,
        detail: `It ${reasons[proposal.reason]}.`,
        link: proposal.remoteId,
      })),
      { label: "$(add) A new assistant", detail: "None of these: make another one.", link: null },
    ];
    const picked = await vscode.window.showQuickPick(items, {
      title: action.path,
      placeHolder: `Which assistant is it on ${where}? assistants.lock.json does not say`,
      ignoreFocusOut: true,
    });
    if (picked === undefined) return null;
    links.set(action.path, picked.link);
  }
  return links;
}
