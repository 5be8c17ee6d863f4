import type { ConnectionLock, Lock, LockEntry } from "./lock.ts";
import { connectionIn, withConnection, withEntry } from "./lock.ts";
import { lockText } from "./lockText.ts";
import type { SyncPorts } from "./ports.ts";

/** Without the lock nothing may go on: what is made would not be found again. */
export class LockNotWritten extends Error {
  override readonly name = "LockNotWritten";
}

/** The lock during an apply: every change of it is on disk before the next step begins. */
export class LockSession {
  readonly #connection: string;
  readonly #ports: SyncPorts;
  #lock: Lock;
  #written: string;

  constructor(lock: Lock, connection: string, ports: SyncPorts) {
    this.#lock = lock;
    this.#connection = connection;
    this.#ports = ports;
    this.#written = lockText(lock);
  }

  get lock(): Lock {
    return this.#lock;
  }

  get state(): ConnectionLock {
    return connectionIn(this.#lock, this.#connection);
  }

  /** Puts an entry in, or takes it out with null. An assistant is one definition's: another entry for it, of a file that moved, goes. */
  async putEntry(path: string, entry: LockEntry | null): Promise<void> {
    let state = this.state;
    if (entry?.remote != null)
      for (const [other, { remote }] of Object.entries(state.definitions))
        if (other !== path && remote === entry.remote) state = withEntry(state, other, null);
    await this.put(withEntry(state, path, entry));
  }

  async put(state: ConnectionLock): Promise<void> {
    this.#lock = withConnection(this.#lock, this.#connection, state);
    const text = lockText(this.#lock);
    if (text === this.#written) return;
    try {
      await this.#ports.writeLock(text);
    } catch (error) {
      throw new LockNotWritten("assistants.lock.json cannot be written, so nothing more was done.", { cause: error });
    }
    this.#written = text;
  }
}
