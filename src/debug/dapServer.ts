import { Event, Response } from "@vscode/debugadapter";
import { ProtocolServer } from "@vscode/debugadapter/lib/protocol.js";
import type { DebugProtocol } from "@vscode/debugprotocol";

/** Why a request cannot be done, in words for a person. */
export class DapProblem extends Error {
  override readonly name = "DapProblem";
  /** False: told to the client and not shown by it, as for a hover over a word that means nothing. */
  readonly show: boolean;

  constructor(message: string, show = true, options?: ErrorOptions) {
    super(message, options);
    this.show = show;
  }
}

/** What a handler may leave for the time after its response has been sent. */
export type Afterwards = (work: () => void) => void;
type Handler = (args: unknown, afterwards: Afterwards) => unknown;
/** Registers what answers a request of the client. */
export type AnswerRequests = <Args>(
  command: string,
  handler: (args: Args, afterwards: Afterwards) => object | undefined | Promise<object | undefined>,
) => void;

/**
 * The Debug Adapter Protocol without what it is about: every request is answered once, in every state, whatever its handler
 * does. Messages come over streams (`start`) or from the client's own process (`handleMessage`).
 */
export abstract class DapServer extends ProtocolServer {
  readonly #handlers = new Map<string, Handler>();

  constructor() {
    super();
    // What is no message at all has no request that could be answered; without a listener, it would end the process.
    this.on("error", (event: Event & { readonly body?: unknown }) =>
      this.logFailure("A message could not be read", new Error(String(event.body))),
    );
  }

  /** Why no request of this kind can be done now; null when it can. */
  protected abstract refusal(command: string): string | null;
  protected abstract logFailure(message: string, error: unknown): void;

  /** Arguments come from outside as they are: a handler that cannot read them throws, and the request is answered so. */
  protected answers<Args>(
    command: string,
    handler: (args: Args, afterwards: Afterwards) => object | undefined | Promise<object | undefined>,
  ): void {
    this.#handlers.set(command, (args, afterwards) => handler((args ?? {}) as Args, afterwards));
  }

  protected override dispatchRequest(request: DebugProtocol.Request): void {
    void this.#answer(request);
  }

  protected emitEvent(event: string, body: object): void {
    this.sendEvent(new Event(event, body));
  }

  async #answer(request: DebugProtocol.Request): Promise<void> {
    const response: DebugProtocol.Response = new Response(request);
    const later: (() => void)[] = [];
    try {
      const refused = this.refusal(request.command);
      if (refused !== null) throw new DapProblem(refused);
      const handler = this.#handlers.get(request.command);
      if (handler === undefined) throw new DapProblem(`This debugger does not know the request ${request.command}.`);
      const body = await handler(request.arguments, (work) => later.push(work));
      if (body !== undefined) response.body = body;
    } catch (error) {
      later.length = 0;
      this.#refuse(response, request, error);
    }
    this.sendResponse(response);
    for (const work of later) this.guarded(request.command, work);
  }

  /** Runs what nobody waits for: its failure is logged, not lost. */
  protected guarded(what: string, work: () => void): void {
    try {
      work();
    } catch (error) {
      this.logFailure(`After ${what}`, error);
    }
  }

  #refuse(response: DebugProtocol.Response, request: DebugProtocol.Request, error: unknown): void {
    const known = error instanceof DapProblem;
    if (!known) this.logFailure(`The request ${request.command} failed`, error);
    const words = error instanceof Error ? error.message : String(error);
    const message =
      known || !(error instanceof TypeError) ? words : `The arguments of ${request.command} cannot be read (${words}).`;
    response.success = false;
    response.message = message;
    // Braces in a format are places to fill in.
    const format = message.replaceAll("{", "(").replaceAll("}", ")");
    response.body = { error: { id: 1, format, showUser: known ? error.show : true } };
  }
}
