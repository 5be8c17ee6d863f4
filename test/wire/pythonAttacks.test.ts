/**
 * What a program might try against the machine that it runs on. Every attack is judged by what it could reach, not by what it says:
 * a secret in a file and in the environment, a server that counts its visitors, a process that must live, a folder that must
 * stay as it is, another thread's session. To add one, add a row.
 */
import assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, describe, test } from "node:test";

import { findSandbox } from "../../src/runtime/python/installation.ts";
import { encodeFrame } from "../../src/runtime/python/sandbox/frames.ts";
import { openPython, textFile, type Outcome } from "./pythonPrograms.ts";

const installation = findSandbox();
/** A part of the host's path that nothing may tell. */
const whereItLies = typeof installation === "object" ? dirname(installation.pyodide) : assert.fail(installation);
const secret = "s3cr3t-0f-the-h0st";

/** Gathers JavaScript's objects that a program can get hold of, by every known way. */
const javaScript = `
import gc, sys
import pyodide.ffi, pyodide.webloop, pyodide.code
from pyodide.ffi import JsProxy, to_js, create_proxy
array = to_js([1, 2])
Array = array.constructor
Function = Array.constructor
def js_get(owner, name):
    return getattr(owner, name)
found = [o for o in gc.get_objects() if isinstance(o, JsProxy)]
for module in list(sys.modules.values()):
    for value in list(getattr(module, "__dict__", {}).values()):
        if isinstance(value, JsProxy): found.append(value)
`;

interface Attack {
  readonly name: string;
  /** PORT, HOST_FILE, HOST_FOLDER and VICTIM are put in. What it prints is only told when it fails. */
  readonly code: string;
  /** The process may end by it (Python's own fatal error, a limit such as the time); the thread gets a fresh session. */
  readonly fatal?: true;
}

