/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import { newRun, type RunSettings } from "../../engine/newRun.ts";
import type { StartedRun } from "../../engine/runEngine.ts";
import { isActive, type Assistant, type Run, type Thread } from "../../objects.ts";
import { ApiError, badRequest } from "../apiError.ts";
import { readBody } from "../body.ts";
import { eventStream } from "../eventStream.ts";
import { hostedAttachments, hostedResources, hostedThread } from "../hostedResources.ts";
import { listPage } from "../listing.ts";
import { find } from "../lookup.ts";
import { includesResultContent } from "../include.ts";
import { newMessage } from "../newMessage.ts";
import { createThread } from "../newThread.ts";
import { attachFiles } from "../attachments.ts";
import { pollAfterMs } from "../pollInterval.ts";
import { createRun, createThreadAndRun, submitToolOutputs } from "../schemas/runs.ts";
import { modifyMetadata, type CreateMessage } from "../schemas/threads.ts";
import type { Env, Request, Services } from "../services.ts";
import { checkResources } from "../toolResources.ts";
import { readToolOutputs } from "../toolOutputs.ts";

export function runRoutes(services: Services): Hono<Env> {
  const { store, engine } = services;
  const app = new Hono<Env>();
  const runOf = (request: Request): Run => {
    const thread = find(store, "thread", request.req.param("thread") ?? "");
    return find(store, "run", request.req.param("run") ?? "", thread.id);
  };

  app.post("/threads/runs", async (request) => {
    const { thread: wanted, stream, ...settings } = await readBody(request, createThreadAndRun, services);
    find(store, "assistant", settings.assistant_id);
    await hostedResources(settings.tool_resources ?? {}, services);
    const ready = await hostedThread(wanted ?? {}, services);
    const { thread, started } = store.transaction(() => {
      find(store, "assistant", settings.assistant_id);
      checkResources(settings.tool_resources ?? {}, services);
      const made = createThread(ready, services);
      return { thread: made, started: startRun(services, made, settings, []) };
    });
    return answer(request, started, stream === true, { event: "thread.created", data: thread });
  });

  app.get("/threads/:thread/runs", (request) => {
    const thread = find(store, "thread", request.req.param("thread"));
    return request.json(listPage(request, store, "run", { parent: thread.id }));
  });

  app.post("/threads/:thread/runs", async (request) => {
    const include = includesResultContent(request);
    const { stream, additional_messages: more, ...settings } = await readBody(request, createRun, services);
    const thread = find(store, "thread", request.req.param("thread"));
    if (services.hosted !== undefined) checkRunnable(services, thread, settings.assistant_id);
    const hostedStore = await hostedAttachments(more ?? [], thread, services);
    const started = startRun(services, thread, settings, more ?? [], include, hostedStore);
    return answer(request, started, stream === true);
  });

  app.get("/threads/:thread/runs/:run", (request) => {
    request.header("openai-poll-after-ms", pollAfterMs);
    return request.json(runOf(request));
  });

  app.post("/threads/:thread/runs/:run", async (request) => {
    const { metadata } = await readBody(request, modifyMetadata, services);
    const run = runOf(request);
    return request.json(metadata === undefined ? run : engine.setMetadata(run, metadata ?? {}));
  });

  app.post("/threads/:thread/runs/:run/cancel", (request) => {
    const run = runOf(request);
    if (!isActive(run.status)) throw badRequest(`Cannot cancel run with status '${run.status}'.`);
    return request.json(engine.cancel(run));
  });

  // An extension of the protocol, for debuggers.
  app.post("/threads/:thread/runs/:run/hold", (request) => {
    const run = runOf(request);
    if (run.status !== "requires_action")
      throw badRequest(`Runs in status "${run.status}" wait for nothing and cannot be held.`);
    return request.json(engine.hold(run));
  });

  app.post("/threads/:thread/runs/:run/submit_tool_outputs", async (request) => {
    const body = await readBody(request, submitToolOutputs, services);
    const run = runOf(request);
    refuseWhenStopping(services);
    const outputs = readToolOutputs(run, body.tool_outputs);
    return answer(request, engine.submit(run, outputs), body.stream === true);
  });

  return app;
}

function startRun(
  services: Services,
  thread: Thread,
  settings: RunSettings & { readonly assistant_id: string },
  more: readonly CreateMessage[],
  includeContent = false,
  hostedStore?: string,
): StartedRun {
  const { store } = services;
  const assistant = checkRunnable(services, thread, settings.assistant_id);
  const messages = more.map((body) => newMessage(body, thread.id, services));
  const run = newRun(assistant, thread.id, settings, services.clock);
  if (
    run.instructions === "" &&
    !messages.some((message) => message.role === "user") &&
    !store.hasUserMessage(thread.id)
  ) {
    throw badRequest("Run creation requires a Thread with a user message or an assistant with instructions.", {
      code: "invalid_thread",
    });
  }
  const attach = (): void => attachFiles(thread.id, messages, services, hostedStore);
  return services.engine.create(run, messages, attach, includeContent);
}

function checkRunnable(services: Services, thread: Thread, assistantId: string): Assistant {
  const { store } = services;
  refuseWhenStopping(services);
  const assistant = find(store, "assistant", assistantId);
  const active = store.activeRun(thread.id);
  if (active !== undefined) throw badRequest(`Thread ${thread.id} already has an active run ${active.id}.`);
  return assistant;
}

function refuseWhenStopping({ engine }: Services): void {
  if (!engine.accepting) throw new ApiError(503, "The runtime is stopping and takes no new runs.");
}

function answer(
  request: Request,
  started: StartedRun,
  stream: boolean,
  first?: { event: string; data: object },
): Response {
  if (stream) return eventStream(started.events, first);
  started.events.close();
  return request.json(started.run);
}
