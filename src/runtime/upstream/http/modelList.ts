import type { Model } from "../../objects.ts";
import { connectionError } from "./connectionError.ts";
import { turnErrorOf } from "./failures.ts";
import { parseBody, readRefusal } from "./refusal.ts";
import { addressOf, headersFor, type Target } from "./target.ts";

const timeoutMs = 10_000;

/** The server's models; the configured one when it has no list. Rejects with words for a person when it does not answer. */
export async function listServerModels(target: Target): Promise<Model[]> {
  let response: Response;
  let text: string;
  try {
    response = await fetch(addressOf(target, "/models"), {
      headers: headersFor(target),
      // A key is not carried to where somebody else points.
      redirect: "manual",
      signal: AbortSignal.timeout(timeoutMs),
    });
    text = await response.text();
  } catch (error) {
    throw new Error(connectionError(error, target).message, { cause: error });
  }
  const models = response.ok ? readModels(text) : [];
  if (models.length > 0) return models;
  if (!response.ok && ![404, 405, 501].includes(response.status)) {
    throw new Error(turnErrorOf(readRefusal(response.status, parseBody(text), target), target, "", []).message);
  }
  return target.model === undefined ? [] : [{ id: target.model, object: "model", created: 0, owned_by: "upstream" }];
}

function readModels(text: string): Model[] {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    // A page of HTML at this path is no list.
    return [];
  }
  const data = typeof body === "object" && body !== null && "data" in body && Array.isArray(body.data) ? body.data : [];
  return data.flatMap((one: unknown): Model[] => {
    if (typeof one !== "object" || one === null || !("id" in one) || typeof one.id !== "string") return [];
    return [
      {
        id: one.id,
        object: "model",
        created: "created" in one && typeof one.created === "number" ? one.created : 0,
        owned_by: "owned_by" in one && typeof one.owned_by === "string" ? one.owned_by : "upstream",
        ...("shutdown_date" in one && typeof one.shutdown_date === "string"
          ? { shutdown_date: one.shutdown_date }
          : {}),
      },
    ];
  });
}
