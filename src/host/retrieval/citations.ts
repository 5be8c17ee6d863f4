import type * as vscode from "vscode";

import { wholeText } from "../../core/growingText.ts";
import { citedLines, statementBefore } from "../../core/retrieval/citedLines.ts";
import { placeOf } from "../../core/retrieval/chunkPlace.ts";
import { citedResult, readMark, resultText, storeIdOf } from "../../core/retrieval/citedResult.ts";
import { lineAt } from "../../core/retrieval/locateText.ts";
import { unknownPlace } from "../../core/retrieval/retrieval.ts";
import type { ChunkPlace } from "../../core/retrieval/retrieval.ts";
import { baseName } from "../../core/retrieval/sourcePath.ts";
import type { CallTrace, MessageTrace } from "../../core/runTrace.ts";
import type { Annotation, FileSearchResult } from "../../core/wire.ts";
import type { CitationView } from "../../protocol/panelState.ts";
import type { Conversation } from "../conversation/conversation.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import type { FileDocuments } from "./fileDocuments.ts";
import type { Passage, SourceOpener } from "./sourceOpener.ts";

export interface CitationServices {
  readonly providers: ProviderPool;
  readonly sources: SourceOpener;
  readonly files: FileDocuments;
  readonly log: Log;
}

/** What the citations of a thread's messages are called, and what is behind them. */
export class Citations {
  readonly #conversation: Conversation;
  readonly #services: CitationServices;
  /** Labels with line or page, by message, part and index; others are called by the name in their mark. */
  readonly #labels = new Map<string, string>();
  readonly #resolved = new Set<string>();
  readonly #names = new Map<string, Promise<string>>();
  readonly #stores = new Map<string, Promise<readonly string[]>>();

  constructor(conversation: Conversation, services: CitationServices) {
    this.#conversation = conversation;
    this.#services = services;
  }

  /** The citations of a part of a message, as far as they are known now. */
  views(message: MessageTrace, part: number): readonly CitationView[] {
    const content = message.parts[part];
    if (content?.kind !== "text") return [];
    return content.annotations.map((annotation, index) => ({
      marker: annotation.text,
      label: this.#labels.get(`${message.id} ${part} ${index}`) ?? quickLabel(annotation),
      kind: annotation.type === "file_citation" ? "source" : "file",
    }));
  }

