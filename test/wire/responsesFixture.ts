import type { RunCreateParamsBaseStream } from "openai/lib/AssistantStream";
import type { Message } from "openai/resources/beta/threads/messages";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import type { RunStep } from "openai/resources/beta/threads/runs/steps";
import { createGardener, eventNames, threadSaying } from "./assistantFixtures.ts";
import { startRuntime, type RuntimeProcess, type RuntimeProcessOptions } from "./runtimeProcess.ts";
import { startScriptedModelServer, type ScriptedModelServer } from "./scriptedModelServer.ts";

/** A run as the SDK's AssistantStream saw it. */
export interface Watched {
  readonly run: Run;
  readonly names: readonly string[];
  readonly texts: readonly string[];
  readonly messages: readonly Message[];
  readonly steps: readonly RunStep[];
}

/** A runtime on a scripted Responses server, and an assistant with two functions. */
export interface ResponsesFixture {
  readonly server: ScriptedModelServer;
  readonly runtime: RuntimeProcess;
  readonly assistantId: string;
  ask(settings?: Partial<RunCreateParamsBaseStream>, threadId?: string): Promise<Watched>;
  answer(run: Run, outputs: Readonly<Record<string, string>>): Promise<Watched>;
  /** The input items of the last request. */
  input(): Record<string, unknown>[];
  close(): Promise<void>;
}

export const upstreamKey = "sk-upstream-secret-0123456789";

export async function startResponsesFixture(
  models: readonly (string | object)[] = ["deep"],
  options: RuntimeProcessOptions = {},
): Promise<ResponsesFixture> {
  const server = await startScriptedModelServer(models);
  const runtime = await startRuntime({
    args: ["--upstream", "responses", "--upstream-url", server.url, ...(options.args ?? [])],
    env: { ASSISTANTS_UPSTREAM_KEY: upstreamKey },
    ...(options.dataDir === undefined ? {} : { dataDir: options.dataDir }),
  });
  const assistantId = (await createGardener(runtime.client, "deep")).id;
  return {
    server,
    runtime,
    assistantId,
    async ask(settings = {}, threadId) {
      const thread = threadId ?? (await threadSaying(runtime.client, "Hi"));
      return watch(runtime.client.beta.threads.runs.stream(thread, { assistant_id: assistantId, ...settings }));
    },
    answer: (run, outputs) =>
      watch(
        runtime.client.beta.threads.runs.submitToolOutputsStream(run.id, {
          thread_id: run.thread_id,
          tool_outputs: Object.entries(outputs).map(([id, output]) => ({ tool_call_id: id, output })),
        }),
      ),
    input: () => server.bodies.at(-1)?.["input"] as Record<string, unknown>[],
    async close() {
      await runtime.stop();
      await server.close();
    },
  };
}

async function watch(
  stream: ReturnType<RuntimeProcess["client"]["beta"]["threads"]["runs"]["stream"]>,
): Promise<Watched> {
  const names = eventNames(stream);
  const run = await stream.finalRun();
  const messages = await stream.finalMessages();
  return { run, names, messages, texts: messages.map(textOf), steps: await stream.finalRunSteps() };
}

function textOf(message: Message): string {
  return message.content
    .map((part) => (part.type === "text" ? part.text.value : part.type === "refusal" ? `refusal: ${part.refusal}` : ""))
    .join("|");
}
