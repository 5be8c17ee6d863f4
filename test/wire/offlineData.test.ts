/** The offline model computes from tables: it writes Python, the sandbox runs it, and the answer is what was printed. */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { toFile } from "openai";
import type { Message } from "openai/resources/beta/threads/messages";
import { startRuntime, type RuntimeProcess } from "./runtimeProcess.ts";

let runtime: RuntimeProcess;
let assistant: string;
let orders: string;

before(async () => {
  runtime = await startRuntime();
  const { client } = runtime;
  orders = await upload(
    "orders.csv",
    'region,product,amount,units\nnorth,lamp,10.50,1\nsouth,lamp,20,2\nnorth,chair,"1,000.00",3\nwest,chair,n/a,4\n',
  );
  assistant = (await client.beta.assistants.create({ model: "offline", tools: [{ type: "code_interpreter" }] })).id;
});
after(async () => {
  await runtime.stop();
});

async function upload(name: string, text: string): Promise<string> {
  const file = await toFile(Buffer.from(text), name);
  return (await runtime.client.files.create({ file, purpose: "assistants" })).id;
}

async function ask(text: string, file: string = orders): Promise<{ message: Message; text: string; programs: number }> {
  const { client } = runtime;
  const run = await client.beta.threads.createAndRunPoll(
    {
      assistant_id: assistant,
      thread: {
        messages: [
          { role: "user", content: text, attachments: [{ file_id: file, tools: [{ type: "code_interpreter" }] }] },
        ],
      },
    },
    { pollIntervalMs: 50 },
  );
  assert.equal(run.status, "completed", JSON.stringify(run.last_error));
  const [message] = (await client.beta.threads.messages.list(run.thread_id, { limit: 1 })).data;
  const steps = await client.beta.threads.runs.steps.list(run.id, { thread_id: run.thread_id });
  const said = message?.content.map((part) => (part.type === "text" ? part.text.value : "")).join("") ?? "";
  return { message: message!, text: said, programs: steps.data.filter((step) => step.type === "tool_calls").length };
}

test("a sum by group, with what could not be read said", async () => {
  const { text, programs } = await ask("What is the total amount by region?");
  assert.equal(programs, 2);
  assert.match(text, /sum of amount by region from the 4 rows of `orders\.csv`/);
  assert.match(text, /north +1,010\.50\nsouth +20\n/);
  assert.match(text, /1 rows without a number were left out/);
  assert.doesNotMatch(text, /west +\d/);
});

test("with Python turned off, the answer and the step say why, and nothing is made up", async () => {
  const off = await startRuntime({ args: ["--no-python"] });
  try {
    const { client } = off;
    const file = await client.files.create({
      file: await toFile(Buffer.from("region,amount\na,1\nb,2\n"), "sales.csv"),
      purpose: "assistants",
    });
    const made = await client.beta.assistants.create({
      model: "offline",
      tools: [{ type: "code_interpreter" }],
      tool_resources: { code_interpreter: { file_ids: [file.id] } },
    });
    const thread = await client.beta.threads.create({
      messages: [{ role: "user", content: "What is the total amount by region?" }],
    });
    const polling = { pollIntervalMs: 50 };
    await client.beta.threads.runs.createAndPoll(thread.id, { assistant_id: made.id }, polling);
    const [message] = (await client.beta.threads.messages.list(thread.id, { limit: 1 })).data;
    assert.match(JSON.stringify(message?.content), /does not work here: it is turned off \(--no-python/);
    const forced = await client.beta.threads.runs.createAndPoll(
      thread.id,
      { assistant_id: made.id, tool_choice: { type: "code_interpreter" } },
      polling,
    );
    assert.equal(forced.status, "completed");
    const steps = await client.beta.threads.runs.steps.list(forced.id, { thread_id: thread.id });
    assert.match(JSON.stringify(steps.data), /Python cannot be run here: it is turned off \(--no-python/);
  } finally {
    await off.stop();
  }
});

test("several measures of one column, without a group", async () => {
  const { text } = await ask("min, max and average of units please");
  assert.match(text, /min of units, max of units, mean of units/);
  assert.match(text, /all rows +1 +4 +2\.50/);
});

test("numbers are read as their column writes them, and shown with the digits that they have", async () => {
  const semicolons = await upload("eu.csv", "Name;Betrag;Menge\nA;10,5;1.234\nB;0,5;2\n");
  const amounts = await ask("sum of Betrag", semicolons);
  assert.match(amounts.text, /all rows +11\n/);
  assert.match(amounts.text, /A comma in a number was read as its decimal sign/);
  const losses = await ask("sum of loss", await upload("small.csv", "id,loss\n1,0.001\n2,0.002\n"));
  assert.match(losses.text, /all rows +0\.003\n/);
});

test("how many rows by product", async () => {
  const { text } = await ask("How many rows are there per product?");
  assert.match(text, /(lamp +2\nchair +2|chair +2\nlamp +2)/);
});

test("a chart is a picture and a file", async () => {
  const { message, text } = await ask("Draw a chart of the units by region");
  assert.match(text, /\[chart\.svg\]\(sandbox:\/mnt\/data\/chart\.svg\)/);
  const [image] = message.content;
  assert.equal(image?.type, "image_file");
  const id = image?.type === "image_file" ? image.image_file.file_id : "";
  const svg = await (await runtime.client.files.content(id)).text();
  assert.match(svg, /^<svg [^>]*>[^]*sum of units by region[^]*>north<[^]*<\/svg>\n$/);
  const annotated = message.content.flatMap((part) => (part.type === "text" ? part.text.annotations : []));
  assert.deepEqual(
    annotated.map((one) => one.type === "file_path" && one.file_path.file_id),
    [id],
  );
});

test("what is not clear is asked, and nothing is guessed", async () => {
  const unclear = await ask("What is the average?");
  assert.match(unclear.text, /cannot tell which column you mean\. Those with numbers are `amount`, `units`/);
  const wrong = await ask("Sum of product by region");
  assert.match(wrong.text, /The column `product` has no numbers in it/);
  const look = await ask("Tell me about the data");
  assert.match(look.text, /4 rows and the columns `region`, `product`, `amount`, `units`/);
});

test("names of columns and values are data, not code", async () => {
  const file = await upload("evil.csv", '"a""); import os #",n\n"<script>x</script>",1\n"{value}",2\n');
  const { text } = await ask("Draw a chart of n by a import os", file);
  assert.match(text, /sum of n by a/);
  assert.match(text, /chart\.svg/);
});

test("a table that is none is said to be none", async () => {
  const file = await upload("empty.csv", "");
  const { text } = await ask("sum of everything by x", file);
  assert.match(text, /0 rows|could not read/);
});
