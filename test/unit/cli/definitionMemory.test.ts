import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { DefinitionMemory } from "../../../src/cli/definitionMemory.ts";
import { readFolder } from "../../../src/cli/readFolder.ts";
import type { Folder } from "../../../src/cli/readFolder.ts";
import { checkText } from "../../../src/core/definition/checkedText.ts";
import type { CheckedText } from "../../../src/core/definition/checkedText.ts";
import { rules } from "../../../src/core/definition/rules/table.ts";
import { readSource } from "../../../src/core/definition/source.ts";

const texts: Readonly<Record<string, string>> = {
  "plain.assistant.yaml":
    "# kept\nname: Plain\nmodel: m\ntools:\n  - type: code_interpreter\n  - type: function\n    function: { name: f, description: d }\nmetadata: { team: a }\n",
  "file.assistant.yaml":
    "name: File\ninstructions: { file: ./file.md }\ntool_resources: { file_search: { vector_store: docs } }\n",
  "long.assistant.yaml": `name: ${"n".repeat(257)}\n`,
  "broken.assistant.yaml": "name: [\n",
  "shape.assistant.yaml": "name: 3\ntools: {}\n",
  "list.assistant.yaml": "- 1\n",
  "empty.assistant.yaml": "",
  "numbers.assistant.yaml": "name: N\ntemperature: .nan\nextra: [.inf, -0.0, 2026-01-01]\n",
  "anchors.assistant.yaml": "name: A\nmetadata: &m { a: b }\nextra: [*m, *m]\n",
  "secret.assistant.yaml": `name: S\ninstructions: use sk-proj-${"aB3dE6gH9k".repeat(5)}\n`,
};

describe("definitions that were read before", () => {
  let root: string;
  let cache: string;
  const memory = (build = "1"): DefinitionMemory => DefinitionMemory.open(cache, root, build);
  const read = (remembered: DefinitionMemory | null): Promise<Folder> =>
    readFolder(root, { disabled: new Set(["completion-budget"]), models: [], now: 0, memory: remembered });
  /** How many of the texts have to be parsed. */
  const parsedBy = (remembered: DefinitionMemory): number => {
    let count = 0;
    for (const text of Object.values(texts))
      remembered.recall(text, (): CheckedText => {
        count += 1;
        return checkText(readSource(text), rules);
      });
    return count;
  };
  const keep = async (): Promise<void> => {
    const first = memory();
    await read(first);
    await first.save();
  };

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "memory-"));
    cache = join(root, "cache");
    for (const [name, text] of Object.entries(texts)) writeFileSync(join(root, name), text);
    writeFileSync(join(root, "file.md"), "Help.\n");
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it("say the same as if they were parsed, also when what is around them changes", async () => {
    await keep();
    assert.deepEqual(await read(memory()), await read(null));
    writeFileSync(join(root, "docs.vectorstore.yaml"), "name: docs\ninclude: ['*']\n");
    writeFileSync(join(root, "file.md"), "x".repeat(256_001));
    const long = await read(memory());
    assert.deepEqual(long, await read(null));
    const codes = (folder: Folder): readonly string[] => {
      const file = folder.definitions.find(({ path }) => path.startsWith("file."));
      return (file?.parsed.problems ?? []).map(({ code }) => code).filter((code) => code.startsWith("instructions"));
    };
    assert.deepEqual(codes(long), ["instructions-length"]);
    rmSync(join(root, "file.md"));
    assert.deepEqual(codes(await read(memory())), ["instructions-file"]);
    writeFileSync(join(root, "plain.assistant.yaml"), "name: Another\n");
    assert.deepEqual(await read(memory()), await read(null));
  });

  it("are parsed again where JSON would change them, after a new build, and when the memory is damaged", async () => {
    await keep();
    // Not kept: numbers that JSON does not have, and a text with a secret.
    assert.equal(parsedBy(memory()), 2);
    assert.equal(parsedBy(memory("2")), Object.keys(texts).length);
    const [file] = readdirSync(cache);
    const path = join(cache, file ?? "");
    for (const damaged of ["", "{", "[]", '{"build":"1"}', '{"build":"1","texts":[1]}']) {
      writeFileSync(path, damaged);
      assert.equal(parsedBy(memory()), Object.keys(texts).length, damaged);
    }
  });

  it("keep no secret, and nothing of files that are gone", async () => {
    await keep();
    const [file] = readdirSync(cache);
    const kept = (): string => readFileSync(join(cache, file ?? ""), "utf8");
    assert.doesNotMatch(kept(), /sk-proj/);
    assert.match(kept(), /Plain/);
    writeFileSync(join(root, "plain.assistant.yaml"), "name: Another\n");
    const next = memory();
    await read(next);
    await next.save();
    assert.doesNotMatch(kept(), /Plain/);
    assert.match(kept(), /Another/);
  });
});
