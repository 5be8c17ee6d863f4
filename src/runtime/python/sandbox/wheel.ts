import type { PyodideAPI } from "pyodide";

/** The part of Pyodide's inner interface that installs a package from bytes, its libraries included. */
interface PackageLoader {
  readonly sitepackages: string;
  readonly package_loader: {
    readonly unpack_buffer: { callKwargs(options: object): { toJs?(): string[] } & Iterable<string> };
  };
  loadDynlib(path: string): Promise<void>;
}

/** Takes hold of what installs wheels; to be called while Python can still be asked for it. Throws when a wheel is none. */
export function wheelInstaller(python: PyodideAPI): (name: string, bytes: Uint8Array) => Promise<void> {
  const inner = Reflect.get(python, "_api") as PackageLoader;
  const { sitepackages: sitePackages } = inner;
  return async (name, bytes) => {
    const libraries = inner.package_loader.unpack_buffer.callKwargs({
      buffer: bytes,
      filename: name,
      extract_dir: sitePackages,
      calculate_dynlibs: true,
    });
    for (const path of libraries) await inner.loadDynlib(path);
    python.runPython("import importlib; importlib.invalidate_caches(); del importlib");
  };
}