const attacks: readonly Attack[] = [
  // The host's files.
  { name: "open() a file of the host", code: "print(open('HOST_FILE').read())" },
  { name: "open() /proc/self/environ", code: "print(open('/proc/self/environ').read())" },
  { name: "list the host's folder", code: "import os\nprint(os.listdir('HOST_FOLDER'))" },
  { name: "write into the host's folder", code: "open('HOST_FOLDER/written', 'w').write('x')" },
  {
    name: "make the host's folder inside and write there",
    code: "import os\nos.makedirs('HOST_FOLDER', exist_ok=True)\nopen('HOST_FOLDER/written', 'w').write('x')",
  },
  { name: "delete the host's file", code: "import os\nos.remove('HOST_FILE')" },
  { name: "low-level open", code: "import os\nfd = os.open('HOST_FILE', os.O_RDONLY)\nprint(os.read(fd, 1000))" },
  {
    name: "read what every file descriptor has",
    code: "import os\nfor fd in range(0, 64):\n    try: print(fd, os.read(fd, 100))\n    except OSError as e: pass",
  },
  {
    name: "a symbolic link out of /mnt/data",
    code: "import os\nos.symlink('HOST_FILE', '/mnt/data/link')\nprint(open('/mnt/data/link').read())",
  },
  { name: "a link that is handed back", code: "import os\nos.symlink('HOST_FILE', '/mnt/data/handed-back.txt')" },
  {
    name: "replace /mnt/data by a link",
    code: "import os, shutil\nos.chdir('/')\nshutil.rmtree('/mnt/data')\nos.symlink('HOST_FOLDER', '/mnt/data')\nopen('/mnt/data/written', 'w').write('x')",
  },
  {
    name: "a tar with a path outside",
    code:
      "import tarfile, io\nb = io.BytesIO()\nwith tarfile.open(fileobj=b, mode='w') as t:\n    i = tarfile.TarInfo('../../../../../..HOST_FOLDER/written')\n    i.size = 1\n    t.addfile(i, io.BytesIO(b'x'))\n" +
      "b.seek(0)\ntarfile.open(fileobj=b).extractall('/mnt/data', filter='fully_trusted')",
  },
  {
    name: "mmap of the host's file",
    code: "import mmap\nf = open('HOST_FILE', 'r+b')\nprint(mmap.mmap(f.fileno(), 0)[:100])",
  },
  {
    name: "sqlite on the host's file",
    code: "import sqlite3\nsqlite3.connect('HOST_FOLDER/written').execute('create table t(a)').connection.commit()",
  },
  {
    name: "import a module from the host's folder",
    code: "import sys\nsys.path.insert(0, 'HOST_FOLDER')\nimport hostmodule\nprint(hostmodule.secret)",
  },
  // The network, from Python.
  {
    name: "a socket",
    code: "import socket\ns = socket.socket()\ns.settimeout(2)\ns.connect(('127.0.0.1', PORT))\ns.send(b'x')",
  },
  {
    name: "a socket that does not block",
    code: "import socket, time\ns = socket.socket()\ns.setblocking(False)\ns.connect_ex(('127.0.0.1', PORT))\ntime.sleep(0.2)\nprint(s.send(b'x'))",
  },
  {
    name: "a datagram",
    code: "import socket\nsocket.socket(socket.AF_INET, socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.1', PORT))",
  },
  {
    name: "listening",
    code: "import socket\ns = socket.socket()\ns.bind(('127.0.0.1', 0))\ns.listen()\nprint(s.getsockname())",
    fatal: true,
  },
  { name: "urllib", code: "import urllib.request\nprint(urllib.request.urlopen('http://127.0.0.1:PORT/').read())" },
  {
    name: "http.client",
    code: "import http.client\nc = http.client.HTTPConnection('127.0.0.1', PORT)\nc.request('GET', '/')\nprint(c.getresponse().read())",
  },
  {
    name: "asyncio.open_connection",
    code: "import asyncio\nasync def f():\n    r, w = await asyncio.open_connection('127.0.0.1', PORT)\n    w.write(b'x')\n    await w.drain()\nawait asyncio.wait_for(f(), 3)",
  },
  {
    name: "pyodide.http.pyfetch",
    code: "from pyodide.http import pyfetch\nprint(await pyfetch('http://127.0.0.1:PORT/'))",
  },
  {
    name: "pyodide.http.open_url",
    code: "from pyodide.http import open_url\nprint(open_url('http://127.0.0.1:PORT/').read())",
  },
  {
    name: "micropip and loadPackage",
    code: "try:\n    import pyodide_js\n    await pyodide_js.loadPackage('http://127.0.0.1:PORT/x.whl')\nexcept Exception as e: print(e)\nimport micropip\nawait micropip.install('http://127.0.0.1:PORT/x-1-py3-none-any.whl')",
  },
  // The network and more, from JavaScript.
  ...[
    "fetch('http://127.0.0.1:PORT/')",
    "XMLHttpRequest.new()",
    "WebSocket.new('ws://127.0.0.1:PORT/')",
    "EventSource.new('http://127.0.0.1:PORT/')",
    "process.getBuiltinModule('node:net').connect(PORT)",
    "process.binding('tcp_wrap')",
    "globalThis.process.env.HOST_SECRET",
    "require('node:fs').readFileSync('HOST_FILE')",
  ].map((expression) => ({ name: `js.${expression}`, code: `import js\nprint(js.${expression})` })),
  ...["fetch", "process", "require", "globalThis", "WebSocket", "Deno", "Bun"].map((name) => ({
    name: `from js import ${name}`,
    code: `from js import ${name}\nprint(${name})`,
  })),
  { name: "run_js", code: "from pyodide.code import run_js\nprint(run_js('process.env.HOST_SECRET'))" },
  {
    name: "pyodide_js and its insides",
    code: "import pyodide_js\nprint(pyodide_js.FS, pyodide_js._module, pyodide_js.loadPackage)",
  },
  {
    name: "pyodide_js._api",
    code: "import pyodide_js\nprint(pyodide_js._api.loadDynlib, pyodide_js._api._nodeSock, pyodide_js._api.loadScript)",
  },
  {
    name: "mount the host's file system",
    code: "import pyodide_js\npyodide_js.FS.mount(pyodide_js.FS.filesystems.NODEFS, {'root': '/'}, '/mnt')\nimport os\nprint(os.listdir('/mnt'))",
  },
  { name: "the Function constructor", code: `${javaScript}\nprint(Function("return process.env.HOST_SECRET")())` },
  { name: "Function through new", code: `${javaScript}\nprint(Function.new("return globalThis")())` },
  {
    name: "the constructors of async functions and generators",
    code: `${javaScript}\nfor f in found:\n    try: print(f.constructor("return import('node:net')")())\n    except Exception as e: print(e)`,
  },
  {
    name: "eval through a found object",
    code: `${javaScript}\nfor f in found:\n    for n in ('eval', 'globalThis', 'process', 'require', 'fetch'):\n        try: print(getattr(f, n))\n        except Exception: pass`,
  },
  {
    name: "Object from a prototype",
    code: `${javaScript}\nObject = getattr(getattr(Array, '__proto__'), '__proto__').constructor\nprint(Object.getOwnPropertyNames(Object))\nprint(Object.getOwnPropertyDescriptor(Object.prototype, 'toString'))`,
  },
  {
    name: "a getter planted on Object.prototype",
    code: `${javaScript}\nObject = getattr(getattr(Array, '__proto__'), '__proto__').constructor\nseen = []\ndef grab(this, *rest):\n    seen.append(this)\n    return None\nObject.prototype.__defineGetter__('fd', create_proxy(grab, capture_this=True))\nprint("PLANTED")`,
  },
  {
    name: "a method of a shared prototype replaced",
    code: `${javaScript}\nArray.prototype.push = create_proxy(lambda *a: None)\nprint("PLANTED")`,
  },
  {
    name: "Error.prepareStackTrace",
    code: `${javaScript}\nfrom pyodide.ffi import JsException\ntry: array.nothing()\nexcept Exception as e: print(e)\nObject = getattr(getattr(Array, '__proto__'), '__proto__').constructor\nErr = None\ntry: Function("x")\nexcept JsException as e: Err = getattr(e.js_error.constructor, '__proto__') if hasattr(e, 'js_error') else None\nErr.prepareStackTrace = create_proxy(lambda e, frames: print(frames))\nprint("PLANTED")`,
  },
  {
    name: "the import hook's modules",
    code: "import sys\nfor finder in sys.meta_path:\n    for name, proxy in getattr(finder, 'jsproxies', {}).items():\n        print(name, [getattr(proxy, n, None) for n in ('FS', '_module', 'runPython', 'loadPackage')])",
  },
  {
    name: "register a JavaScript module of one's own",
    code: `${javaScript}\nimport _pyodide._importhook as h\nh.register_js_module('mine', array)\nimport mine\nprint(mine.constructor.constructor('return process')())`,
  },
  {
    name: "_pyodide_core",
    code: "import _pyodide_core\nfor n in dir(_pyodide_core):\n    v = getattr(_pyodide_core, n)\n    try: print(n, v('process.env.HOST_SECRET'))\n    except BaseException: pass",
    fatal: true,
  },
  {
    name: "a Promise's constructors",
    code: `${javaScript}\nimport asyncio\nchained = to_js(asyncio.ensure_future(asyncio.sleep(0))).then(create_proxy(lambda *a: None))\nprint(chained.constructor.constructor("return process.env.HOST_SECRET")())`,
  },
  {
    name: "what a callback is called on",
    code: `${javaScript}\ngot = []\narray.forEach(create_proxy(lambda this, *a: got.append(this), capture_this=True))\nprint(got[0].process.env.HOST_SECRET)`,
  },
  {
    name: "a stack that tells where the host keeps things",
    code: `${javaScript}\nfrom pyodide.ffi import JsException\ntry: Function.new("x")\nexcept JsException as e: error = e\nErr = getattr(error.constructor, '__proto__')\ntry: Err.stackTraceLimit = 100\nexcept Exception: pass\ntry: Function.new("x")\nexcept JsException as e: print(e.stack, e, repr(e))\nholder = Array.new()\nErr.captureStackTrace(holder)\nprint(holder.stack)`,
  },
  // Processes, signals, environment.
  { name: "os.system", code: "import os\nprint(os.system('cat HOST_FILE > HOST_FOLDER/written'))" },
  { name: "os.popen", code: "import os\nprint(os.popen('cat HOST_FILE').read())" },
  { name: "subprocess", code: "import subprocess\nprint(subprocess.run(['cat', 'HOST_FILE'], capture_output=True))" },
  { name: "os.execv", code: "import os\nos.execv('/bin/sh', ['sh', '-c', 'cat HOST_FILE'])", fatal: true },
  {
    name: "os.posix_spawn",
    code: "import os\nos.posix_spawn('/bin/sh', ['sh', '-c', 'touch HOST_FOLDER/written'], {})",
  },
  { name: "pty.spawn", code: "import pty\npty.spawn('/bin/sh')" },
  { name: "multiprocessing", code: "import multiprocessing\np = multiprocessing.Process(target=print)\np.start()" },
  { name: "os.fork", code: "import os\nwhile True: os.fork()" },
  { name: "threads without end", code: "import threading\nwhile True: threading.Thread(target=lambda: None).start()" },
  { name: "os.kill of a process of the host", code: "import os\nos.kill(VICTIM, 9)" },
  {
    name: "os.kill of everything",
    code: "import os\nfor pid in (0, -1, 1): \n    try: os.kill(pid, 9)\n    except OSError as e: print(e)",
    fatal: true,
  },
  { name: "os.kill of itself", code: "import os\nos.kill(os.getpid(), 9)", fatal: true },
  { name: "os._exit", code: "import os\nos._exit(3)", fatal: true },
  { name: "os.abort", code: "import os\nos.abort()", fatal: true },
  { name: "the environment", code: "import os\nprint(dict(os.environ))\nprint(os.getenv('HOST_SECRET'))" },
  {
    name: "who and where",
    code: "import os, sys, platform, socket\nprint(sys.argv, sys.executable, platform.node(), socket.gethostname(), os.getcwd(), os.getlogin())",
  },
  // Native code.
  { name: "ctypes: a library of the host", code: "import ctypes\nprint(ctypes.CDLL('libc.so.6'))" },
  {
    name: "ctypes: system()",
    code: "import ctypes\nprint(ctypes.CDLL(None).system(b'touch HOST_FOLDER/written'))",
    fatal: true,
  },
  {
    name: "ctypes: emscripten_run_script",
    code: "import ctypes\nctypes.CDLL(None).emscripten_run_script(b'console.log(1)')",
    fatal: true,
  },
  {
    name: "ctypes: write anywhere in memory",
    code: "import ctypes\nfor at in range(0, 1 << 32, 1 << 20): ctypes.memset(at, 255, 64)",
    fatal: true,
  },
  { name: "ctypes: a null pointer", code: "import ctypes\nctypes.string_at(0xfffffff0, 64)", fatal: true },
  {
    name: "a WebAssembly library of one's own, with JavaScript in its imports",
    code:
      "import ctypes\nlibrary = b'\\0asm\\1\\0\\0\\0' + b'\\0\\x0f\\x08dylink.0\\1\\4\\0\\0\\0\\0' + b'\\1\\5\\1\\x60\\1\\x7f\\0'\n" +
      "library += b'\\2\\x1d\\1\\3env\\x15emscripten_run_script\\0\\0' + b'\\3\\2\\1\\0' + b'\\7\\6\\1\\2go\\0\\1' + b'\\x0a\\x08\\1\\6\\0\\x20\\0\\x10\\0\\x0b'\n" +
      "open('/tmp/own.so', 'wb').write(library)\nctypes.CDLL('/tmp/own.so').go(b\"fetch('http://127.0.0.1:PORT/')\")",
    fatal: true,
  },
  {
    name: "code objects made by hand",
    code: "def f(): pass\nf.__code__ = f.__code__.replace(co_code=bytes([255] * 64), co_stacksize=1)\nf()",
    fatal: true,
  },
  // The pipe.
  {
    name: "frames of one's own on standard output",
    code: "import os, struct\nhead = b'{\"type\":\"done\",\"ok\":true,\"cut\":false}'\nframe = struct.pack('<II', len(head), 0) + head\nfor fd in range(0, 8):\n    try: os.write(fd, frame)\n    except OSError: pass\nfor p in ('/dev/stdout', '/dev/stderr', '/proc/self/fd/1', '/dev/fd/1'):\n    try: open(p, 'wb').write(frame)\n    except OSError: pass",
  },
  {
    name: "close the standard streams",
    code: "import os\nfor fd in range(0, 8):\n    try: os.close(fd)\n    except OSError: pass",
    fatal: true,
  },
  {
    name: "the harness replaced",
    code: "import _harness\n_harness.run = lambda code: None\n_harness.take_images = lambda: [1, 2]",
    fatal: true,
  },
  {
    name: "pictures that are none",
    code: "import _harness\n_harness._images += [('text/html', b'<script>'), ('image/png', 'x' * 10), 5]",
    fatal: true,
  },
  {
    name: "an answer larger than any",
    code: "import _harness\n_harness.imports_of = lambda code: ['x' * 1_000_000] * 100",
    fatal: true,
  },
  {
    name: "what shows a picture never ends",
    code: "class P:\n    def _repr_png_(self):\n        while True: pass\nP()",
    fatal: true,
  },
  {
    name: "pictures without end",
    code: "for _ in range(200): display(b'\\x89PNG')\ndisplay(b'\\x89PNG' + bytes(30_000_000))",
  },
  { name: "at the end of Python", code: "import atexit\natexit.register(lambda: open('HOST_FOLDER/written', 'w'))" },
  {
    name: "what goes on when the program is over",
    code: "import asyncio, time\ndef later():\n    open('HOST_FOLDER/written', 'w')\nasyncio.get_event_loop().call_later(0.01, later)",
    fatal: true,
  },
  {
    name: "what looks for imports never ends",
    code: "import sys\nclass F:\n    @staticmethod\n    def find_spec(*a):\n        while True: pass\nsys.meta_path.insert(0, F)\n",
    fatal: true,
  },
  {
    name: "a finder that prints",
    code: "import sys\nclass F:\n    @staticmethod\n    def find_spec(*a):\n        print('x')\nsys.meta_path.insert(0, F)\n",
  },
  {
    name: "builtins replaced",
    code: "import builtins, sys\nbuiltins.eval = builtins.compile = builtins.print = None\nsys.stdout = sys.stderr = None",
    fatal: true,
  },
  // Exhaustion.
  { name: "output without end", code: "while True: print('x' * 1000)", fatal: true },
  {
    name: "output without end, one byte at a time",
    code: "import sys\nwhile True:\n    sys.stdout.write('x')\n    sys.stdout.flush()",
    fatal: true,
  },
  { name: "memory without end", code: "x = []\nwhile True: x.append(bytearray(10_000_000))" },
  { name: "memory without end, in small pieces", code: "x = []\nwhile True: x.append([])", fatal: true },
  {
    name: "memory outside Python",
    code: `${javaScript}\nkept = []\nblock = bytes(20_000_000)\nwhile True: kept.append(to_js(block))`,
    fatal: true,
  },
  {
    name: "JavaScript's heap",
    code: `${javaScript}\nkept = []\nlist = [[i] for i in range(100_000)]\nwhile True: kept.append(to_js(list))`,
    fatal: true,
  },
  { name: "one huge integer", code: "x = 1 << (1 << 31)\nprint(len(str(x)))", fatal: true },
  {
    name: "a zip bomb",
    code: "import zlib\nd = zlib.compress(bytes(50_000_000))\nx = [zlib.decompress(d) for _ in range(100)]",
  },
  {
    name: "files without end",
    code: "i = 0\nwhile True:\n    open(f'/tmp/{i}', 'wb').write(bytes(10_000_000))\n    i += 1",
  },
  {
    name: "a sparse file of a terabyte",
    code: "f = open('sparse', 'wb')\nf.seek(1 << 40)\nf.write(b'x')",
    fatal: true,
  },
  {
    name: "truncate to 100 GB",
    code: "import os\nopen('t', 'w').close()\nos.truncate('t', 100_000_000_000)",
    fatal: true,
  },
  {
    name: "ten thousand files handed back",
    code: "for i in range(10_000): open(f'f{i}', 'w').write('x')",
    fatal: true,
  },
  {
    name: "folders a thousand deep",
    code: "import os\np = '/mnt/data'\nfor i in range(1000):\n    p += '/d'\n    os.mkdir(p)\nopen(p + '/f', 'w').write('x')",
    fatal: true,
  },
  {
    name: "a path longer than any",
    code: "import os\np = '/mnt/data/' + '/'.join(['d' * 200] * 8)\nos.makedirs(p)\nopen(p + '/f', 'w').write('x')",
  },
  {
    name: "links that go round",
    code: "import os\nos.symlink('b', 'a')\nos.symlink('a', 'b')\nos.symlink('/', 'root')\nos.symlink('.', 'here')",
  },
  {
    name: "files without number",
    code: "i = 0\nwhile True:\n    open(f'n{i}', 'w').close()\n    i += 1",
    fatal: true,
  },
  {
    name: "names that lead outside",
    code: "import os\nos.chdir('/mnt/data')\nfor n in ('../x', '../../x', 'a/../../x', '..', '.', '\\u202etxt.exe', 'C:\\\\x', '//x'):\n    try: open(n, 'w').write('x')\n    except OSError as e: print(e)",
  },
  {
    name: "names that are no names",
    code: "for n in ('a\\nb', 'a\\x00b', '..\\\\..\\\\x', 'x' * 250, '\\udcff', '<img src=x>', '-rf', 'CON'):\n    try: open(n, 'w').write('x')\n    except (OSError, ValueError, UnicodeError) as e: print(e)",
  },
  { name: "recursion", code: "import sys\nsys.setrecursionlimit(10**9)\ndef f(): f()\nf()", fatal: true },
  { name: "recursion in the parser", code: "eval('(' * 100_000 + ')' * 100_000)", fatal: true },
  {
    name: "a loop that nothing interrupts",
    code: "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    fatal: true,
  },
  { name: "a regular expression that never ends", code: "import re\nre.match(r'(a+)+$', 'a' * 40 + 'b')", fatal: true },
  { name: "sleep without end", code: "import time\ntime.sleep(10**6)", fatal: true },
  { name: "await without end", code: "import asyncio\nawait asyncio.get_event_loop().create_future()", fatal: true },
  {
    name: "tasks that go on after the program",
    code: "import asyncio\nasync def f():\n    while True: await asyncio.sleep(0)\nasyncio.ensure_future(f())",
    fatal: true,
  },
  {
    name: "signal handlers",
    code: "import signal\nsignal.signal(signal.SIGINT, lambda *a: None)\nsignal.raise_signal(signal.SIGTERM)",
    fatal: true,
  },
];

