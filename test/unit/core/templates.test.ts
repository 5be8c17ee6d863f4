import { strict as assert } from "node:assert";
import { describe, it } from "node:test";

import { checkDefinition } from "../../../src/core/definition/checkDefinition.ts";
import { templates } from "../../../src/core/definition/templates.ts";
import { supportedExtensions } from "../../../src/core/documents/fileRules.ts";
import { globProposals, newStoreText } from "../../../src/core/vectorStoreDefinition/newStore.ts";
import { parseStore } from "../../../src/core/vectorStoreDefinition/parseStore.ts";

describe("what a new file begins with", () => {
  for (const { label, text } of templates)
    for (const name of ["My Assistant", 'A "quoted": name # 1', "- 日本"])
      it(`template ${label}, called ${name}: no problem, and the name as it was typed`, () => {
        const store = name.startsWith("A") ? "a, b: }" : "docs";
        const parsed = checkDefinition(text({ name, store }), { facts: { storeNames: new Set([store]) } });
        assert.deepEqual(parsed.problems, []);
        assert.equal(parsed.valid && parsed.definition.name, name);
      });

  it("without a store, the search template says how to make one", () => {
    const search = templates.find(({ label }) => label.startsWith("Search"))!;
    const parsed = checkDefinition(search.text({ name: "S", store: null }));
    assert.deepEqual(
      parsed.problems.map(({ code }) => code),
      ["file-search-store"],
    );
  });

  it("a store definition is valid, whatever its name and globs", () => {
    for (const glob of ["docs/**/*.md", "**/*.{md,pdf}", "[[]x]/**/*.md"]) {
      const parsed = parseStore(newStoreText("my docs: 1", [glob]));
      assert.ok(parsed.valid);
      assert.deepEqual([parsed.store.name, parsed.store.include], ["my docs: 1", [glob]]);
    }
  });

  it("globs are proposed by kind and top folder, with their counts; not what is no document", () => {
    const paths = [
      "docs/a.md",
      "docs/b/c.md",
      "README.md",
      "manuals/x.pdf",
      "node_modules/a/readme.md",
      ".git/x.txt",
      "a.assistant.yaml",
      "assistants.lock.json",
      "photo.png",
      "Makefile",
      // A sync leaves these out.
      ..."table.csv data/a.yaml data/b.xml docs/c.rst docs/d.mdx sheet.xlsx data/credentials.json .env".split(" "),
    ];
    assert.deepEqual(globProposals(paths), [
      { glob: "**/*.md", count: 3 },
      { glob: "docs/**/*.md", count: 2 },
      { glob: "manuals/**/*.pdf", count: 1 },
    ]);
    for (const { glob } of globProposals([...supportedExtensions].map((extension) => `x${extension}`)))
      assert.ok(supportedExtensions.has(glob.slice("**/*".length)), glob);
    assert.equal(globProposals([...supportedExtensions].map((one) => `x${one}`)).length, supportedExtensions.size);
    assert.equal(globProposals(["[x]/a.md"])[0]?.glob, "[[]x[]]/**/*.md");
  });
});
