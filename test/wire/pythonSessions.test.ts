import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { strToU8, zipSync } from "fflate";

import { openPython, textFile } from "./pythonPrograms.ts";

/** A sandbox that cannot be started. */
const nowhere = {
  entry: "/nowhere/sandbox.mjs",
  harness: "/nowhere/harness.py",
  pyodide: "/nowhere",
  fingerprint: "0000000000000000",
};

describe("A Python session", () => {
  const python = openPython();
  after(() => python[Symbol.asyncDispose]());

  test("prints, shows the last value, and keeps variables for the next program", async () => {
    const first = await python.run('x = 20\nprint("hello")\nx + 1');
    assert.equal(first.text, "hello\n21\n");
    assert.deepEqual(first.end, { kind: "finished", ok: true, cut: false });
    const second = await python.run("x * 2");
    assert.equal(second.text, "40\n");
    assert.deepEqual(second.notes, []);
  });

  test("a traceback is output, names the program's lines and not the sandbox's", async () => {
    const { text, end } = await python.run("def f():\n    return 1 / 0\nf()");
    assert.deepEqual(end, { kind: "finished", ok: false, cut: false });
    assert.match(
      text,
      /^Traceback \(most recent call last\):\n {2}File "<program \d+>", line 3, in <module>\n {4}f\(\)/,
    );
    assert.match(text, /ZeroDivisionError: division by zero\n$/);
    assert.doesNotMatch(text, /sandbox|harness|_execute/);
  });

  test("a program that does not parse says where", async () => {
    const { text, end } = await python.run("print(1)\nfor x in\n");
    assert.equal(end.kind === "finished" && end.ok, false);
    assert.match(text, /line 2[^]*SyntaxError/);
  });

  test("exit, recursion without end and input() are told, and the session lives on", async () => {
    assert.match((await python.run("import sys; sys.exit('no data')")).text, /SystemExit: no data/);
    assert.deepEqual((await python.run("raise SystemExit")).end, { kind: "finished", ok: true, cut: false });
    assert.match((await python.run("def f(): return f()\nf()")).text, /RecursionError/);
    assert.match((await python.run("input('name? ')")).text, /EOFError/);
    assert.equal((await python.run("1 + 1")).text, "2\n");
  });

  test("await, asyncio.run and sleeping work", async () => {
    const code =
      "import asyncio\nasync def f():\n    await asyncio.sleep(0.01)\n    return 5\nprint(asyncio.run(f()))\nawait f()";
    assert.equal((await python.run(code)).text, "5\n5\n");
  });

  test("finds files at /mnt/data and hands back what it writes there, once", async () => {
    const files = [textFile("/mnt/data/numbers.csv", "n\n1\n2\n3\n")];
    const made = await python.run(
      "import csv\nrows = list(csv.DictReader(open('numbers.csv')))\n" +
        "open('sum.txt', 'w').write(str(sum(int(r['n']) for r in rows)))\nimport os\nos.makedirs('out/deep')\n" +
        "open('/mnt/data/out/deep/ä.txt', 'w').write('x')\nprint(sorted(os.listdir('/mnt/data')))",
      { files },
    );
    assert.equal(made.text, "['numbers.csv', 'out', 'sum.txt']\n");
    assert.deepEqual([...made.files.keys()].toSorted(), ["/mnt/data/out/deep/ä.txt", "/mnt/data/sum.txt"]);
    assert.equal(Buffer.from(made.files.get("/mnt/data/sum.txt") ?? []).toString(), "6");
    const again = await python.run("print(open('sum.txt').read())", { files });
    assert.equal(again.text, "6\n");
    assert.deepEqual([...again.files.keys()], []);
    const changed = await python.run("open('numbers.csv', 'a').write('4\\n')", { files });
    assert.deepEqual([...changed.files.keys()], ["/mnt/data/numbers.csv"]);
  });

  test("pictures that are shown come out as pictures", async () => {
    const { images, text } = await python.run(
      "class P:\n    def _repr_png_(self): return b'\\x89PNG\\r\\n\\x1a\\nrest'\n" +
        "class S:\n    def _repr_svg_(self): return '<svg/>'\ndisplay(S(), 'words')\ndisplay(b'\\xff\\xd8\\xff\\xe0')\nP()",
    );
    assert.deepEqual(
      images.map(({ mime }) => mime),
      ["image/svg+xml", "image/jpeg", "image/png"],
    );
    assert.equal(text, "words\n");
  });

  test("output over the limit is cut, and says so", async () => {
    await using small = openPython({ outputBytes: 1000 });
    const { text, end } = await small.run("for i in range(10000): print('x' * 50)\nprint('end')");
    assert.equal(text.length, 1000);
    assert.deepEqual(end, { kind: "finished", ok: true, cut: true });
  });

  test("files over the limits are told of, and the others come", async () => {
    await using small = openPython({ fileBytes: 1000, files: 2 });
    const { files, notes } = await small.run(
      "open('big', 'wb').write(bytes(2000))\nfor n in 'abc': open(n, 'w').write(n)",
    );
    assert.equal(files.size, 2);
    assert.match(notes.join("\n"), /\/mnt\/data\/big was not handed back: it has 2000 bytes, and 1000 is the limit/);
    assert.match(notes.join("\n"), /Only 2 files/);
  });

  test("pictures and files are counted apart, what is beyond the limit is told of, and the session lives on", async () => {
    await using small = openPython({ files: 5, fileBytes: 1000 });
    const { images, files, notes, end } = await small.run(
      "keep = 42\nfor i in range(7):\n    svg = b'<svg>%d</svg>' % i\n    display(svg)\n    open(f'chart{i}.svg', 'wb').write(svg)\n" +
        "display(b'<svg>' + bytes(2000))",
    );
    assert.deepEqual(end, { kind: "finished", ok: true, cut: false });
    assert.deepEqual([images.length, files.size], [5, 5]);
    assert.deepEqual(notes, [
      "A picture was not shown: it has 2005 bytes, and 1000 is the limit.",
      "Only 5 pictures are shown from one program; 2 more were not.",
      "Only 5 files are handed back from one program; 2 more were not.",
    ]);
    const many = await small.run("for i in range(40): open(f'big{i}', 'wb').write(bytes(2000))\nkeep");
    assert.equal(many.text, "42\n");
    assert.equal(many.notes.length, 21);
    assert.equal(many.notes.at(-1), "20 more remarks like these are left out.");
  });

  test("two threads have nothing of each other", async () => {
    await python.run("secret = 1\nopen('mine.txt', 'w').write('x')", { thread: "a" });
    const other = await python.run("import os\nprint('secret' in globals(), os.listdir('/mnt/data'))", { thread: "b" });
    assert.equal(other.text, "False []\n");
  });

  test("random numbers are not the same in every session", async () => {
    const one = await python.run("import random, uuid\nprint(random.random(), uuid.uuid4())", { thread: "r1" });
    const two = await python.run("import random, uuid\nprint(random.random(), uuid.uuid4())", { thread: "r2" });
    assert.notEqual(one.text, two.text);
  });
});

