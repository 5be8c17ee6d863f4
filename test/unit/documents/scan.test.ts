import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";

import { documentContent } from "../../../src/disk/documentContent.ts";
import type { Scan } from "../../../src/core/documents/scan.ts";
import type { StoreDefinition } from "../../../src/core/vectorStoreDefinition/storeDefinition.ts";
import { FileIndex } from "../../../src/disk/fileIndex.ts";
import { storeGlobs } from "../../../src/disk/globs.ts";
import { hashFile } from "../../../src/disk/hashFile.ts";
import { listFiles } from "../../../src/disk/listFiles.ts";
import { JournalFile } from "../../../src/disk/journalFile.ts";
import { scanDocuments } from "../../../src/disk/scanDocuments.ts";
import { plainDefinition } from "./documentWorld.ts";

describe("a scan of documents on disk", () => {
  let base: string;
  let root: string;

  const write = (path: string, content: string | Buffer, old = true): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    // Long ago: what was written just now is always read again.
    if (old) utimesSync(join(root, path), 1_700_000_000, 1_700_000_000);
  };
  const scan = async (
    definition: Partial<StoreDefinition> = {},
    onProgress: (read: number) => void = () => undefined,
    later = 0,
  ): Promise<Scan> =>
    scanDocuments(
      root,
      { ...plainDefinition, ...definition },
      { root, index: await FileIndex.open(join(base, "cache"), root), onProgress, now: () => Date.now() + later },
    );
  const paths = async (definition: Partial<StoreDefinition> = {}): Promise<readonly string[]> =>
    (await scan(definition)).files.map(({ path }) => path);
  const git = (...args: readonly string[]): void =>
    void execFileSync("git", [...args], { cwd: root, stdio: "ignore", env: { ...process.env, GIT_DIR: undefined } });

  beforeEach(() => {
    base = mkdtempSync(join(tmpdir(), "scan-"));
    root = join(base, "workspace");
    mkdirSync(root);
  });
  afterEach(() => rmSync(base, { recursive: true, force: true }));

  for (const withGit of [true, false])
    it(`respects .gitignore ${withGit ? "by git" : "by itself, where there is no git"}, unless it is told not to`, async () => {
      write(".gitignore", "build/\n*.tmp.md\n");
      write("docs/.gitignore", "secret.md\n!kept.tmp.md\n");
      for (const path of ["a.md", "build/b.md", "c.tmp.md", "docs/secret.md", "docs/kept.tmp.md", "docs/.hidden.md"])
        write(path, path);
      if (withGit) git("init", "-q");
      assert.deepEqual(await paths(), ["a.md", "docs/.hidden.md", "docs/kept.tmp.md"]);
      assert.deepEqual(await paths({ gitignore: false }), [
        "a.md",
        "build/b.md",
        "c.tmp.md",
        "docs/.hidden.md",
        "docs/kept.tmp.md",
        "docs/secret.md",
      ]);
      // Also where the globs begin below what says so.
      assert.deepEqual(await paths({ include: ["docs/*.md"] }), ["docs/.hidden.md", "docs/kept.tmp.md"]);
      write("docs/other.tmp.md", "ignored from above");
      assert.deepEqual(await paths({ include: ["docs/*.tmp.md"] }), ["docs/kept.tmp.md"]);
      assert.deepEqual(await paths({ include: ["docs/other.tmp.md", "build/*.md", "build/b.md", "a.md/b.md"] }), []);
    });

  it("globs: folders by their name, backslashes, dotfiles, other scripts, excludes, deep paths", async () => {
    const deep = `${Array.from({ length: 40 }, (_, index) => `level-${index}`).join("/")}/end.md`;
    for (const path of [
      "docs/a.md",
      "docs/drafts/b.md",
      "docs/日本語/ファイル.md",
      "docs/cafe\u0301.md",
      "other/c.txt",
      deep,
    ])
      write(path, path);
    assert.deepEqual(await paths({ include: ["docs/"], exclude: ["**/drafts/**"] }), [
      "docs/a.md",
      "docs/cafe\u0301.md",
      "docs/日本語/ファイル.md",
    ]);
    assert.deepEqual(await paths({ include: ["docs\\**\\*.md"], exclude: ["docs/drafts", "docs/日本語"] }), [
      "docs/a.md",
      "docs/cafe\u0301.md",
    ]);
    assert.deepEqual(await paths({ include: ["./docs/caf\u00e9.md"] }), ["docs/cafe\u0301.md"]);
    assert.deepEqual(await paths({ include: ["level-0/**/*.md"] }), [deep]);
    assert.deepEqual(storeGlobs({ ...plainDefinition, include: ["docs/**/*.md", "docs/a", "x/*.md"] }).bases, [
      "docs",
      "x",
    ]);
  });

  it("what a package ships can be asked for by its name", async () => {
    write("node_modules/lib/README.md", "hello");
    write("a.md", "a");
    assert.deepEqual(await paths({ gitignore: false }), ["a.md"]);
    assert.deepEqual(await paths({ gitignore: false, include: ["node_modules/lib"] }), ["node_modules/lib/README.md"]);
  });

  it("says of each file that is left out why", async () => {
    write("empty.md", "");
    write("binary.txt", Buffer.from([1, 0, 2, 0]));
    write("latin.txt", Buffer.from([0x63, 0x61, 0x66, 0xe9]));
    write("wide.txt", Buffer.from("\uFEFFwide", "utf16le"));
    write("sheet.xlsx", "x");
    write("config/.env", "A=1");
    write("key.md", `The key is sk-proj-${randomBytes(24).toString("hex")}.`);
    write("sample.md", `A sample: sk-proj-${randomBytes(24).toString("hex")}.`);
    writeFileSync(join(base, "outside.md"), "not yours");
    symlinkSync(join(base, "outside.md"), join(root, "link.md"));
    symlinkSync(join(root, "wide.txt"), join(root, "inside.txt"));
    mkdirSync(join(root, "folder.md"));
    symlinkSync(join(root, "folder.md"), join(root, "to-folder.md"));
    symlinkSync(join(root, "nothing"), join(root, "dangling.md"));
    const found = await scan({ allowSecrets: ["sample.md"] });
    assert.deepEqual(
      found.files.map(({ path }) => path),
      ["inside.txt", "sample.md", "wide.txt"],
    );
    assert.deepEqual(Object.fromEntries(found.skipped.map(({ path, reason }) => [path, reason])), {
      "binary.txt": "binary",
      "config/.env": "secret",
      "empty.md": "empty",
      "key.md": "secret",
      "latin.txt": "encoding",
      "link.md": "outside",
      "sheet.xlsx": "type",
      "to-folder.md": "link",
    });
    assert.doesNotMatch(JSON.stringify(found.skipped), /sk-proj/);
  });

  it("what keeps a file out keeps a link to it out: its name, and git's own folder", async () => {
    write(".env", "TOKEN=hunter2");
    write("config/id_rsa", "x");
    write("config/plain.txt", "plain");
    write("auth/key.pem", "a sample");
    write(".git/config", "url = https://me:hunter2@example.org");
    mkdirSync(join(root, "docs"));
    const link = (target: string, path: string): void => symlinkSync(target, join(root, path));
    link("../.env", "docs/settings.txt");
    link("../config/id_rsa", "docs/id.txt");
    link("settings.txt", "docs/again.txt");
    link("../auth/key.pem", "docs/sample.txt");
    link("../.git/config", "docs/git.txt");
    link("../config/plain.txt", "docs/fine.txt");
    // What it is called on the way says it, whatever it is called at its end.
    link("config/plain.txt", "credentials");
    link("../credentials", "docs/hop.txt");
    const found = await scan({ include: ["docs"], gitignore: false });
    assert.deepEqual(
      found.files.map(({ path }) => path),
      ["docs/fine.txt"],
    );
    assert.deepEqual(Object.fromEntries(found.skipped.map(({ path, reason, message }) => [path, [reason, message]])), {
      "docs/again.txt": ["secret", "the link leads to .env: files like this hold secrets"],
      "docs/git.txt": ["link", "the link leads into git's own folder"],
      "docs/hop.txt": ["secret", "the link leads to credentials: files like this hold secrets"],
      "docs/id.txt": ["secret", "the link leads to id_rsa: files like this hold secrets"],
      "docs/sample.txt": ["secret", "the link leads to key.pem: files like this hold secrets"],
      "docs/settings.txt": ["secret", "the link leads to .env: files like this hold secrets"],
    });
    const allowed = await paths({ include: ["docs"], gitignore: false, allowSecrets: ["docs/again.txt", "auth/**"] });
    assert.deepEqual(allowed, ["docs/again.txt", "docs/fine.txt", "docs/sample.txt"]);
  });

  for (const withGit of [true, false])
    it(`a link to a file that git ignores is left out ${withGit ? "by git" : "where there is no git"}, unless it is told not to`, async () => {
      write(".gitignore", "private/*\n!private/shown.md\n/vendor/\n");
      for (const path of ["private/notes.md", "private/shown.md", "vendor/lib/inner.md", "plain.md", "nested/own.md"])
        write(path, path);
      write("nested/.gitignore", "own.md\n");
      write("docs/.gitignore", "*.log\n");
      if (withGit) {
        git("init", "-q");
        git("init", "-q", "nested");
        git("init", "-q", "vendor/lib");
      }
      const targets = { a: "private/notes.md", b: "private/shown.md", c: "vendor/lib/inner.md", d: "plain.md" };
      for (const [name, target] of Object.entries({ ...targets, e: "nested/own.md" }))
        symlinkSync(join("..", target), join(root, "docs", `${name}.md`));
      const found = await scan({ include: ["docs"] });
      assert.deepEqual(
        found.files.map(({ path }) => path),
        ["docs/b.md", "docs/d.md"],
      );
      assert.deepEqual(
        found.skipped.map(({ path, message }) => [path, message]).filter(([path]) => path?.endsWith(".md")),
        [
          ["docs/a.md", "the link leads to private/notes.md, which git ignores"],
          ["docs/c.md", "the link leads to vendor/lib/inner.md, which git ignores"],
          ["docs/e.md", "the link leads to nested/own.md, which git ignores"],
        ],
      );
      assert.equal((await paths({ include: ["docs/*.md"], gitignore: false })).length, 5);
    });

  it("a file that is asked for by its path is not found behind a link to a folder", async () => {
    mkdirSync(join(base, "private"));
    writeFileSync(join(base, "private", "letter.md"), "not yours");
    symlinkSync(join(base, "private"), join(root, "linked"));
    write("docs/a.md", "a");
    const { files, skipped } = await scanDocuments(root, plainDefinition, {
      root,
      index: await FileIndex.open(join(base, "cache"), root),
      paths: ["docs/a.md", "linked/letter.md"],
    });
    assert.deepEqual(
      [files.map(({ path }) => path), skipped.map(({ path, reason }) => [path, reason])],
      [["docs/a.md"], [["linked/letter.md", "link"]]],
    );
  });

  for (const gitignore of [true, false])
    it(`globs lead through no link to a folder (gitignore: ${gitignore})`, async () => {
      mkdirSync(join(base, "private"));
      writeFileSync(join(base, "private", "letter.md"), "not yours");
      mkdirSync(join(root, "docs"));
      symlinkSync(join(base, "private"), join(root, "docs", "linked"));
      for (const include of [["docs/linked/**"], ["docs/linked/*.md"], ["docs/linked/letter.md"], ["docs/linked"]])
        assert.deepEqual(await paths({ include, gitignore }), []);
      const { skipped } = await scan({ include: ["docs"], gitignore });
      assert.deepEqual(
        skipped.map(({ path, message }) => [path, message]),
        [["docs/linked", "the link leads out of the workspace"]],
      );
    });

  it("reads a file again only when it looks different, or was changed too shortly before", async () => {
    for (let index = 0; index < 5; index += 1) write(`${index}.md`, `text ${index}`);
    let read = 0;
    const count = async (later: number): Promise<number> => {
      read = 0;
      await scan({}, () => (read += 1), later);
      return read;
    };
    assert.equal(await count(0), 5);
    // Made within the last two seconds, by their change times: read once more, as git does.
    assert.equal(await count(10_000), 5);
    assert.equal(await count(10_000), 0);
    // Other content of the same size, with the old time put back: the change time tells.
    write("0.md", "Text 0");
    assert.equal(await count(10_000), 1);
    renameSync(join(root, "1.md"), join(root, "9.md"));
    assert.equal(await count(10_000), 1);
    assert.equal(await count(0), 0);
  });

  it("a damaged index is no index", async () => {
    write("a.md", "a");
    await scan();
    const { readdirSync } = await import("node:fs");
    const [file = ""] = readdirSync(join(base, "cache"));
    for (const damaged of [
      '{"version":1,"files":{"a.md":',
      '{"version":3,"paths":["a.md"],"numbers":[1],"hashes":["x"],"verdicts":["text"]}',
      '{"version":3,"paths":["a.md"],"numbers":[1,2,3,4,5],"hashes":[],"verdicts":["text"]}',
      "null",
    ]) {
      writeFileSync(join(base, "cache", file), damaged);
      assert.deepEqual(await paths(), ["a.md"]);
    }
  });

  it("what was learned for one definition of a folder stays when another is looked at, in whatever order", async () => {
    for (const path of ["a.md", "b/one.md", "b/two.md", "c.md", "é.md", "z.md"]) write(path, `text of ${path}`);
    let read = 0;
    const count = async (include: readonly string[]): Promise<number> => {
      read = 0;
      const { files } = await scan({ include }, () => (read += 1), 10_000);
      assert.ok(files.every(({ sha256 }) => /^[0-9a-f]{64}$/.test(sha256)));
      assert.equal(new Set(files.map(({ sha256 }) => sha256)).size, files.length);
      return read;
    };
    assert.equal(await count(["b"]), 2);
    assert.equal(await count(["c.md", "a.md"]), 2);
    assert.equal(await count(["**"]), 2);
    assert.equal(await count(["z.md", "é.md", "b"]), 0);
    write("b/two.md", "another text");
    assert.equal(await count(["z.md", "b"]), 1);
    assert.equal(await count(["**"]), 0);
  });

  it("a file whose content changes while it is uploaded does not go out as something else", async () => {
    write("a.md", "x".repeat(600_000));
    const [file] = (await scan()).files;
    assert.ok(file);
    const read = async (change: () => void): Promise<string> => {
      let done = false;
      try {
        for await (const chunk of documentContent(root, file).chunks()) {
          if (!done && chunk.length > 0) change();
          done = true;
        }
        return "read";
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    assert.equal(await read(() => undefined), "read");
    assert.match(await read(() => write("a.md", "y".repeat(600_000), false)), /changed meanwhile/);
    assert.match(await read(() => undefined), /changed meanwhile/);
    rmSync(join(root, "a.md"));
    assert.match(await read(() => undefined), /deleted meanwhile/);
  });

  it("hashes files of every size as sha256sum does", async () => {
    for (const size of [1, 4095, 4096, 1024 * 1024 - 1, 1024 * 1024, 1024 * 1024 + 1, 5_000_000]) {
      const content = Buffer.alloc(size, "abc ü ");
      writeFileSync(join(root, "x.pdf"), content);
      const { sha256, bytes } = await hashFile(join(root, "x.pdf"), "x.pdf");
      assert.deepEqual([sha256, bytes], [createHash("sha256").update(content).digest("hex"), size]);
      writeFileSync(join(root, "x.md"), content);
      assert.equal((await hashFile(join(root, "x.md"), "x.md")).sha256, sha256);
    }
    writeFileSync(join(root, "long.md"), "ü".repeat(4_000_000));
    assert.equal((await hashFile(join(root, "long.md"), "long.md")).verdict.kind, "text");
  });

  it("a nested repository's files are its own to list", async () => {
    git("init", "-q");
    write("a.md", "a");
    write("inner/b.md", "b");
    execFileSync("git", ["init", "-q"], { cwd: join(root, "inner"), stdio: "ignore" });
    assert.deepEqual(await paths(), ["a.md", "inner/b.md"]);
  });

  it("a submodule's files are its own to list, also when the definition is inside; one that is not checked out has none", async () => {
    const elsewhere = join(base, "elsewhere");
    mkdirSync(elsewhere);
    const commit = ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x"];
    git("init", "-q", elsewhere);
    writeFileSync(join(elsewhere, "b.md"), "b");
    writeFileSync(join(elsewhere, ".gitignore"), "ignored.md");
    git("-C", elsewhere, "add", ".");
    git("-C", elsewhere, ...commit);
    git("init", "-q");
    write("docs/a.md", "a");
    for (const path of ["docs/sub", "other/sub"])
      git("-c", "protocol.file.allow=always", "submodule", "add", "-q", elsewhere, path);
    git("add", ".");
    git(...commit);
    write("docs/sub/c.md", "c");
    write("docs/sub/ignored.md", "ignored");
    const all = ["docs/a.md", "docs/sub/b.md", "docs/sub/c.md"];
    assert.deepEqual(await paths({ include: ["**/*.md"] }), [...all, "other/sub/b.md"]);
    assert.deepEqual(await paths({ include: ["docs"] }), all);
    assert.deepEqual(await paths({ include: ["docs/sub/b.md"] }), ["docs/sub/b.md"]);
    git("submodule", "deinit", "-q", "-f", "other/sub");
    assert.deepEqual(await paths({ include: ["**/*.md"] }), all);
    assert.deepEqual(await listFiles(join(root, "other/sub"), { gitignore: true, bases: [""] }), []);
  });

  it("a file in the middle of a merge is listed once", async () => {
    git("init", "-q", "-b", "main");
    const person = ["-c", "user.name=a", "-c", "user.email=a@example.org"];
    const commit = (): void => {
      git("add", ".");
      git(...person, "commit", "-qm", "x");
    };
    write("a.md", "one");
    commit();
    git("checkout", "-q", "-b", "side");
    write("a.md", "on the side", false);
    commit();
    git("checkout", "-q", "main");
    write("a.md", "on main", false);
    commit();
    assert.throws(() => git(...person, "merge", "-q", "side"));
    assert.match(execFileSync("git", ["ls-files", "--unmerged"], { cwd: root, encoding: "utf8" }), /a\.md$/m);
    assert.deepEqual(await paths(), ["a.md"]);
  });

  it("names with line breaks match as others do", async () => {
    write("docs/a\nb.md", "a");
    write("docs/deep\r\n/c.md", "c");
    for (const include of [["docs/**"], ["docs"], ["**/*.md"]])
      assert.deepEqual(await paths({ include }), ["docs/a\nb.md", "docs/deep\r\n/c.md"]);
    assert.deepEqual(await paths({ include: ["docs/*.md"] }), ["docs/a\nb.md"]);
    assert.deepEqual(await paths({ exclude: ["docs/deep*"] }), ["docs/a\nb.md"]);
  });

  it("the journal remembers what was begun and done, also after its last line was cut off", async () => {
    const upload = { sha256: "abc", name: "a.md", bytes: 3, begunAt: 5 };
    const journal = await JournalFile.open(base, "http://x/v1");
    await journal.begin(upload);
    await journal.begin({ ...upload, sha256: "def" });
    await journal.done(upload, "file-1");
    const { appendFileSync, readdirSync } = await import("node:fs");
    const [file = ""] = readdirSync(base).filter((name) => name.endsWith(".ndjson"));
    appendFileSync(join(base, file), '{"kind":"done","sha');
    const again = await JournalFile.open(base, "http://x/v1");
    assert.deepEqual(again.known("abc", "a.md"), ["file-1"]);
    assert.deepEqual([again.begun("abc", "a.md"), again.begun("def", "a.md")?.bytes], [null, 3]);
    assert.equal(again.ambiguous({ ...upload, sha256: "ghi" }), true);
    await again.forget("file-1");
    const third = await JournalFile.open(base, "http://x/v1");
    assert.deepEqual([third.known("abc", "a.md"), third.claims("file-1")], [[], false]);
    assert.deepEqual((await JournalFile.open(base, "http://y/v1")).ids(), []);
  });
});
