/** Documents at scale: plans beside git status, hashing beside sha256sum, uploads beside plain requests, cost per file, memory. */
import { execFileSync, spawn } from "node:child_process";
import { createReadStream, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { applyDocuments } from "../../src/core/documents/applyDocuments.ts";
import { makeDocumentPlan } from "../../src/core/documents/makeDocumentPlan.ts";
import type { DocumentPlanInput } from "../../src/core/documents/makeDocumentPlan.ts";
import { parallel } from "../../src/core/documents/parallel.ts";
import type { DocumentPorts } from "../../src/core/documents/ports.ts";
import { KnownUploads, prepareDocuments } from "../../src/core/documents/prepareDocuments.ts";
import { ProgressMeter } from "../../src/core/documents/progress.ts";
import { Requests } from "../../src/core/documents/requests.ts";
import { Uploader } from "../../src/core/documents/uploader.ts";
import type { Scan } from "../../src/core/documents/scan.ts";
import type { LockedStore } from "../../src/core/sync/lock.ts";
import { documentPorts } from "../../src/disk/documentPorts.ts";
import { FileIndex } from "../../src/disk/fileIndex.ts";
import { hashFile } from "../../src/disk/hashFile.ts";
import { JournalFile } from "../../src/disk/journalFile.ts";
import { scanDocuments } from "../../src/disk/scanDocuments.ts";
import { createAssistantsProvider } from "../../src/provider/assistants/assistantsProvider.ts";
import { plainDefinition } from "../unit/documents/documentWorld.ts";
import { startRuntime } from "../wire/runtimeProcess.ts";
import type { RuntimeProcess } from "../wire/runtimeProcess.ts";

interface Row {
  readonly case: string;
  readonly ours: number;
  readonly peer: number;
  readonly peerName: string;
  readonly unit: string;
  readonly aim: string;
  readonly met: (ratio: number) => boolean;
}

function print({ met, ...row }: Row): void {
  const round = (value: number): number => Math.round(value * 100) / 100;
  const ratio = round(row.ours / row.peer);
  console.log(
    JSON.stringify({ bench: "docs", ...row, ours: round(row.ours), peer: round(row.peer), ratio, met: met(ratio) }),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

async function timed(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

const entry = fileURLToPath(new URL("../../dist/runtime.mjs", import.meta.url));

/** A folder of files, and ports to the runtime. */
class Bench {
  readonly root = mkdtempSync(join(tmpdir(), "docs-bench-"));
  readonly folder = join(this.root, "tree");
  readonly cache = join(this.root, "cache");
  #locked: LockedStore | null = null;

  constructor() {
    mkdirSync(this.folder);
  }

  writeTree(count: number, bytes: number): void {
    // A text that is known to be too long for file search would not be uploaded: large ones are a word without end.
    const words = bytes > 5_000_000 ? "TheLampIsSwitchedOnByHand" : "The lamp is switched on by hand. ";
    const filler = words.repeat(Math.ceil(bytes / words.length));
    for (let index = 0; index < count; index += 1) {
      const folder = join(this.folder, `part-${index % 100}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `page-${index}.md`), `# ${index}\n${filler}`.slice(0, bytes));
    }
  }

  scan(cache = this.cache): Promise<Scan> {
    const index = FileIndex.open(cache, this.folder);
    // As if it were later: what was written a moment ago would be read once more, as git does.
    const now = (): number => Date.now() + 10_000;
    return scanDocuments(this.folder, plainDefinition, { root: this.root, index, now });
  }

  async prepare(runtime: RuntimeProcess, scan: Scan): Promise<{ input: DocumentPlanInput; ports: DocumentPorts }> {
    const provider = createAssistantsProvider({ baseUrl: runtime.url, apiKey: runtime.key, label: "runtime" });
    const journal = await JournalFile.open(this.cache, runtime.url);
    const ports = documentPorts(this.folder, provider, journal, {
      lockedStore: () => Promise.resolve(this.#locked),
      writeLockedStore: (entryOf) => {
        this.#locked = entryOf;
        return Promise.resolve();
      },
    });
    const requests = new Requests(ports);
    const matches = (): boolean => false;
    const input = await prepareDocuments(plainDefinition, scan, matches, ports, new KnownUploads(journal), requests);
    return { input, ports };
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** A plan of unchanged files: from disk to items, beside `git status`. What the provider lists is told by itself. */
async function benchPlan(count: number): Promise<void> {
  const bench = new Bench();
  const runtime = await startRuntime({ entry });
  try {
    bench.writeTree(count, 200);
    const git = (...args: readonly string[]): void =>
      void execFileSync("git", [...args], { cwd: bench.folder, stdio: "ignore" });
    git("init", "-q");
    git("add", ".");
    git("-c", "user.name=b", "-c", "user.email=b@b", "commit", "-qm", "x");
    const { input, ports } = await bench.prepare(runtime, await bench.scan());
    const applied = await applyDocuments(makeDocumentPlan(input), input, ports);
    if (applied.failures.length > 0 || applied.difference?.length !== 0) throw new Error("the store was not filled");
    const again = await bench.prepare(runtime, await bench.scan());
    git("status");
    const [ours, peer, listing]: number[][] = [[], [], []];
    for (let round = 0; round < 9; round += 1) {
      peer?.push(await timed(() => git("status", "--porcelain")));
      ours?.push(
        await timed(async () => {
          const plan = makeDocumentPlan({ ...again.input, scan: await bench.scan() });
          if (plan.totals.counts.unchanged !== count) throw new Error("something changed");
        }),
      );
    }
    for (let round = 0; round < 3; round += 1)
      listing?.push(await timed(() => bench.prepare(runtime, again.input.scan)));
    print({
      case: `plan of ${count} unchanged files, the store's list in hand`,
      ours: median(ours ?? []),
      peer: median(peer ?? []),
      peerName: "git status",
      unit: "ms",
      aim: "≤ 1.5",
      met: (ratio) => ratio <= 1.5,
    });
    print({
      case: `the store's list of ${count} files, read from the runtime by pages of 100, beside that plan`,
      ours: median(listing ?? []),
      peer: median(ours ?? []),
      peerName: "the plan on disk",
      unit: "ms",
      aim: "none",
      met: () => true,
    });
  } finally {
    await runtime.stop();
    bench.remove();
  }
}

async function benchHash(): Promise<void> {
  const bench = new Bench();
  try {
    const path = join(bench.folder, "big.md");
    const piece = Buffer.alloc(8 * 1024 * 1024, "Plain text of a large file, line by line.\n");
    writeFileSync(path, "");
    for (let index = 0; index < 128; index += 1) writeFileSync(path, piece, { flag: "a" });
    const [ours, peer]: number[][] = [[], []];
    for (let round = 0; round < 3; round += 1) {
      peer?.push(await timed(() => execFileSync("sha256sum", [path], { stdio: "ignore" })));
      ours?.push(await timed(() => hashFile(path, "big.md")));
    }
    print({
      case: "hashing 1 GB of text, its beginning looked through",
      ours: median(ours ?? []),
      peer: median(peer ?? []),
      peerName: "sha256sum",
      unit: "ms",
      aim: "≤ 1.3",
      met: (ratio) => ratio <= 1.3,
    });
  } finally {
    bench.remove();
  }
}

/** Plain multipart requests, as many at once as ours, from the same files. */
async function plainUploads(runtime: RuntimeProcess, folder: string): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 6 });
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name));
  await parallel(
    names,
    6,
    (path) =>
      new Promise<void>((resolve, reject) => {
        const boundary = "----plain";
        const sent = request(
          `${runtime.url}/files`,
          {
            method: "POST",
            agent,
            headers: {
              authorization: `Bearer ${runtime.key}`,
              "content-type": `multipart/form-data; boundary=${boundary}`,
            },
          },
          (answer) => {
            answer.resume();
            answer.on("end", () =>
              answer.statusCode === 200 ? resolve() : reject(new Error(`status ${answer.statusCode}`)),
            );
          },
        );
        sent.on("error", reject);
        sent.write(
          `--${boundary}\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nassistants\r\n--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="page.md"\r\n\r\n`,
        );
        const file = createReadStream(path, { highWaterMark: 256 * 1024 });
        file.on("error", reject);
        file.on("end", () => sent.end(`\r\n--${boundary}--\r\n`));
        file.pipe(sent, { end: false });
      }),
  );
  agent.destroy();
}

async function benchUploads(name: string, count: number, bytes: number, rounds: number): Promise<void> {
  const [ours, peer]: number[][] = [[], []];
  for (let round = 0; round < rounds; round += 1) {
    const bench = new Bench();
    const runtime = await startRuntime({ entry });
    try {
      bench.writeTree(count, bytes);
      const scan = await bench.scan();
      const { input, ports } = await bench.prepare(runtime, scan);
      const plan = makeDocumentPlan(input);
      const meter = new ProgressMeter(ports.now, () => undefined);
      const plain = async (): Promise<void> => {
        peer?.push(await timed(() => plainUploads(runtime, bench.folder)));
      };
      const sync = async (): Promise<void> => {
        const uploader = new Uploader(ports, new Requests(ports), meter, new Set());
        const files = plan.items.flatMap((item) => (item.kind === "new" ? [item.file] : []));
        if (files.length !== count) throw new Error(`${files.length} of ${count} files would be uploaded`);
        ours?.push(await timed(() => parallel(files, 6, async (file) => void (await uploader.idOf(file, null)))));
      };
      // In turns, so that neither always finds the disk warm.
      for (const step of round % 2 === 0 ? [plain, sync] : [sync, plain]) await step();
    } finally {
      await runtime.stop();
      bench.remove();
    }
  }
  const rate = (ms: number): number => (count * bytes) / 1e6 / (ms / 1000);
  print({
    case: `upload of ${name}`,
    ours: rate(median(ours ?? [])),
    peer: rate(median(peer ?? [])),
    peerName: "plain parallel HTTP uploads",
    unit: "MB/s",
    aim: "≥ 0.8",
    met: (ratio) => ratio >= 0.8,
  });
}

/** The most memory that the command line takes for a sync of large files. Linux tells it. */
async function benchMemory(): Promise<void> {
  const bench = new Bench();
  const runtime = await startRuntime({ entry });
  try {
    bench.writeTree(4, 100_000_000);
    writeFileSync(join(bench.folder, "all.vectorstore.yaml"), "name: all\ninclude: ['**/*.md']\n");
    const cli = fileURLToPath(new URL("../../dist/assistants.mjs", import.meta.url));
    const peak = await new Promise<number>((resolve, reject) => {
      let most = 0;
      let uploaded = 0;
      const child = spawn(process.execPath, [cli, "docs", "sync", "--yes", "--connection", runtime.url], {
        cwd: bench.folder,
        env: { ...process.env, ASSISTANTS_API_KEY: runtime.key, ASSISTANTS_CACHE_DIR: bench.cache },
        stdio: ["ignore", "pipe", "inherit"],
      });
      child.stdout.resume();
      const timer = setInterval(() => {
        try {
          const status = execFileSync("cat", [`/proc/${child.pid}/status`], {
            encoding: "utf8",
            stdio: ["ignore", "pipe", "ignore"],
          });
          most = Math.max(most, Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0));
        } catch {
          // It has ended.
        }
      }, 100);
      const watch = setInterval(() => {
        void runtime.client.files.list().then(({ data }) => {
          uploaded = data.length;
          if (uploaded === 4) child.kill("SIGKILL");
        });
      }, 500);
      child.once("error", reject);
      child.once("close", () => {
        clearInterval(timer);
        clearInterval(watch);
        if (uploaded === 4) resolve(most / 1024);
        else reject(new Error(`${uploaded} of 4 files were uploaded`));
      });
    });
    print({
      case: "peak memory of the command line: 4 × 100 MB hashed and uploaded",
      ours: peak,
      peer: 200,
      peerName: "the limit of 200 MB",
      unit: "MB",
      aim: "≤ 1",
      met: (ratio) => ratio > 0 && ratio <= 1,
    });
  } finally {
    await runtime.stop();
    bench.remove();
  }
}

/** A first sync of few and of many small files, for each file. */
async function benchScale(few: number, many: number): Promise<void> {
  const cost = async (count: number): Promise<number> => {
    const bench = new Bench();
    const runtime = await startRuntime({ entry });
    try {
      bench.writeTree(count, 300);
      return (
        (await timed(async () => {
          const { input, ports } = await bench.prepare(runtime, await bench.scan());
          const applied = await applyDocuments(makeDocumentPlan(input), input, ports);
          if (applied.done.length !== count || applied.difference?.length !== 0) throw new Error("not all was done");
        })) / count
      );
    } finally {
      await runtime.stop();
      bench.remove();
    }
  };
  // What is loaded once is no cost of a file.
  await cost(few);
  const small = median([await cost(few), await cost(few), await cost(few)]);
  print({
    case: `a first sync, for each of ${many} files`,
    ours: await cost(many),
    peer: small,
    peerName: `for each of ${few} files`,
    unit: "ms",
    aim: "< 1.3",
    met: (ratio) => ratio < 1.3,
  });
}

await benchPlan(10_000);
await benchHash();
await benchUploads("1,000 × 10 KB", 1000, 10_000, 3);
await benchUploads("4 × 100 MB", 4, 100_000_000, 3);
await benchMemory();
await benchScale(100, 10_000);
