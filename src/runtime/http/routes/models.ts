/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Hono } from "hono";
import { reasonOf } from "../../log.ts";
import type { Model } from "../../objects.ts";
import { ApiError } from "../apiError.ts";
import type { Env, Services } from "../services.ts";

export function modelRoutes(services: Services): Hono<Env> {
  const app = new Hono<Env>();
  const models = async (): Promise<Model[]> => {
    try {
      return await services.upstream.listModels();
    } catch (error) {
      // The fault is behind this server, and the words already say what to do about it.
      throw new ApiError(500, reasonOf(error), { code: "upstream_error" });
    }
  };

  app.get("/models", async (request) => request.json({ object: "list", data: await models() }));

  app.get("/models/:model", async (request) => {
    const id = request.req.param("model");
    const model = (await models()).find((one) => one.id === id);
    if (model === undefined) {
      throw new ApiError(404, `The model '${id}' does not exist or you do not have access to it.`, {
        param: "model",
        code: "model_not_found",
      });
    }
    return request.json(model);
  });

  return app;
}