describe("A program that attacks", () => {
  let visits = 0;
  let server: Server;
  let victim: ChildProcess;
  const folder = mkdtempSync(join(tmpdir(), "host-"));
  const hostFile = join(folder, "secret.txt");
  const listing = ["hostmodule.py", "secret.txt"];
  const python = openPython({
    programMs: 2000,
    pythonMegabytes: 192,
    processMegabytes: 900,
    fileBytes: 20_000_000,
    allFileBytes: 50_000_000,
  });

  before(async () => {
    process.env["HOST_SECRET"] = secret;
    writeFileSync(hostFile, secret);
    writeFileSync(join(folder, "hostmodule.py"), `secret = "${secret}"\n`);
    victim = spawn(process.execPath, ["-e", "setInterval(() => 0, 1000)"], { stdio: "ignore" });
    server = createServer((socket) => {
      visits++;
      socket.on("error", () => undefined).end(secret);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    await python.run(`hidden = "${secret}"`, {
      thread: "other",
      files: [textFile("/mnt/data/theirs.txt", secret)],
    });
  });

  after(async () => {
    await python[Symbol.asyncDispose]();
    victim.kill();
    server.close();
    rmSync(folder, { recursive: true, force: true });
    delete process.env["HOST_SECRET"];
  });

  for (const { name, code, fatal } of attacks) {
    test(name, async () => {
      const full = code
        .replaceAll("PORT", String((server.address() as AddressInfo).port))
        .replaceAll("HOST_FILE", hostFile.replaceAll("\\", "/"))
        .replaceAll("HOST_FOLDER", folder.replaceAll("\\", "/"))
        .replaceAll("VICTIM", String(victim.pid));
      const outcome = await python.run(full);
      noneReached(outcome);
      // On a machine that is busy with other things, anything may run out of time.
      const slow = outcome.end.kind === "killed" && outcome.end.why === "time";
      if (fatal !== true && !slow) assert.equal(outcome.end.kind, "finished", outcome.text);
      // Whatever it did, the thread can go on, and the other thread has noticed nothing.
      const next = await python.run("print(6 * 7)");
      if (next.end.kind !== "finished" || next.text !== "42\n") assert.equal((await python.run("6 * 7")).text, "42\n");
      noneReached(next);
      // A process that has ended was followed by a fresh one already.
      if (fatal === true && outcome.end.kind === "finished") await python.sessions.end("thread_1");
    });
  }

  test("and another thread's session is untouched", async () => {
    const { text } = await python.run("print(hidden == open('theirs.txt').read())", { thread: "other" });
    assert.equal(text, "True\n");
  });

  function noneReached({ text, files, images, notes }: Outcome): void {
    const said = [
      text,
      ...notes,
      ...[...files.values(), ...images.map(({ bytes }) => bytes)].map((bytes) => Buffer.from(bytes).toString("latin1")),
    ];
    for (const one of said) {
      assert.ok(!one.includes(secret), `the secret came out: ${one.slice(0, 500)}`);
      assert.ok(!one.includes(whereItLies), `where the sandbox lies came out: ${one.slice(0, 500)}`);
    }
    for (const path of files.keys()) {
      assert.match(path, /^\/mnt\/data\/[^]/);
      assert.ok(!path.split("/").some((part) => part === ".." || part === "."), path);
    }
    assert.ok(!text.includes("PLANTED"), "something shared was changed");
    assert.equal(visits, 0, "something was connected to");
    assert.deepEqual(readdirSync(folder).toSorted(), listing);
    assert.equal(readFileSync(hostFile, "utf8"), secret);
    assert.equal(victim.exitCode ?? victim.signalCode, null, "the victim died");
  }
});

describe("The lock", () => {
  const flags = ["--permission", "--disallow-code-generation-from-strings"];
  for (const missing of flags) {
    test(`that lacks ${missing} is noticed by the sandbox, which then runs nothing`, async () => {
      const said = await startBare(flags.filter((flag) => flag !== missing));
      assert.match(said, /"type":"unlocked","why":"[^"]+"/);
      assert.doesNotMatch(said, /"type":"(ready|done)"/);
    });
  }

  test("holds with all of them", async () => {
    assert.match(await startBare(flags), /"type":"ready"/);
  });

  test("is what holds the attacks: Python without it reads the host's files and environment", async () => {
    const installation = findSandbox();
    assert.ok(typeof installation === "object");
    const program = `
      import { loadPyodide } from "${join(installation.pyodide, "pyodide.mjs").replaceAll("\\", "/")}";
      const python = await loadPyodide();
      console.log(python.runPython("import js; js.process.env.HOST_SECRET"));`;
    const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
      env: { HOST_SECRET: secret },
      stdio: ["ignore", "pipe", "inherit"],
    });
    let said = "";
    for await (const piece of child.stdout) said += String(piece);
    assert.ok(said.includes(secret));
  });
});

/** Starts the sandbox's program with the given flags and asks it to print; resolves to all that it writes. */
async function startBare(flags: readonly string[]): Promise<string> {
  const installation = findSandbox();
  assert.ok(typeof installation === "object");
  const { entry, pyodide, harness } = installation;
  const readable = flags.includes("--permission")
    ? [dirname(entry), pyodide].map((folder) => `--allow-fs-read=${folder}/`)
    : [];
  const child = spawn(process.execPath, [...flags, ...readable, "--no-warnings", entry, pyodide, "", harness], {
    env: {},
    stdio: ["pipe", "pipe", "inherit"],
  });
  child.stdin.end(
    encodeFrame({ type: "run", code: "print(1)", maxOutputBytes: 100, files: { total: 1e6, each: 1e6, count: 1 } }),
  );
  let said = "";
  for await (const piece of child.stdout) said += String(piece);
  return said;
}
