import OpenAI from "openai";
import type {
  AssistantStreamEvent,
  AssistantCreateParams,
  AssistantUpdateParams,
} from "openai/resources/beta/assistants";
import type { RunCreateParamsStreaming } from "openai/resources/beta/threads/runs/runs";
import type { ThreadCreateParams } from "openai/resources/beta/threads/threads";

import type {
  AssistantParams,
  AssistantPatch,
  ListParams,
  NewMessage,
  Provider,
  RunParams,
  ToolOutput,
} from "../../core/provider.ts";
import { ProviderError } from "../../core/provider.ts";
import type { Page, Run, Thread } from "../../core/wire.ts";
import type { RunEvent } from "../../core/wireEvents.ts";
import { documentOperations } from "./documentOperations.ts";
import { providerErrorOf } from "./providerErrorOf.ts";
import { retrievalOperations } from "./retrievalOperations.ts";

export interface AssistantsProviderOptions {
  /** With the `/v1`. */
  readonly baseUrl: string;
  readonly apiKey: string;
  /** For error messages: what a person calls this server. */
  readonly label: string;
}

/** The `assistants` adapter: any server that speaks the Assistants v2 protocol, through the official SDK. */
export function createAssistantsProvider(options: AssistantsProviderOptions): Provider {
  // A run request must not be repeated by itself: without an idempotency key, a retry can start a second run.
  const client = new OpenAI({
    baseURL: options.baseUrl,
    apiKey: options.apiKey,
    maxRetries: 1,
    organization: null,
    project: null,
  });
  const once = { maxRetries: 0 };

  const call = async <T>(request: () => Promise<T>): Promise<T> => {
    try {
      return await request();
    } catch (error) {
      throw providerErrorOf(error, options.label);
    }
  };

  const page = async <T>(
    request: () => Promise<{ readonly data: T[]; readonly has_more?: boolean }>,
  ): Promise<Page<T>> => {
    const answer = await call(request);
    return { data: answer.data, has_more: answer.has_more ?? false };
  };

  async function* events(request: () => Promise<AsyncIterable<AssistantStreamEvent>>): AsyncGenerator<RunEvent> {
    let begun = false;
    try {
      for await (const event of await request()) {
        begun = true;
        // The SDK throws on `error` events itself; this narrows the type.
        if (event.event !== "error") yield event satisfies RunEvent;
      }
    } catch (error) {
      throw providerErrorOf(error, options.label, begun);
    }
  }

  const { beta } = client;
  return {
    listModels: () => call(async () => (await client.models.list()).data),

    listAssistants: (params) => page(() => beta.assistants.list(listQuery(params))),
    retrieveAssistant: (id) => call(() => beta.assistants.retrieve(id)),
    createAssistant: (params) => call(() => beta.assistants.create(assistantBody(params), once)),
    updateAssistant: (id, params) =>
      call(() => beta.assistants.update(id, assistantBody(params) as AssistantUpdateParams)),
    deleteAssistant: (id) => call(async () => void (await beta.assistants.delete(id))),

    listThreads: (params) => page(() => listThreads(client, params)),
    createThread: (metadata, messages, toolResources) =>
      call(() =>
        beta.threads.create(
          {
            metadata: { ...metadata },
            ...(messages === undefined ? {} : { messages: messages.map(messageBody) }),
            ...(toolResources === undefined
              ? {}
              : { tool_resources: toolResources as ThreadCreateParams.ToolResources }),
          },
          once,
        ),
      ),
    retrieveThread: (id) => call(() => beta.threads.retrieve(id)),
    deleteThread: (id) => call(async () => void (await beta.threads.delete(id))),

    listMessages: (threadId, params) => page(() => beta.threads.messages.list(threadId, listQuery(params))),
    createMessage: (threadId, text, attachments = []) =>
      call(() =>
        beta.threads.messages.create(
          threadId,
          {
            role: "user",
            content: text,
            ...(attachments.length === 0
              ? {}
              : { attachments: attachments.map(({ file_id, tools }) => ({ file_id, tools: [...tools] })) }),
          },
          once,
        ),
      ),

    listRuns: (threadId, params) => page(() => beta.threads.runs.list(threadId, listQuery(params))),
    retrieveRun: (threadId, runId) => call(() => beta.threads.runs.retrieve(runId, { thread_id: threadId })),
    listRunSteps: (threadId, runId, params) =>
      page(() =>
        beta.threads.runs.steps.list(runId, { thread_id: threadId, include: [resultContent], ...listQuery(params) }),
      ),
    streamRun: (threadId, params) =>
      events(() => beta.threads.runs.create(threadId, { ...runBody(params), include: [resultContent] }, once)),
    streamToolOutputs: (threadId, runId, outputs) =>
      events(() =>
        beta.threads.runs.submitToolOutputs(
          runId,
          { thread_id: threadId, tool_outputs: outputs.map((output: ToolOutput) => ({ ...output })), stream: true },
          once,
        ),
      ),
    cancelRun: (threadId, runId) => call(() => beta.threads.runs.cancel(runId, { thread_id: threadId })),
    holdRun: (threadId, runId) => call(() => holdRun(client, threadId, runId)),

    listFiles: (params) => page(() => client.files.list({ ...listQuery(params), purpose: "assistants" })),
    uploadFile: ({ name, bytes }) =>
      call(() => client.files.create({ purpose: "assistants", file: new File([bytes], name) }, once)),

    listVectorStores: (params) => page(() => client.vectorStores.list(listQuery(params))),
    createVectorStore: ({ metadata, ...rest }) =>
      call(() => client.vectorStores.create({ ...rest, metadata: { ...metadata } }, once)),
    listVectorStoreFiles: (id, params) => page(() => client.vectorStores.files.list(id, listQuery(params))),

    retrieval: retrievalOperations(client, call),
    documents: documentOperations(client, call),
  };
}

