/** A refusal in the shape that the SDK expects (spec: ErrorResponse). All four keys are always there. */
export class ApiError extends Error {
  readonly status: 400 | 401 | 403 | 404 | 413 | 429 | 500 | 501 | 503;
  readonly type: "invalid_request_error" | "server_error";
  readonly param: string | null;
  readonly code: string | null;

  constructor(status: ApiError["status"], message: string, detail: { param?: string; code?: string } = {}) {
    super(message);
    this.status = status;
    this.type = status >= 500 ? "server_error" : "invalid_request_error";
    this.param = detail.param ?? null;
    this.code = detail.code ?? null;
  }

  get body(): { error: { message: string; type: string; param: string | null; code: string | null } } {
    return { error: { message: this.message, type: this.type, param: this.param, code: this.code } };
  }
}

/** 400: a wrong request. Never 409 for a lock: the SDK retries that by itself. */
export function badRequest(message: string, detail: { param?: string; code?: string } = {}): ApiError {
  return new ApiError(400, message, detail);
}

/** 404 for an id that names nothing. `what` as in "No thread found with id". */
export function notFound(what: string, id: string): ApiError {
  return new ApiError(404, `No ${what} found with id '${id}'.`);
}

/** 501 for what other servers of this protocol do and this one does not yet. The SDK is told not to retry it. */
export function notImplemented(what: string): ApiError {
  return new ApiError(501, `This runtime does not implement ${what} yet.`, { code: "not_implemented" });
}
