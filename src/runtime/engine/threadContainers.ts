import { unixSeconds } from "../clock.ts";
import type { ThreadContainer } from "../objects.ts";
import { dataFolder } from "../python/sandbox/fileSystem.ts";
import { sessionFiles } from "../python/sessionFiles.ts";
import { codeFileIdsOf } from "../tools/codeFiles.ts";
import type { ToolContext } from "../tools/port.ts";
import { isGone, type Containers, type ContainerFile } from "../upstream/hosted/containers.ts";
import { HostedUnreachable, isRefusal, type HostedRefusal } from "../upstream/hosted/hostedApi.ts";
import { turnErrorOf } from "../upstream/http/failures.ts";
import type { TurnError } from "./readTurn.ts";

/** For so long after its last use, a container is taken to be there without asking; it lives for 20 minutes. */
const trustedSeconds = 600;

/** A file that has to be in a run's container. */
interface WantedFile {
  /** As clients know it. */
  readonly id: string;
  readonly name: string;
  /** Whether the runtime has it; else it is the upstream's. */
  readonly local: boolean;
}

/** The container was there when it was looked for, and is not any more. */
class ContainerLost extends Error {}

/** Why a run cannot have its container, in the words of a failed turn. */
class NoContainer extends Error {
  readonly failure: TurnError;

  constructor(failure: TurnError) {
    super(failure.message);
    this.failure = failure;
  }
}

/** The containers in which the upstream executes the Python of threads: one for each thread, as long as it lives. */
export class ThreadContainers {
  readonly #containers: Containers;
  readonly #hostedFiles: boolean;

  /** @param hostedFiles whether files that the runtime does not have may be the upstream's */
  constructor(containers: Containers, hostedFiles: boolean) {
    this.#containers = containers;
    this.#hostedFiles = hostedFiles;
  }

  get api(): Containers {
    return this.#containers;
  }

  /**
   * The container of a run's thread, with the run's files in it: the one that there is, or a new one when there is none or it has
   * expired. Rejects only when the run is stopped.
   */
  async open(context: ToolContext, stop: AbortSignal): Promise<ThreadContainer | TurnError> {
    try {
      try {
        return await this.#filled(context, stop);
      } catch (error) {
        if (!(error instanceof ContainerLost)) throw error;
        this.lose(context);
        return await this.#filled(context, stop);
      }
    } catch (error) {
      if (stop.aborted) throw error;
      if (error instanceof NoContainer) return error.failure;
      if (error instanceof ContainerLost)
        return failed(`The container for Python at ${this.#containers.host} was gone at once. ${error.message}`, true);
      if (error instanceof HostedUnreachable) return failed(error.message, true);
      throw error;
    }
  }

  /** The thread's container has expired: its next turn gets a new one. */
  lose({ run, store }: Pick<ToolContext, "run" | "store">): void {
    const lost = store.all("container", run.thread_id).at(-1);
    if (lost === undefined) return;
    // What it held is wanted in the next one; that it was there is what the model must know.
    store.update("container", { ...lost, upstream: "", files: {}, copied: {} }, run.thread_id);
  }

  /** A thread is deleted: its container goes at once, with the files in it. */
  async forget(threadId: string, store: ToolContext["store"]): Promise<void> {
    const known = store.all("container", threadId).filter((one) => one.upstream === this.#containers.target.url);
    for (const { id } of known) {
      const refusal = await this.#containers.remove(id);
      if (refusal !== undefined) throw new Error(refusal.words);
    }
  }

  async #filled(context: ToolContext, stop: AbortSignal): Promise<ThreadContainer> {
    const container = await this.#living(context, stop);
    const { store, run } = context;
    const wanted = this.#wanted(context);
    const ids = new Set(wanted.map((file) => file.id));
    for (const [id, { id: there }] of Object.entries(container.files)) {
      // A file that exists stays, as an output of programs or for another assistant of the thread.
      if (ids.has(id) || store.get("file", id, "") !== undefined) continue;
      const refusal = await this.#containers.removeFile(container.id, there, stop);
      if (refusal !== undefined)
        context.log(`container ${container.id}: a file could not be removed: ${refusal.words}`);
      delete container.files[id];
    }
    for (const file of wanted) {
      if (container.files[file.id] !== undefined) continue;
      const put = await this.#put(container.id, file, context, stop);
      if (put === undefined) continue;
      container.files[file.id] = { id: put.id, path: put.path };
      store.update("container", container, run.thread_id);
    }
    container.used_at = unixSeconds(context.clock);
    store.update("container", container, run.thread_id);
    return container;
  }

