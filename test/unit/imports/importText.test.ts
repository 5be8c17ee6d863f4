import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { checkDefinition } from "../../../src/core/definition/checkDefinition.ts";
import { importText, importedText } from "../../../src/core/imports/importText.ts";
import { ImportProblem } from "../../../src/core/imports/imported.ts";

const wanted = {
  name: "Order Support",
  model: "gpt-6-astra",
  instructions: "You help.\nBe kind.",
  tools: [
    { type: "file_search" },
    {
      type: "function",
      function: {
        name: "get_order",
        description: "Look it up",
        parameters: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
        strict: true,
      },
    },
  ],
  temperature: 0.2,
};

const python = `
from openai import OpenAI

client = OpenAI()
# the assistant (with { and " in a comment)
assistant = client.beta.assistants.create(
    name='Order Support',
    model="gpt-6-astra",
    instructions=(
        "You help.\\n"
        'Be kind.'
    ),
    tools=[
        {"type": "file_search"},
        {
            "type": "function",
            "function": {
                "name": "get_order",
                "description": "Look it up",
                "parameters": {"type": "object", "properties": {"id": {"type": "string"}}, "required": ["id"],},
                "strict": True,
            },
        },
    ],
    temperature=0.2,
    description=None,
)
print(assistant.id)
`;

const javascript = `
const assistant = await client.beta.assistants.create({
  name: "Order Support",
  model: 'gpt-6-astra', // a comment
  instructions: \`You help.
Be kind.\`,
  tools: [
    { type: "file_search" },
    {
      type: "function",
      function: {
        name: "get_order",
        description: "Look " + "it up",
        parameters: { type: "object", properties: { id: { type: "string" } }, required: ["id"] },
        strict: true,
      },
    },
  ],
  temperature: 0.2,
} satisfies AssistantCreateParams, { timeout: 1000 });
`;

const printed = `Assistant(id='asst_1', created_at=1700000000, description=None, instructions='You help.\\nBe kind.', metadata={}, model='gpt-6-astra', name='Order Support', object='assistant', tools=[FileSearchTool(type='file_search', file_search=None), FunctionTool(function=FunctionDefinition(name='get_order', description='Look it up', parameters={'type': 'object', 'properties': {'id': {'type': 'string'}}, 'required': ['id']}, strict=True), type='function')], response_format=None, temperature=0.2, tool_resources=ToolResources(code_interpreter=None, file_search=None), top_p=None)`;

const json = JSON.stringify({ id: "asst_1", object: "assistant", created_at: 1, ...wanted, metadata: {} }, null, 2);

