import * as vscode from "vscode";

import { ProviderError } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import type { ChunkPage, ChunkPlace, StoredChunk } from "../../core/retrieval/retrieval.ts";
import { unknownPlace } from "../../core/retrieval/retrieval.ts";
import { Command } from "../../manifest.ts";
import type { ConnectionStore } from "../connections/connectionStore.ts";
import { errorWords } from "../errorWords.ts";
import type { Log } from "../log.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { storedAddress, storedUri, type StoredFileAddress } from "./storedDocuments.ts";

const scheme = "assistants-chunks";
const pageSize = 100;

/** The chunks of a file that were read so far. */
interface Listing {
  readonly chunks: readonly StoredChunk[];
  readonly next: string | null;
  /** False: the server does not tell its chunks, and these are the pieces in which it gives the text. */
  readonly exact: boolean;
}

/** Readonly documents that list the chunks of a file as they are indexed, a page at a time. */
export class ChunkDocuments implements vscode.Disposable {
  readonly #connections: ConnectionStore;
  readonly #providers: ProviderPool;
  readonly #log: Log;
  readonly #listings = new Map<string, Listing>();
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #lenses = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];

  constructor(connections: ConnectionStore, providers: ProviderPool, log: Log) {
    this.#connections = connections;
    this.#providers = providers;
    this.#log = log;
    this.#subscriptions = [
      vscode.workspace.registerTextDocumentContentProvider(scheme, {
        onDidChange: this.#changed.event,
        provideTextDocumentContent: (uri) => this.#text(uri),
      }),
      vscode.languages.registerCodeLensProvider(
        { scheme },
        { onDidChangeCodeLenses: this.#lenses.event, provideCodeLenses: (document) => this.#lensesOf(document) },
      ),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#listings.delete(uri.toString())),
    ];
  }

  /** Opens the list of a file's chunks. */
  async open(address: StoredFileAddress): Promise<void> {
    const uri = storedUri(address, scheme, ".chunks");
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  /** Reads the next page of a list that is open. */
  async more(uri: vscode.Uri): Promise<void> {
    const address = storedAddress(uri);
    const known = this.#listings.get(uri.toString());
    if (address === null || known === undefined || known.next === null) return;
    const page = await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: "Reading chunks" },
      () => this.#page(address, known.next),
    );
    this.#listings.set(uri.toString(), { ...known, ...page, chunks: [...known.chunks, ...page.chunks] });
    this.#changed.fire(uri);
    this.#lenses.fire();
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
    this.#changed.dispose();
    this.#lenses.dispose();
  }

  async #text(uri: vscode.Uri): Promise<string> {
    const address = storedAddress(uri);
    if (address === null) return "This list cannot be read again; open it from its file.\n";
    try {
      const known = this.#listings.get(uri.toString()) ?? (await this.#begin(address));
      this.#listings.set(uri.toString(), known);
      return listingText(address, known);
    } catch (error) {
      return `The chunks of ${address.filename} cannot be listed: ${errorWords(error, this.#log)}\n`;
    }
  }

  async #begin(address: StoredFileAddress): Promise<Listing> {
    try {
      return { ...(await this.#page(address, null)), exact: true };
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== "unsupported") throw error;
      const pieces = await this.#with(address, (provider) =>
        provider.retrieval.readVectorStoreFile(address.storeId, address.fileId),
      );
      const chunks = pieces.map((text, index) => ({ index, text, repeated: 0, tokens: null, place: unknownPlace }));
      return { chunks, next: null, exact: false };
    }
  }

  #page(address: StoredFileAddress, after: string | null): Promise<ChunkPage> {
    return this.#with(address, (provider) =>
      provider.retrieval.listChunks(address.storeId, address.fileId, { limit: pageSize, after }),
    );
  }

  #with<T>(address: StoredFileAddress, task: (provider: Provider) => Promise<T>): Promise<T> {
    const connection = this.#connections.find(address.connectionId);
    if (connection === null) throw new Error("The connection of this file is gone from the settings.");
    return this.#providers.with(connection, task);
  }

  #lensesOf(document: vscode.TextDocument): vscode.CodeLens[] {
    const known = this.#listings.get(document.uri.toString());
    if (known === undefined || known.next === null) return [];
    return [0, document.lineCount - 1].map(
      (line) =>
        new vscode.CodeLens(new vscode.Range(line, 0, line, 0), {
          title: `Show ${pageSize} more chunks`,
          command: Command.moreChunks,
          arguments: [document.uri],
        }),
    );
  }
}

/** The list as a document. */
export function listingText({ filename }: Pick<StoredFileAddress, "filename">, listing: Listing): string {
  const { chunks, next, exact } = listing;
  const count = chunks.length;
  const head = exact
    ? `${filename}: ${next === null ? "" : "the first "}${count} ${count === 1 ? "chunk" : "chunks"}, as indexed.`
    : `${filename}: this server does not tell its chunks. This is the text as it has it, in ${count} ${count === 1 ? "piece" : "pieces"}.`;
  const body = chunks.map((chunk) => {
    const facts = [`${exact ? "chunk" : "piece"} ${chunk.index + 1}`, ...placeFacts(chunk.place)];
    if (chunk.tokens !== null) facts.push(`${chunk.tokens} ${chunk.tokens === 1 ? "token" : "tokens"}`);
    if (chunk.repeated > 0) facts.push(`begins with ${chunk.repeated} characters of the one before`);
    if (chunk.place.heading !== null) facts.push(chunk.place.heading);
    return `──── ${facts.join(" · ")} ────\n${chunk.text}`;
  });
  return `${[head, ...body].join("\n\n")}\n`;
}

function placeFacts({ page, endPage, start, end, startLine, endLine }: ChunkPlace): readonly string[] {
  const facts: string[] = [];
  if (page !== null) facts.push(endPage === null || endPage === page ? `page ${page}` : `pages ${page}–${endPage}`);
  if (startLine !== null)
    facts.push(endLine === null || endLine === startLine ? `line ${startLine}` : `lines ${startLine}–${endLine}`);
  if (start !== null && end !== null) facts.push(`characters ${start}–${end}`);
  return facts;
}
