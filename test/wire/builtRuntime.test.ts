/** The runtime as it is shipped: bundles alone in a folder, no sources and no packages beside them. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { after, test } from "node:test";
import { toFile } from "openai";
import { buildBundle } from "../../scripts/build/buildBundle.ts";
import { bundles } from "../../scripts/build/bundles.ts";
import { docx, pdf, pptx } from "./documentFixtures.ts";
import { startRuntime } from "./runtimeProcess.ts";

const root = join(import.meta.dirname, "..", "..");
const folder = mkdtempSync(join(tmpdir(), "built-runtime-"));
after(() => rmSync(folder, { recursive: true, force: true }));

test("its threads are found beside it, read every kind of document and search them", async () => {
  const parts = bundles.filter(({ name }) => ["runtime", "ingestThread", "searchThread"].includes(name));
  assert.equal(parts.length, 3);
  const packed = readFileSync(join(root, ".vscodeignore"), "utf8");
  for (const bundle of parts) {
    await buildBundle(bundle, "development");
    cpSync(join(root, bundle.outfile), join(folder, basename(bundle.outfile)));
    assert.ok(packed.includes(`!${bundle.outfile}\n`), `${bundle.outfile} is not packed`);
  }
  const runtime = await startRuntime({ entry: join(folder, "runtime.mjs") });
  try {
    const { vectorStores, files } = runtime.client;
    const store = await vectorStores.create({});
    for (const [name, content] of [
      ["a.md", Buffer.from("# Pike\n\nPikes wait in the reeds.")],
      ["a.pdf", pdf(["Curlews call at dusk."])],
      ["a.docx", docx(["Larches shed their needles."])],
      ["a.pptx", pptx([{ title: "Otter", text: "Otters hold hands." }])],
      ["a.html", Buffer.from("<p>Herons fish.</p>")],
    ] as const) {
      const file = await files.create({ file: await toFile(content, name), purpose: "assistants" });
      const read = await vectorStores.files.createAndPoll(store.id, { file_id: file.id });
      assert.equal(read.status, "completed", `${name}: ${read.last_error?.message}`);
    }
    for (const [query, name] of [
      ["reeds", "a.md"],
      ["curlews", "a.pdf"],
      ["needles", "a.docx"],
      ["otters", "a.pptx"],
      ["herons", "a.html"],
    ] as const)
      assert.equal((await vectorStores.search(store.id, { query })).data[0]?.filename, name);
  } finally {
    await runtime.stop();
  }
});