describe("A runaway program", () => {
  test("is killed when its time is over; what it said stays, and the next one gets a fresh session with the files", async () => {
    await using python = openPython({ programMs: 1500 });
    const files = [textFile("/mnt/data/a.txt", "kept")];
    await python.run("x = 1", { files });
    const { text, end } = await python.run("print('before')\nwhile True: pass", { files });
    assert.equal(text, "before\n");
    assert.deepEqual(end, { kind: "killed", why: "time" });
    const next = await python.run("print('x' in globals(), open('a.txt').read())", { files });
    assert.equal(next.text, "False kept\n");
    assert.match(next.notes.join(), /variables of earlier programs are gone/);
  });

  test("that awaits what never comes is told so at once", async () => {
    await using python = openPython();
    const { end } = await python.run("import asyncio\nawait asyncio.get_event_loop().create_future()");
    assert.deepEqual(end, { kind: "died", waiting: true });
  });

  test("is killed when its run is cancelled", async () => {
    await using python = openPython();
    await python.run("1");
    const stop = new AbortController();
    const running = python.run("print('on')\nwhile True: pass", { signal: stop.signal });
    stop.abort();
    assert.deepEqual((await running).end, { kind: "killed", why: "stopped" });
  });

  test("that takes all memory gets a MemoryError", async () => {
    await using python = openPython({ pythonMegabytes: 128 });
    const { text, end } = await python.run("x = []\nwhile True: x.append(bytes(10_000_000))");
    assert.match(text, /MemoryError/);
    assert.equal(end.kind, "finished");
  });

  test("that fills the files gets 'No space left on device'", async () => {
    await using python = openPython({ allFileBytes: 20_000_000 });
    const { text } = await python.run(
      "for i in range(100):\n    with open(f'/tmp/{i}', 'wb') as f:\n        for _ in range(10): f.write(bytes(1_000_000))",
    );
    assert.match(text, /No space left on device/);
    assert.equal((await python.run("import os\nos.remove('/tmp/0'); open('/tmp/b', 'w').write('x')")).text, "1\n");
  });
});