const forms: readonly (readonly [string, string])[] = [
  ["a Python call", python],
  ["a Python call with CRLF", python.replaceAll("\n", "\r\n")],
  ["named arguments alone", /create\(\n([^]*?)\n\)\n/.exec(python)?.[1] ?? ""],
  ["a JavaScript call", javascript],
  ["a JavaScript object", /create\(([^]*?) satisfies/.exec(javascript)?.[1] ?? ""],
  ["fields without their braces", (/create\(\{([^]*?)\} satisfies/.exec(javascript)?.[1] ?? "").trim()],
  ["an object that is exported", `export default ${/create\(([^]*?) satisfies/.exec(javascript)?.[1]} as const;`],
  ["a dict in a variable", `SPEC = dict(${/create\(\n([^]*?)\n\)\n/.exec(python)?.[1]})\nclient.run(SPEC)`],
  ["what Python prints", printed],
  ["JSON", json],
  ["a request of curl", `curl https://x/v1/assistants -H "K: V" \\\n  -d '${json}'`],
];

describe("an assistant from a program", () => {
  for (const [name, text] of forms)
    it(`${name}: every field, and nothing to say`, () => {
      const { fields, left } = importText(text);
      const { metadata, ...rest } = fields;
      assert.deepEqual(rest, wanted);
      assert.ok(metadata === undefined || Object.keys(metadata as object).length === 0);
      assert.deepEqual(left, []);
      const definition = importedText(importText(text), "x");
      assert.deepEqual(
        checkDefinition(definition).problems.filter(({ severity }) => severity === "error"),
        // Strict mode wants this of the schema; it was so where it came from.
        checkDefinition(definition).problems.filter(({ code }) => code === "strict-schema"),
      );
    });

  it("takes the first of several assistants, and names the others", () => {
    const second = 'b = client.beta.assistants.create(name="Second", model="m", instructions="x")\n';
    const third = "client.beta.assistants.create(broken";
    const { fields, left } = importText(`${python}\n${second}assistants.update(a, model="m", tools=[])\n${third}`);
    assert.equal(fields["name"], "Order Support");
    assert.deepEqual(
      left.filter((line) => line.includes("another assistant")),
      ['another assistant in the same text: "Second". Select its call alone to make a definition of it'],
    );
    assert.deepEqual(
      importText(python).left.filter((line) => line.includes("another")),
      [],
    );
  });

  it("says what only the program knows, with its place, and takes the rest", () => {
    const { fields, left } = importText(`
      client.beta.assistants.create(
        name="Helper",
        model=settings.MODEL,
        instructions=load_prompt("support.md"),
        tools=[*shared, {"type": "code_interpreter"}, search_tool, {"type": "web_search"}],
        metadata={"team": "a", "tags": ["x", "y"], "owner": OWNER},
        tool_resources={"file_search": {"vector_stores": [{"file_ids": ["file_1"]}], "vector_store_ids": [store.id]}},
        temperature=0.5 * 2,
        **common,
      )`);
    assert.deepEqual(fields, {
      name: "Helper",
      tools: [{ type: "code_interpreter" }],
      metadata: { team: "a", tags: "x, y" },
    });
    assert.deepEqual(
      left.map((line) => line.split(":")[0]),
      [
        "model",
        "instructions",
        "tools[0]",
        "tools[2]",
        "tools[3]",
        "metadata.owner",
        "metadata.tags",
        "tool_resources.file_search.vector_store_ids[0]",
        "tool_resources.file_search.vector_stores",
        "temperature",
      ],
    );
    assert.match(left[1] ?? "", /load_prompt\("support\.md"\)/);
  });

  it("nothing is evaluated, and hostile text neither hangs nor pollutes", () => {
    const { fields } = importText('{ "name": "x", "__proto__": { "polluted": 1 }, model: (() => process.exit(1))() }');
    assert.deepEqual(fields, { name: "x" });
    assert.equal(({} as { polluted?: number }).polluted, undefined);
    for (const text of [
      "{".repeat(50_000),
      "name=".repeat(20_000),
      `f(${"[".repeat(20_000)}`,
      `x = {'${"a".repeat(90_000)}`,
    ])
      assert.throws(() => importText(text), ImportProblem, text.slice(0, 10));
  });

  it("texts with values filled in are kept as written, and it is said", () => {
    const { fields, left } = importText('create_agent(name="A", model="m", instructions=f"Help {user} with {{it}}.")');
    assert.equal(fields["instructions"], "Help {user} with {{it}}.");
    assert.deepEqual(left, ["Line 1: a text with values filled in; the places are kept as written."]);
    assert.deepEqual(importText("x = { name: `Hi ${who}`, model: 'm' }").left.length, 1);
  });

  it("escapes, triple quotes, dedent and strip mean what they mean in Python", () => {
    const text = `create_agent(name="caf\\u00e9 \\x41 \\n\\t\\"q\\"", model=r"a\\n", instructions=textwrap.dedent('''\n    One
      two''').strip(), description="""a
b""")`;
    const { fields } = importText(text);
    assert.deepEqual(fields, {
      name: 'café A \n\t"q"',
      model: "a\\n",
      instructions: "One\n  two",
      description: "a\nb",
    });
  });

  it("version 1 of the protocol: retrieval and file_ids", () => {
    const { fields, left } = importText(
      '{"model":"m","name":"Old","tools":[{"type":"retrieval"}],"file_ids":["file_1"]}',
    );
    assert.deepEqual(fields["tools"], [{ type: "file_search" }]);
    assert.deepEqual(fields["tool_resources"], { code_interpreter: { file_ids: ["file_1"] } });
    assert.equal(left.length, 2);
  });

  for (const [text, words] of [
    ["", /no text/],
    ["hello", /no assistant in it/],
    ["print('hello')", /no assistant in it/],
    ['client.beta.assistants.create(name="x', /Line 1: This string is never closed/],
    ['client.beta.assistants.create(\n  name="x",\n  tools=[{"type": "function"', /Line 3: This brace is never closed/],
    ['{"name": "x" "model": "m"}', /Line 1: Expected a comma, but there is “: "m"}”/],
    ["[1, 2, 3]", /no assistant in it/],
  ] as const)
    it(`bad input is told in words: ${JSON.stringify(text)}`, () => {
      assert.throws(
        () => importText(text),
        (error: unknown) => error instanceof ImportProblem && words.test(error.message),
      );
    });

  it("what did not come over stands in comments above the definition", () => {
    const text = importedText(importText('{ name: "X", model: pick(), colour: "red" }'), "x");
    assert.equal(
      text,
      "# From an SDK object. Not taken over as it was:\n#   model: pick()\n#   colour: no field of an assistant\nname: X\n",
    );
  });
});