/** Asks for the text of what a file search found, which the wire leaves out otherwise. There is no such wish when tool outputs are submitted. */
const resultContent = "step_details.tool_calls[*].file_search.results[*].content";

interface ListQuery {
  limit?: number;
  order?: "asc" | "desc";
  after?: string;
}

function listQuery(params: ListParams): ListQuery {
  return { ...params };
}

/** `GET /threads` is an extension of the protocol; the SDK has no method for it. */
async function listThreads(client: OpenAI, params: ListParams): Promise<{ data: Thread[]; has_more: boolean }> {
  try {
    return await client.get("/threads", { query: listQuery(params) });
  } catch (error) {
    if (error instanceof OpenAI.APIError && [401, 404, 405].includes(error.status ?? 0)) {
      throw new ProviderError("unsupported", "This server does not list threads.", error.requestID ?? null, {
        cause: error,
      });
    }
    throw error;
  }
}

/** `POST …/hold` is an extension of the protocol, too. */
async function holdRun(client: OpenAI, threadId: string, runId: string): Promise<Run> {
  const path = `/threads/${encodeURIComponent(threadId)}/runs/${encodeURIComponent(runId)}/hold`;
  try {
    return await client.post(path, { maxRetries: 0 });
  } catch (error) {
    // A server that does not know the path says so in one of these ways; one that knows it says 400 of a run that does not wait.
    if (error instanceof OpenAI.APIError && [401, 403, 404, 405, 501].includes(error.status ?? 0)) {
      throw new ProviderError("unsupported", "This server cannot put a run's expiry off.", error.requestID ?? null, {
        cause: error,
      });
    }
    throw error;
  }
}

function messageBody(message: NewMessage): ThreadCreateParams.Message {
  const { role, content, attachments } = message;
  return {
    role,
    content: content.map((part) => ({ ...part })),
    ...(attachments === undefined ? {} : { attachments: attachments as ThreadCreateParams.Message["attachments"] }),
  } as ThreadCreateParams.Message;
}

function assistantBody(params: AssistantParams | AssistantPatch): AssistantCreateParams {
  const { reasoning_effort: effort, response_format: format, ...rest } = params;
  // The port's types are read-only and hold what a person wrote; the server checks the values.
  return {
    ...rest,
    ...(effort === undefined ? {} : { reasoning_effort: effort }),
    ...(format === undefined ? {} : { response_format: format }),
  } as AssistantCreateParams;
}

function runBody(params: RunParams): RunCreateParamsStreaming {
  // The port's types are read-only and hold what a person or a server wrote; the server checks the values.
  return { ...params, stream: true } as RunCreateParamsStreaming;
}