describe("Sessions", () => {
  test("that nobody uses end after their time, and the thread is told", async () => {
    const timers = new Set<() => void>();
    const clock = {
      now: () => Date.now(),
      after(_ms: number, run: () => void) {
        timers.add(run);
        return () => timers.delete(run);
      },
    };
    await using python = openPython({}, clock);
    await python.run("x = 1");
    assert.equal(python.sessions.size, 1);
    for (const run of timers) run();
    assert.equal(python.sessions.size, 0);
    const next = await python.run("'x' in globals()");
    assert.equal(next.text, "False\n");
    assert.match(next.notes.join(), /variables of earlier programs are gone/);
  });

  test("beyond the limit make the one that was idle for longest end", async () => {
    await using python = openPython({ sessions: 2 });
    await Promise.all(["a", "b"].map((thread) => python.run("x = 1", { thread })));
    await python.run("x = 1", { thread: "a" });
    await python.run("x = 1", { thread: "c" });
    assert.equal(python.sessions.size, 2);
    assert.equal((await python.run("'x' in globals()", { thread: "a" })).text, "True\n");
    assert.equal((await python.run("'x' in globals()", { thread: "b" })).text, "False\n");
  });

  test("start ahead of the first program: one process, for the first thread that needs it, and only for a time", async () => {
    const timers = new Set<() => void>();
    const clock = {
      now: () => Date.now(),
      after(_ms: number, run: () => void) {
        timers.add(run);
        return () => timers.delete(run);
      },
    };
    await using python = openPython({}, clock);
    python.sessions.prepare("a");
    python.sessions.prepare("b");
    assert.equal(timers.size, 1);
    assert.equal((await python.run("x = 1\nx", { thread: "b" })).text, "1\n");
    assert.equal((await python.run("'x' in globals()", { thread: "a" })).text, "False\n");
    // Both have a session now, and need nothing ahead.
    const before = timers.size;
    python.sessions.prepare("a");
    assert.equal(timers.size, before);
    python.sessions.prepare("c");
    assert.equal(timers.size, before + 1);
    for (const run of timers) run();
    assert.equal((await python.run("1", { thread: "c" })).text, "1\n");
  });

  test("that are being started when the runtime stops end, too", async () => {
    const python = openPython();
    python.sessions.prepare("a");
    const running = python.run("print(1)", { thread: "b" }).catch(() => undefined);
    await python[Symbol.asyncDispose]();
    assert.notEqual((await running)?.text, "1\n");
    assert.equal(python.sessions.size, 0);
  });

  test("wait for each other when all are at work", async () => {
    await using python = openPython({ sessions: 1 });
    const texts = await Promise.all(
      ["a", "b", "c"].map((thread) => python.run(`print('${thread}')`, { thread }).then(({ text }) => text)),
    );
    assert.deepEqual(texts, ["a\n", "b\n", "c\n"]);
  });

  test("that were waited for and are not wanted any more leave their room to the next", async () => {
    await using python = openPython({ sessions: 1 });
    await python.run("1", { thread: "a" });
    const first = python.run("print('a')", { thread: "a" });
    const stop = new AbortController();
    const stopped = python.run("print('b')", { thread: "b", signal: stop.signal });
    const last = python.run("print('c')", { thread: "c" });
    stop.abort();
    assert.deepEqual((await stopped).end, { kind: "killed", why: "stopped" });
    assert.deepEqual([(await first).text, (await last).text], ["a\n", "c\n"]);
  });

  test("that cannot be started leave their room to the next", async () => {
    await using python = openPython({ sessions: 1 }, undefined, nowhere);
    const all = await Promise.allSettled(["a", "b", "c"].map((thread) => python.run("1", { thread })));
    for (const one of all) assert.match(String(one.status === "rejected" && one.reason), /did not start/);
    assert.deepEqual(python.log, []);
    // Started ahead, and taken by a program before it failed: that is in the log.
    python.sessions.prepare("d");
    await assert.rejects(python.run("1", { thread: "d" }), /did not start/);
    assert.match(python.log.join("\n"), /^Python could not be prepared: the Python sandbox did not start/);
  });
});

/** A time zone file (RFC 9636, version 1): always an hour before UTC. */
function oslo(): Uint8Array {
  const head = Buffer.alloc(44);
  head.write("TZif");
  head.writeUInt32BE(1, 36);
  head.writeUInt32BE(4, 40);
  const type = Buffer.alloc(6);
  type.writeInt32BE(3600);
  return Buffer.concat([head, type, Buffer.from("CET\0")]);
}

