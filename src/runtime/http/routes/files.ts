/* oxlint-disable oxc/no-async-endpoint-handlers -- about Express; Hono awaits its handlers */
import { Readable } from "node:stream";
import { Hono } from "hono";
import { removeExpiredFiles, removeFile } from "../../files/removeFile.ts";
import { ApiError, notImplemented } from "../apiError.ts";
import { findFile } from "../findFile.ts";
import { listPage } from "../listing.ts";
import type { Env, Services } from "../services.ts";
import { uploadFile } from "../uploadFile.ts";

/** Files: uploaded, listed, read back and deleted. The content of every file can be read, whatever its purpose: it is yours. */
export function fileRoutes(services: Services): Hono<Env> {
  const { store, files } = services;
  const app = new Hono<Env>();

  app.get("/files", (request) => {
    removeExpiredFiles(services);
    const purpose = request.req.query("purpose");
    return request.json(
      listPage(request, store, "file", { parent: "", maxLimit: 10_000, purpose: purpose === "" ? undefined : purpose }),
    );
  });

  app.post("/files", async (request) => request.json(await uploadFile(request, services)));

  app.get("/files/:id", (request) => request.json(findFile(services, request.req.param("id"))));

  // OpenAI refuses this for the purposes `assistants` and `user_data`; a local server has nobody to protect the content from.
  app.get("/files/:id/content", async (request) => {
    const file = findFile(services, request.req.param("id"));
    let content;
    try {
      content = await files.bytes.read(file.id);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOENT")) throw error;
      throw new ApiError(500, `The content of ${file.id} is missing from the runtime's data directory.`);
    }
    return new Response(Readable.toWeb(content) as ReadableStream, {
      headers: { "content-type": "application/octet-stream", "content-length": String(file.bytes) },
    });
  });

  app.delete("/files/:id", async (request) => {
    const { id } = findFile(services, request.req.param("id"));
    await removeFile(id, services);
    return request.json({ id, object: "file", deleted: true });
  });

  app.all("/uploads/*", () => {
    throw notImplemented("uploads in parts");
  });
  app.all("/uploads", () => {
    throw notImplemented("uploads in parts");
  });

  return app;
}