  async #living(context: ToolContext, stop: AbortSignal): Promise<ThreadContainer> {
    const { run, store, clock } = context;
    const now = unixSeconds(clock);
    const known = store.all("container", run.thread_id).at(-1);
    if (known !== undefined && known.upstream === this.#containers.target.url) {
      if (now - known.used_at < trustedSeconds) return known;
      const alive = await this.#containers.isAlive(known.id, stop);
      if (alive === true) return known;
      if (alive !== false) throw this.#no(`The state of the container for Python could not be asked for.`, alive);
    }
    const made = await this.#containers.create(run.thread_id, stop);
    if (typeof made !== "string") throw this.#no("The upstream gave no container for Python.", made);
    const container: ThreadContainer = {
      id: made,
      created_at: now,
      upstream: this.#containers.target.url,
      used_at: now,
      files: {},
      copied: {},
      replaced_in: known === undefined ? null : run.id,
    };
    store.transaction(() => {
      for (const old of store.all("container", run.thread_id)) store.delete("container", old.id, run.thread_id);
      store.insert("container", container, { parent: run.thread_id });
    });
    return container;
  }

  /** The run's files, and what earlier programs of the thread made. */
  #wanted(context: ToolContext): WantedFile[] {
    // An upload into a container has a name and no folder.
    const names = new Set<string>();
    const local = sessionFiles(context).map(({ id, path }) => {
      const inFolder = path.slice(dataFolder.length + 1);
      const plain = inFolder.slice(inFolder.lastIndexOf("/") + 1);
      const name = names.has(plain) ? inFolder.replaceAll("/", "_") : plain;
      names.add(name);
      return { id, name, local: true };
    });
    if (!this.#hostedFiles) return local;
    const theirs = codeFileIdsOf(context).filter((id) => context.store.get("file", id, "") === undefined);
    return [...local, ...theirs.map((id) => ({ id, name: id, local: false }))];
  }

  /** Resolves to `undefined` for a file that has been deleted at the upstream: those are left out, as the runtime's own are. */
  async #put(
    id: string,
    file: WantedFile,
    context: ToolContext,
    stop: AbortSignal,
  ): Promise<ContainerFile | undefined> {
    const answer = file.local
      ? await this.#containers.put(id, context.files.bytes.pathOf(file.id), file.name, stop)
      : await this.#containers.putHosted(id, file.id, stop);
    if (!isRefusal(answer)) return answer;
    if (isGone(answer)) throw new ContainerLost(answer.words);
    if (!file.local && answer.status === 404) {
      context.log(`run ${context.run.id}: ${file.name} was not put into the container: ${answer.words}`);
      return undefined;
    }
    throw this.#no(`The file ${file.name} could not be put into the container for Python.`, answer);
  }

  #no(what: string, refusal: HostedRefusal): NoContainer {
    const { error, retryable, retryAfterMs } = turnErrorOf(refusal, this.#containers.target, "", []);
    return new NoContainer({
      ...failed(`${what} ${refusal.words}`, retryable),
      ...(error === "rate_limit" || error === "auth" ? { error } : {}),
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
}

/** What the model is told of its container, in the system text. */
export function containerInstructions(
  container: ThreadContainer,
  { store, run }: Pick<ToolContext, "store" | "run">,
): string {
  const files = Object.entries(container.files).map(([id, { path }]) => {
    const name = store.get("file", id, "")?.filename;
    return (name === undefined || path.endsWith(`/${name}`) ? path : `${path} (${name})`).replaceAll(/\s+/g, " ");
  });
  return [
    "With the python tool you can run Python. Its working folder is /mnt/data.",
    files.length === 0 ? "There are no files in it yet." : `Files there: ${files.join(", ")}.`,
    "To hand the user a file, save it there and link to it as [its name](sandbox:/mnt/data/its-name).",
    ...(container.replaced_in === run.id
      ? [
          "This is a fresh Python session: variables of earlier programs are gone, and so are files that are not named here.",
        ]
      : []),
  ].join(" ");
}

function failed(message: string, retryable: boolean): TurnError {
  return { kind: "turn.error", error: "server", message, retryable };
}
