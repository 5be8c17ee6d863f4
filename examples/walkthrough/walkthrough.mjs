// A program for the Assistants API, as one wrote it for OpenAI's servers. Only the line that makes the client names another one.
import OpenAI from "openai";

const client = new OpenAI({ baseURL: process.env.ASSISTANTS_BASE_URL, apiKey: process.env.ASSISTANTS_API_KEY });

// 1. An assistant.
const mentor = await client.beta.assistants.create({
  name: "Engineering Mentor",
  instructions: "You are a senior engineer. Explain system design plainly, and review code with care.",
  model: "gpt-4.1",
  tools: [{ type: "code_interpreter" }, { type: "file_search" }],
});
console.log(`assistant: ${mentor.id}`);

// 2. A thread with a message.
const thread = await client.beta.threads.create();
await client.beta.threads.messages.create(thread.id, {
  role: "user",
  content: "Explain the trade-offs between synchronous and asynchronous processing in a payment system.",
});

// 3. A run whose answer is streamed.
const stream = client.beta.threads.runs
  .stream(thread.id, { assistant_id: mentor.id })
  .on("textCreated", () => process.stdout.write("assistant > "))
  .on("textDelta", (delta) => process.stdout.write(delta.value ?? ""))
  .on("textDone", () => process.stdout.write("\n"))
  .on("toolCallCreated", (call) => console.log(`[tool: ${call.type}]`));
await stream.finalRun();

// 4. A function: the run stops, this program answers, the run goes on.
const support = await client.beta.assistants.create({
  name: "Order Support Agent",
  instructions: "Help customers to check the status of their orders.",
  model: "gpt-4.1",
  tools: [
    {
      type: "function",
      function: {
        name: "get_order_status",
        description: "Look up the current status of a customer order",
        parameters: {
          type: "object",
          properties: { order_id: { type: "string", description: "The order ID (e.g., ORD-12345)" } },
          required: ["order_id"],
        },
      },
    },
  ],
});
await client.beta.threads.messages.create(thread.id, { role: "user", content: "Where is my order ORD-12345?" });

let run = await wait(await client.beta.threads.runs.create(thread.id, { assistant_id: support.id }));
if (run.status === "requires_action") {
  const outputs = run.required_action.submit_tool_outputs.tool_calls.map((call) => {
    console.log(`call: ${call.function.name}(${call.function.arguments})`);
    const { order_id } = JSON.parse(call.function.arguments);
    return {
      tool_call_id: call.id,
      output: JSON.stringify({ order_id, status: "shipped", tracking: "1Z999AA10123" }),
    };
  });
  run = await wait(
    await client.beta.threads.runs.submitToolOutputs(run.id, { thread_id: thread.id, tool_outputs: outputs }),
  );
}
console.log(`run: ${run.status}`);

// 5. What is on the thread now, newest first.
for (const message of (await client.beta.threads.messages.list(thread.id)).data) {
  for (const block of message.content) {
    if (block.type === "text") console.log(`${message.role}: ${block.text.value}`);
  }
}

process.exitCode = run.status === "completed" ? 0 : 1;

async function wait(run) {
  while (run.status === "queued" || run.status === "in_progress") {
    await new Promise((resolve) => setTimeout(resolve, 200));
    run = await client.beta.threads.runs.retrieve(run.id, { thread_id: run.thread_id });
  }
  return run;
}