  /**
   * Finds out where the citations of a finished message lead, once.
   * @returns whether any of them is called otherwise now
   */
  async resolve(message: MessageTrace): Promise<boolean> {
    if (message.status === "in_progress" || this.#resolved.has(message.id)) return false;
    this.#resolved.add(message.id);
    let changed = false;
    for (const [part, content] of message.parts.entries()) {
      if (content.kind !== "text") continue;
      for (const [index, annotation] of content.annotations.entries()) {
        const label = await this.#labelOf(message, annotation);
        if (label === quickLabel(annotation)) continue;
        this.#labels.set(`${message.id} ${part} ${index}`, label);
        changed = true;
      }
    }
    return changed;
  }

  /** Opens what an annotation stands for. @returns what was opened instead and why, in words; null when it is the thing itself */
  async open(messageId: string, part: number, index: number, column: vscode.ViewColumn): Promise<string | null> {
    const message = this.#conversation.message(messageId);
    const content = message?.parts[part];
    const annotation = content?.kind === "text" ? content.annotations[index] : undefined;
    if (message === undefined || annotation === undefined) throw new Error("This citation is not known here.");
    const { connection } = this.#conversation;
    if (annotation.type === "file_path") {
      await this.#services.files.open(connection, annotation.file_path.file_id, column);
      return null;
    }
    return this.#services.sources.open(await this.#passageOf(message, annotation), column);
  }

  /** The stores that a run searches: its own, the thread's, the assistant's. */
  storesOf(runId: string | null): Promise<readonly string[]> {
    const key = runId ?? "";
    const known = this.#stores.get(key) ?? this.#readStores(runId);
    this.#stores.set(key, known);
    // What cannot be read now may be next time.
    known.catch(() => this.#stores.delete(key));
    return known;
  }

  /** The stores that may have a result's file, the likeliest first. @param result null when only the file is known */
  async storesWith(result: FileSearchResult | null, runId: string | null): Promise<readonly string[]> {
    const own = storeIdOf(result);
    return own === null ? this.storesOf(runId) : [own];
  }

  async #labelOf(message: MessageTrace, annotation: Annotation): Promise<string> {
    try {
      if (annotation.type === "file_path") return baseName(await this.#nameOf(annotation.file_path.file_id));
      const passage = await this.#passageOf(message, annotation);
      const name = baseName(passage.filename);
      const { place } = passage;
      if (place.page !== null) return `${name} p. ${place.page}`;
      const source = await this.#services.sources.find(passage);
      if (source.kind === "text" && source.stretch !== null)
        return `${name}:${lineAt(source.text, source.stretch.start)}`;
      return place.startLine === null ? name : `${name}:${place.startLine}`;
    } catch (error) {
      this.#services.log.info(`Where a citation leads is not known: ${String(error)}`);
      return quickLabel(annotation);
    }
  }

  async #passageOf(
    message: MessageTrace,
    annotation: Extract<Annotation, { type: "file_citation" }>,
  ): Promise<Passage> {
    const { run_id: runId } = message.object;
    const { file_id: fileId } = annotation.file_citation;
    const result = citedResult(annotation, this.#searchesOf(runId));
    const { text, place } = citedPart(message, annotation, result);
    return {
      connection: this.#conversation.connection,
      storeIds: await this.storesWith(result, runId),
      fileId,
      filename: result?.file_name ?? readMark(annotation.text)?.name ?? (await this.#nameOf(fileId)),
      attributes: null,
      text,
      place,
    };
  }

  #searchesOf(runId: string | null): readonly NonNullable<CallTrace["results"]>[] {
    const trace = runId === null ? undefined : this.#conversation.run(runId);
    return (
      trace?.steps.flatMap((step) => step.calls.flatMap((call) => (call.results === null ? [] : [call.results]))) ?? []
    );
  }

  #nameOf(fileId: string): Promise<string> {
    const known =
      this.#names.get(fileId) ??
      this.#services.providers.with(
        this.#conversation.connection,
        async (provider) => (await provider.retrieval.retrieveFile(fileId)).filename,
      );
    this.#names.set(fileId, known);
    known.catch(() => this.#names.delete(fileId));
    return known;
  }

  async #readStores(runId: string | null): Promise<readonly string[]> {
    const { connection, threadId } = this.#conversation;
    const run = runId === null ? undefined : this.#conversation.run(runId)?.run;
    return this.#services.providers.with(connection, async (provider) => {
      const resources = [run?.tool_resources];
      if (threadId !== null) resources.push((await provider.retrieveThread(threadId)).tool_resources);
      if (run !== undefined && run.tool_resources?.file_search === undefined) {
        // An assistant that was deleted since had a store of which nobody knows any more.
        const assistant = await provider.retrieveAssistant(run.assistant_id).catch(() => null);
        resources.push(assistant?.tool_resources);
      }
      return [...new Set(resources.flatMap((one) => one?.file_search?.vector_store_ids ?? []))];
    });
  }
}

/** The part of a result that an answer's statement rests on, and where that stands; the whole result when none stands out. */
function citedPart(
  message: MessageTrace,
  annotation: Annotation,
  result: FileSearchResult | null,
): { readonly text: string; readonly place: ChunkPlace } {
  if (result === null) return { text: "", place: unknownPlace };
  const [text, place] = [resultText(result), placeOf(result)];
  const part = message.parts.find((one) => one.kind === "text" && one.annotations.includes(annotation));
  const answer = part?.kind === "text" ? wholeText(part.text) : "";
  const { text: mark, start_index: at } = annotation;
  // Positions are counted in other units on other servers.
  const before = statementBefore(answer, answer.startsWith(mark, at) ? at : answer.indexOf(mark));
  const lines = citedLines(text, before);
  if (lines === null) return { text, place };
  const first = lineAt(text, lines.start) - 1;
  return {
    text: text.slice(lines.start, lines.end),
    place: {
      ...place,
      start: place.start === null ? null : place.start + lines.start,
      end: place.start === null ? null : place.start + lines.end,
      startLine: place.startLine === null ? null : place.startLine + first,
      endLine: null,
    },
  };
}

/** What an annotation calls its source by itself. */
function quickLabel(annotation: Annotation): string {
  if (annotation.type === "file_path") return baseName(decoded(annotation.text.replace(/^sandbox:/, "")));
  return baseName(readMark(annotation.text)?.name ?? annotation.file_citation.file_id);
}

/** Models write blanks in links as `%20`. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