describe("Packages", () => {
  const metadata = (name: string, needs: readonly string[] = []): Uint8Array =>
    strToU8(
      `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n${needs.map((one) => `Requires-Dist: ${one}\n`).join("")}`,
    );
  const wheel = (name: string, code: string, needs: readonly string[] = []): Uint8Array =>
    zipSync({
      [`${name}/__init__.py`]: strToU8(code),
      [`${name}-1.0.dist-info/METADATA`]: metadata(name, needs),
      [`${name}-1.0.dist-info/WHEEL`]: strToU8("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"),
      [`${name}-1.0.dist-info/RECORD`]: strToU8(""),
    });

  test("come from the folder of wheels, with what they need, when a program imports them", async () => {
    await using python = openPython();
    mkdirSync(python.wheels, { recursive: true });
    writeFileSync(
      join(python.wheels, "tables-1.0-py3-none-any.whl"),
      wheel("tables", "import figures\nanswer = figures.n + 1", ["figures>=1", "other; extra == 'x'"]),
    );
    writeFileSync(join(python.wheels, "figures-1.0-py3-none-any.whl"), wheel("figures", "n = 41"));
    const { text, notes } = await python.run("import tables\nprint(tables.answer)");
    assert.equal(text, "42\n");
    assert.deepEqual(notes, []);
  });

  test("that are not there say how they can be added", async () => {
    await using python = openPython();
    const { text, notes } = await python.run("import numpy as np");
    assert.match(text, /ModuleNotFoundError/);
    assert.match(notes.join(), /'numpy' is not in this sandbox.*python-packages fetch/s);
  });

  test("that a program writes itself are not missing, and Python's own are no packages", async () => {
    await using python = openPython();
    const written = await python.run("open('helper.py', 'w').write('x = 1')\nimport helper\nprint(helper.x)");
    assert.deepEqual([written.text, written.notes], ["1\n", []]);
    const own = await python.run("try:\n    import curses, tkinter\nexcept ImportError:\n    print('none')");
    assert.equal(own.text, "none\n");
    assert.deepEqual(own.notes, [
      "Python's own module 'curses' is not in this sandbox.",
      "Python's own module 'tkinter' is not in this sandbox.",
    ]);
    const zone = "from zoneinfo import ZoneInfo\nprint(ZoneInfo('Europe/Oslo'))";
    const without = await python.run(zone);
    assert.match(without.text, /the package tzdata is not in this sandbox.*python-packages fetch tzdata --data DIR/);
    assert.doesNotMatch(without.text, /loadPackage/);
    assert.deepEqual(without.notes, []);
    mkdirSync(python.wheels, { recursive: true });
    const zones = zipSync({
      "tzdata/__init__.py": strToU8(""),
      "tzdata/zoneinfo/__init__.py": strToU8(""),
      "tzdata/zoneinfo/Europe/__init__.py": strToU8(""),
      "tzdata/zoneinfo/Europe/Oslo": oslo(),
      "tzdata-2025.3.dist-info/METADATA": metadata("tzdata"),
      "tzdata-2025.3.dist-info/WHEEL": strToU8("Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py2.py3-none-any\n"),
      "tzdata-2025.3.dist-info/RECORD": strToU8(""),
    });
    writeFileSync(join(python.wheels, "tzdata-2025.3-py2.py3-none-any.whl"), zones);
    const { text } = await python.run(
      "from zoneinfo import ZoneInfo\nimport datetime\nprint(datetime.datetime(2026, 1, 1, tzinfo=ZoneInfo('Europe/Oslo')))",
    );
    assert.equal(text, "2026-01-01 00:00:00+01:00\n");
  });

  test("that need what is not there say so", async () => {
    await using python = openPython();
    mkdirSync(python.wheels, { recursive: true });
    writeFileSync(join(python.wheels, "lone-1.0-py3-none-any.whl"), wheel("lone", "import absent", ["absent>=2"]));
    const { text, notes } = await python.run("import lone");
    assert.match(text, /No module named 'absent'/);
    assert.match(notes.join(), /'absent' is not in this sandbox/);
  });

  test("that are damaged are told of, and nothing else breaks", async () => {
    await using python = openPython();
    mkdirSync(python.wheels, { recursive: true });
    writeFileSync(join(python.wheels, "broken-1.0-py3-none-any.whl"), "no zip");
    const { text, end } = await python.run("import broken");
    assert.match(text, /No module named 'broken'/);
    assert.equal(end.kind, "finished");
  });
});
