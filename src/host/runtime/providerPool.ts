import { ProviderError } from "../../core/provider.ts";
import type { Provider } from "../../core/provider.ts";
import { createAssistantsProvider } from "../../provider/assistants/assistantsProvider.ts";
import { connectionLabel } from "../connections/connection.ts";
import type { Connection } from "../connections/connection.ts";
import type { RuntimePool } from "./runtimePool.ts";

/** Providers by connection: starts the runtime that is behind one on first need. */
export class ProviderPool {
  readonly #runtimes: RuntimePool;
  readonly #runtimeKey: () => Promise<string>;
  readonly #providers = new Map<string, Provider>();

  constructor(runtimes: RuntimePool, runtimeKey: () => Promise<string>) {
    this.#runtimes = runtimes;
    this.#runtimeKey = runtimeKey;
  }

  /**
   * Runs `task` with a provider for the connection. When nobody answers at the known address (the window whose runtime was
   * shared has closed), the runtime is started here and the task gets one more try: nothing was accepted by then.
   */
  async with<T>(connection: Connection, task: (provider: Provider) => Promise<T>): Promise<T> {
    const address = await this.#runtimes.address(connection);
    try {
      return await task(await this.#provider(connection, address.url));
    } catch (error) {
      if (!(error instanceof ProviderError) || error.kind !== "unreachable") throw error;
      this.#runtimes.drop(connection, address);
      const next = await this.#runtimes.address(connection);
      if (next.url === address.url) throw error;
      return await task(await this.#provider(connection, next.url));
    }
  }

  async #provider(connection: Connection, url: string): Promise<Provider> {
    const known = this.#providers.get(url);
    if (known !== undefined) return known;
    const provider = createAssistantsProvider({
      baseUrl: url,
      apiKey: await this.#runtimeKey(),
      label: connectionLabel(connection),
    });
    this.#providers.set(url, provider);
    return provider;
  }
}
