import type { Connection } from "./connection.ts";

/** Keys that were given to connections before, by their ids. */
export type GivenKeys = Readonly<Record<string, string>>;

/**
 * The name that `assistants.lock.json` has for each connection, by its id. It is the address of the server behind it, which
 * everybody who shares the repository has as well. Of several connections with one address (two accounts), the first keeps that
 * name and the others add their ids: each has a runtime of its own, and so assistants of its own. A name that was given stays, so
 * that removing one connection does not hand its assistants to another.
 */
export function lockKeys(connections: readonly Connection[], given: GivenKeys): GivenKeys {
  const keys = new Map<string, string>();
  const taken = new Set<string>();
  const give = (id: string, key: string): void => {
    keys.set(id, key);
    taken.add(key);
  };
  for (const connection of connections) {
    const [known, plain] = [given[connection.id], plainKey(connection)];
    // With another address it is another connection.
    if (known !== undefined && (known === plain || known === ownKey(connection)) && !taken.has(known))
      give(connection.id, known);
  }
  for (const connection of connections) {
    if (keys.has(connection.id)) continue;
    const plain = plainKey(connection);
    give(connection.id, taken.has(plain) ? ownKey(connection) : plain);
  }
  return Object.fromEntries(keys);
}

function plainKey({ upstream }: Connection): string {
  return upstream.kind === "offline" ? "offline" : upstream.baseUrl;
}

function ownKey(connection: Connection): string {
  return `${plainKey(connection)}#${connection.id}`;
}
