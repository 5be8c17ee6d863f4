import { strict as assert } from "node:assert";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";

interface Entry {
  readonly version?: string;
  readonly resolved?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

const root = join(import.meta.dirname, "..", "..", "..");
const read = (name: string): unknown => JSON.parse(readFileSync(join(root, name), "utf8"));
const { packages } = read("package-lock.json") as { packages: Readonly<Record<string, Entry>> };

describe("package-lock.json", () => {
  it("is in step with package.json", () => {
    const { devDependencies } = read("package.json") as Entry;
    assert.deepEqual(packages[""]?.devDependencies, devDependencies);
  });

  it("lists the binaries of every platform: `npm ci` refuses a lock file made where a registry lacked some", () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies }]) =>
      Object.keys(optionalDependencies ?? {}).filter(
        (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
      ),
    );
    assert.deepEqual(missing, []);
  });

  it("names no registry: the one of the person who installs is used", () => {
    assert.deepEqual(
      Object.keys(packages).filter((path) => packages[path]?.resolved?.startsWith("http")),
      [],
    );
  });
});
