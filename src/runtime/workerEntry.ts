/**
 * Where the program of a worker thread is: beside this one in the build, or its source. `name` is the bundle's; `source` is its
 * path from this folder.
 */
export function workerEntry(name: string, source: string): URL {
  return import.meta.url.endsWith(".ts") ? new URL(source, import.meta.url) : new URL(`./${name}.mjs`, import.meta.url);
}
