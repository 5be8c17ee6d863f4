import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { reasonOf } from "../log.ts";
import { ApiError } from "./apiError.ts";
import { checkAccess, corsHeaders, isAllowedPreflight, type Access } from "./guard.ts";
import { assistantRoutes } from "./routes/assistants.ts";
import { fileBatchRoutes } from "./routes/fileBatches.ts";
import { fileRoutes } from "./routes/files.ts";
import { hostedFileRoutes } from "./routes/hostedFiles.ts";
import { messageRoutes } from "./routes/messages.ts";
import { modelRoutes } from "./routes/models.ts";
import { runRoutes } from "./routes/runs.ts";
import { stepRoutes } from "./routes/steps.ts";
import { threadRoutes } from "./routes/threads.ts";
import { vectorStoreFileRoutes } from "./routes/vectorStoreFiles.ts";
import { vectorStoreRoutes } from "./routes/vectorStores.ts";
import type { Env, Services } from "./services.ts";

/** The whole server as a function from request to response. */
export function createApp(services: Services, access: Access): Hono<Env> {
  const app = new Hono<Env>();
  app.use(async (request, next) => {
    const started = performance.now();
    request.set("requestId", `req_${randomBytes(16).toString("hex")}`);
    await next();
    request.res.headers.set("x-request-id", request.get("requestId"));
    request.res.headers.set("openai-version", "2020-10-01");
    for (const [name, value] of Object.entries(corsHeaders(request, access))) request.res.headers.set(name, value);
    request.res.headers.set("openai-processing-ms", String(Math.round(performance.now() - started)));
  });
  app.use(async (request, next) => {
    checkAccess(request, access);
    if (isAllowedPreflight(request, access)) return request.body(null, 204);
    return next();
  });
  // Runs before threads: `POST /threads/runs` is no thread called "runs".
  const routes = [
    assistantRoutes,
    runRoutes,
    threadRoutes,
    messageRoutes,
    stepRoutes,
    modelRoutes,
    vectorStoreRoutes,
    vectorStoreFileRoutes,
    fileBatchRoutes,
    fileRoutes,
  ];
  // Before the runtime's own: what it passes on, they answer.
  if (services.hosted !== undefined) app.route("/v1", hostedFileRoutes(services, services.hosted));
  for (const route of routes) app.route("/v1", route(services));
  app.notFound((request) => {
    const error = new ApiError(404, `Unknown request URL: ${request.req.method} ${request.req.path}.`, {
      code: "unknown_url",
    });
    return request.json(error.body, error.status);
  });
  app.onError((error, request) => {
    const answer = error instanceof ApiError ? error : defect(error, request.get("requestId"), services);
    // The SDK repeats a 5xx by itself; neither of these becomes better by asking again at once.
    if (answer.status === 501 || answer.code === "upstream_error") request.header("x-should-retry", "false");
    return request.json(answer.body, answer.status);
  });
  return app;
}

const diskFull = 13;

function defect(error: Error, requestId: string, services: Services): ApiError {
  services.log(`${requestId}: ${reasonOf(error)}${error.stack === undefined ? "" : `\n${error.stack}`}`);
  if ("errcode" in error && error.errcode === diskFull) {
    return new ApiError(500, "The disk that holds the runtime's data is full.");
  }
  return new ApiError(
    500,
    `The server had an error processing your request. Sorry about that! The runtime's log has the details under ${requestId}.`,
  );
}
