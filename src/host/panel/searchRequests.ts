import * as vscode from "vscode";

import { placeOf, scoresOf } from "../../core/retrieval/chunkPlace.ts";
import { resultText } from "../../core/retrieval/citedResult.ts";
import { wholeText } from "../../core/growingText.ts";
import type { CallTrace, RunTrace } from "../../core/runTrace.ts";
import type { FileSearchTool } from "../../core/wire.ts";
import type { SearchSettings } from "../../protocol/inspectorMessages.ts";
import type { ChatSession } from "./chatSession.ts";

interface CallTarget {
  readonly runId: string;
  readonly stepId: string;
  readonly callId: string;
}

/** The editor column for what a panel opens: beside it, so that the panel stays, or in its place. */
export function columnOf(beside: boolean): vscode.ViewColumn {
  return beside ? vscode.ViewColumn.Beside : vscode.ViewColumn.Active;
}

/** Opens the source of a result of a run's file search. @returns what was opened instead, in words, or null */
export async function openSearchResult(
  session: ChatSession,
  target: CallTarget & { readonly index: number; readonly beside: boolean },
): Promise<string | null> {
  const { call } = searchOf(session, target);
  const result = call.results?.[target.index];
  if (result === undefined) throw new Error("This result is not known here.");
  return session.sources.open(
    {
      connection: session.connection,
      storeIds: await session.citations.storesWith(result, target.runId),
      fileId: result.file_id,
      filename: result.file_name,
      attributes: null,
      text: resultText(result),
      place: placeOf(result),
    },
    columnOf(target.beside),
  );
}

/** Opens the inspector with a run's file search: its query, its settings and what it found. */
export async function inspectSearch(session: ChatSession, target: CallTarget): Promise<void> {
  const { trace, call } = searchOf(session, target);
  const results = call.results ?? [];
  const [storeId = ""] = await session.citations.storesWith(results[0] ?? null, target.runId);
  const question = call.queries[0] ?? questionOf(session, trace);
  session.inspectors.open(session.connection, {
    storeId,
    question,
    settings: settingsOf(trace),
    found: {
      storeId,
      queries: call.queries.length > 0 ? call.queries : [question],
      results: results.map((result) => ({
        fileId: result.file_id,
        filename: result.file_name,
        score: result.score,
        attributes: null,
        text: resultText(result),
        place: placeOf(result),
        scores: scoresOf(result),
      })),
      milliseconds: null,
      recordOf: "what the run found",
    },
  });
}

function searchOf(session: ChatSession, { runId, stepId, callId }: CallTarget): { trace: RunTrace; call: CallTrace } {
  const trace = session.conversation.run(runId);
  const call = trace?.steps
    .find((step) => step.id === stepId)
    ?.calls.find((candidate) => candidate.id === callId && candidate.type === "file_search");
  if (trace === undefined || call === undefined) throw new Error("This search is not known here.");
  return { trace, call };
}

/** Most servers do not say what was searched for: the user's words are what it came from. */
function questionOf(session: ChatSession, trace: RunTrace): string {
  const asked = session.conversation.messages.findLast(
    (message) => message.object.role === "user" && message.object.created_at <= trace.run.created_at,
  );
  const part = asked?.parts.find((candidate) => candidate.kind === "text");
  return part?.kind === "text" ? wholeText(part.text) : "";
}

function settingsOf({ run }: RunTrace): Partial<SearchSettings> {
  const tool = run.tools.find((one): one is FileSearchTool => one.type === "file_search")?.file_search;
  return {
    ...(tool?.max_num_results === undefined ? {} : { maxResults: tool.max_num_results }),
    ...(tool?.ranking_options === undefined ? {} : { scoreThreshold: tool.ranking_options.score_threshold }),
  };
}
