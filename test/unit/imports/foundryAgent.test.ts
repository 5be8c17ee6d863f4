import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { checkDefinition } from "../../../src/core/definition/checkDefinition.ts";
import { importFoundryAgent } from "../../../src/core/imports/foundryAgent.ts";
import { importText, importedText } from "../../../src/core/imports/importText.ts";
import { ImportProblem } from "../../../src/core/imports/imported.ts";

/** As the designer writes it, with tools in each of the forms that are about. */
const designed = `# yaml-language-server: $schema=https://aka.ms/ai-foundry-vsc/agent/1.0.0
version: 1.0.0
name: clinic-desk
description: Answers questions about appointments
id: 'asst_abc'
metadata:
  authors:
    - someone
  tags: [clinic, desk]
model:
  id: 'gpt-6-astra'
  options:
    temperature: 0.5
    top_p: 0.9
    max_tokens: 900
instructions: |
  You sit at the desk.

  - Be brief.
tools:
  - type: code_interpreter
    options:
      file_ids: [file_1]
  - type: file_search
    file_search:
      vector_store_ids:
        - vs_1
      max_num_results: 5
  - type: bing_grounding
    options:
      tool_connections:
        - /subscriptions/x
  - type: mcp
    server_label: docs
    server_url: https://example.com/mcp
  - id: Clinic.find_slot
    type: function
    description: Find a free slot
    options:
      parameters:
        - name: day
          type: string
          description: Such as 2026-12-01
          required: true
        - name: doctor
          type: string
`;

describe("an agent file of Foundry's classic agents", () => {
  it("what the protocol has comes over, and the rest is named", () => {
    const { fields, left, from } = importText(designed);
    assert.equal(from, "a Foundry agent file");
    assert.deepEqual(fields, {
      name: "clinic-desk",
      description: "Answers questions about appointments",
      model: "gpt-6-astra",
      instructions: "You sit at the desk.\n\n- Be brief.\n",
      tools: [
        { type: "code_interpreter" },
        { type: "file_search", file_search: { max_num_results: 5 } },
        {
          type: "function",
          function: {
            name: "Clinic_find_slot",
            description: "Find a free slot",
            parameters: {
              type: "object",
              properties: { day: { type: "string", description: "Such as 2026-12-01" }, doctor: { type: "string" } },
              required: ["day"],
            },
          },
        },
      ],
      tool_resources: { code_interpreter: { file_ids: ["file_1"] }, file_search: { vector_store_ids: ["vs_1"] } },
      metadata: { authors: "someone", tags: "clinic, desk" },
      temperature: 0.5,
      top_p: 0.9,
    });
    for (const words of [/bing_grounding/, /mcp \(docs\)/, /asst_abc/, /max_tokens: 900/, /Clinic\.find_slot/])
      assert.ok(
        left.some((line) => words.test(line)),
        String(words),
      );
    const text = importedText({ fields, left, from }, "x");
    assert.match(text, /^# From a Foundry agent file\. Not taken over as it was:\n#   tools\[2\]: bing_grounding/);
    const parsed = checkDefinition(text);
    assert.deepEqual(
      parsed.problems.map(({ code }) => code),
      ["completion-budget"],
    );
    assert.ok(parsed.valid && parsed.definition.vectorStoreIds[0] === "vs_1");
  });

  it("a new one, and one of Semantic Kernel", () => {
    const empty = importText(
      "version: 1.0.0\nname: my-agent\ndescription: ''\nid: ''\nmetadata: { authors: [a], tags: [] }\nmodel:\n  id: ''\n  options: { temperature: 1, top_p: 1 }\ninstructions: Help\ntools: []\n",
    );
    assert.deepEqual(empty.fields["model"], undefined);
    assert.match(importedText(empty, "x"), /name: my-agent\ninstructions: Help\nmetadata:\n {2}authors: a\n/);
    const kernel = importText(
      "type: foundry_agent\nname: Menu\ninstructions: Answer.\nmodel:\n  id: ${AzureAI:ChatModelId}\n  connection: { connection_string: x }\ntools:\n  - { id: MenuPlugin.get_specials, type: function }\n",
    );
    assert.deepEqual(kernel.fields["tools"], [{ type: "function", function: { name: "MenuPlugin_get_specials" } }]);
    assert.ok(kernel.left.some((line) => line.startsWith("model.connection")));
    assert.ok(kernel.left.some((line) => line.includes("filled in elsewhere")));
  });

  it("bad input is told in words", () => {
    assert.throws(() => importFoundryAgent("name: x\nmodel: [\n"), /Line \d+: /);
    assert.throws(() => importFoundryAgent("name: x\nmodel: m\n"), ImportProblem);
    assert.throws(() => importFoundryAgent("- 1\n"), ImportProblem);
  });
});
