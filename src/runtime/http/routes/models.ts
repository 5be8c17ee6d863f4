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
    if (model === undefined) throw noSuchModel(id);
    return request.json(model);
  });

  app.delete("/models/:model", async (request) => {
    const id = request.req.param("model");
    if (!(await models()).some((one) => one.id === id)) throw noSuchModel(id);
    // Only a fine-tuned model of one's own can be deleted, and this server has none.
    throw new ApiError(403, `The model '${id}' belongs to the server behind this one and cannot be deleted here.`, {
      param: "model",
    });
  });

  return app;
}

function noSuchModel(id: string): ApiError {
  return new ApiError(404, `The model '${id}' does not exist or you do not have access to it.`, {
    param: "model",
    code: "model_not_found",
  });
}
