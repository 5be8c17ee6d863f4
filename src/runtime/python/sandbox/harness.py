"""Runs one program after another in the namespace of __main__, as a notebook does. Part of the sandbox, not of any package."""

import ast
import builtins
import inspect
import io
import linecache
import sys
import traceback

from pyodide.ffi import run_sync

_cells = 0
_images = []

_kinds = (
    ("_repr_png_", "image/png"),
    ("_repr_jpeg_", "image/jpeg"),
    ("_repr_svg_", "image/svg+xml"),
)
_signatures = ((b"\x89PNG", "image/png"), (b"\xff\xd8\xff", "image/jpeg"), (b"GIF8", "image/gif"), (b"<svg", "image/svg+xml"))


def _image_of(value):
    """The picture that a value is, as (media type, bytes); None when it is none."""
    if inspect.isclass(value):
        return None
    for method, mime in _kinds:
        try:
            data = getattr(value, method)()
        except AttributeError:
            continue
        if isinstance(data, tuple):
            data = data[0]
        if isinstance(data, str):
            data = data.encode()
        if data:
            return mime, bytes(data)
    return None


def display(*values):
    """Shows pictures as pictures (objects with _repr_png_ and the like, or the bytes of an image) and anything else as text."""
    for value in values:
        picture = _image_of(value)
        if picture is None and isinstance(value, (bytes, bytearray)):
            start = bytes(value[:64]).lstrip()
            picture = next(((mime, bytes(value)) for mark, mime in _signatures if start.startswith(mark)), None)
        if picture is None:
            print(value if isinstance(value, str) else repr(value))
        else:
            _images.append(picture)


def show_figures(*_args, **_kwargs):
    """Takes the open figures of matplotlib as pictures and closes them."""
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is None:
        return
    for number in pyplot.get_fignums():
        figure = pyplot.figure(number)
        if not figure.get_axes() and not figure.texts and not figure.images:
            pyplot.close(number)
            continue
        data = io.BytesIO()
        figure.savefig(data, format="png", bbox_inches="tight")
        _images.append(("image/png", data.getvalue()))
        pyplot.close(number)


def _hook_matplotlib():
    pyplot = sys.modules.get("matplotlib.pyplot")
    if pyplot is not None:
        pyplot.show = show_figures


class _Importer:
    """Sees matplotlib.pyplot being imported, so that plt.show() has somewhere to show."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        if name != "matplotlib.pyplot":
            return None
        sys.meta_path.remove(_Importer)
        from importlib.util import find_spec

        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            execute = spec.loader.exec_module

            def exec_module(module):
                execute(module)
                module.show = show_figures

            spec.loader.exec_module = exec_module
        return spec


sys.meta_path.insert(0, _Importer)


def _print_error(filename):
    kind, error, trace = sys.exc_info()
    # The frames above the program are this harness's.
    while trace is not None and trace.tb_frame.f_code.co_filename != filename:
        trace = trace.tb_next
    traceback.print_exception(kind, error, trace, file=sys.stderr)


def run(code):
    """Runs a program, waiting inside for what it awaits. True when it ended without an exception."""
    program, result, error = _program(code), None, None
    while True:
        try:
            awaited = program.send(result) if error is None else program.throw(error)
        except StopIteration as end:
            return end.value
        result = error = None
        try:
            result = run_sync(awaited)
        except BaseException as raised:
            error = raised


async def run_awaiting(code):
    """The same where nothing can wait inside: what a program awaits at its top level is awaited by the caller."""
    program, result, error = _program(code), None, None
    while True:
        try:
            awaited = program.send(result) if error is None else program.throw(error)
        except StopIteration as end:
            return end.value
        result = error = None
        try:
            result = await awaited
        except BaseException as raised:
            error = raised


def _program(code):
    """A program's way to its end; yields what it awaits."""
    global _cells
    _cells += 1
    filename = f"<program {_cells}>"
    linecache.cache[filename] = (len(code), None, code.splitlines(True), filename)
    import __main__

    namespace = __main__.__dict__
    namespace.setdefault("display", display)
    good = True
    try:
        tree = ast.parse(code, filename)
        last = None
        if tree.body and isinstance(tree.body[-1], ast.Expr):
            last = ast.Expression(tree.body.pop().value)
        yield from _execute(compile(tree, filename, "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), namespace)
        if last is not None:
            value = yield from _execute(compile(last, filename, "eval", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT), namespace)
            if value is not None:
                builtins._ = value
                display(value)
    except SystemExit as end:
        good = end.code in (None, 0)
        if not good:
            print(f"SystemExit: {end.code}", file=sys.stderr)
    except BaseException:
        good = False
        _print_error(filename)
    try:
        show_figures()
    except Exception:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    return good


def _execute(code, namespace):
    value = eval(code, namespace)
    if code.co_flags & inspect.CO_COROUTINE:
        value = yield value
    return value


def take_images():
    """The pictures shown since the last call."""
    taken = list(_images)
    _images.clear()
    return taken


def imports_of(code):
    """The top-level modules that a program imports and that are not there: those of packages, and those of Python itself."""
    from importlib.util import find_spec

    try:
        tree = ast.parse(code)
    except SyntaxError:
        return [], []
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names.update(alias.name.split(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    if "zoneinfo" in names:
        names.add("tzdata")
    missing = sorted(name for name in names if name not in sys.modules and find_spec(name) is None)
    own = [name for name in missing if name in sys.stdlib_module_names]
    return [name for name in missing if name not in own], own


def _say_what_time_zones_need():
    """Pyodide's own advice for a time zone that is not there cannot be followed in here."""
    from zoneinfo import ZoneInfoNotFoundError, _common

    load = _common.load_tzdata

    def load_tzdata(key):
        try:
            return load(key)
        except ZoneInfoNotFoundError as error:
            from importlib.util import find_spec

            if find_spec("tzdata") is not None:
                raise ZoneInfoNotFoundError(f"No time zone found with key {key}") from error
            raise ZoneInfoNotFoundError(
                f"No time zone found with key {key}: the package tzdata is not in this sandbox. It can be added by the person who "
                "runs this: assistants-runtime python-packages fetch tzdata --data DIR, or Assistants: Add Python Packages in VS Code."
            ) from None

    _common.load_tzdata = load_tzdata


_say_what_time_zones_need()


def _no_processes(*_args, **_kwargs):
    raise PermissionError("The sandbox starts no processes.")


def _no_waiting(main, **_kwargs):
    main.close()
    raise RuntimeError("asyncio.run() needs Node 24 here. Use `await` at the top level of the program instead.")


def begin(can_wait):
    """What a restored snapshot must not have in common with another, and refusals in words."""
    import asyncio
    import os
    import posix
    import random

    os.system = posix.system = _no_processes

    if not can_wait:
        asyncio.run = _no_waiting
    random.seed()
    sys.stdout.reconfigure(line_buffering=True)
    sys.stderr.reconfigure(line_buffering=True)
