/** The work in a folder that one process does at a time: what reads its lock and writes it. */
export const lockWork = "lock";

/** The sync of one store's documents. It may take long, and takes the lock only for a moment. @param connection its key in the lock */
export function documentsWork(connection: string, store: string): string {
  return `documents ${JSON.stringify([connection, store])}`;
}
