import { headersFor, type Target } from "../http/target.ts";
import { HostedApi, HostedUnreachable } from "./hostedApi.ts";

/** Of a client's request, what the upstream gets. Its key and its host are not among it. */
const passedHeaders = ["accept", "content-length", "content-type", "idempotency-key", "openai-beta", "range"];

/** The files and vector stores of the upstream itself (`--hosted-files`). */
export class HostedFiles extends HostedApi {
  constructor(target: Target) {
    super(target, "it may have no files and vector stores (--hosted-files needs OpenAI's)");
  }

  /**
   * Sends a client's request on as it is, with the runtime's key, without reading its body into memory.
   * @param path with the query, from behind the base URL
   */
  forward(request: Request, path: string): Promise<Response> {
    const headers = new Headers(headersFor(this.target));
    for (const name of passedHeaders) {
      const value = request.headers.get(name);
      if (value !== null) headers.set(name, value);
    }
    const hasBody = request.method !== "GET" && request.method !== "HEAD" && request.body !== null;
    return this.fetch(path, {
      method: request.method,
      headers,
      ...(hasBody ? { body: request.body, duplex: "half" } : {}),
      signal: request.signal,
    });
  }

  /** Whether files of a vector store are still being read. False as well when that is not to be had. */
  async isReading(storeId: string, signal: AbortSignal): Promise<boolean> {
    try {
      const store = await this.ask("GET", `/vector_stores/${encodeURIComponent(storeId)}`, undefined, signal);
      return "words" in store ? false : store["status"] === "in_progress";
    } catch (error) {
      // The run goes on, and its own request to the upstream will tell.
      if (error instanceof HostedUnreachable) return false;
      throw error;
    }
  }
}
