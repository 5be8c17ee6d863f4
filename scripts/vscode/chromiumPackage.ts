import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { installOnce } from "../shared/install.ts";
import { runNpm } from "../shared/npm.mjs";
import { cache } from "../shared/paths.ts";
import { run } from "../shared/run.ts";
import { Failure } from "../shared/terminal.ts";
import type { Chromium } from "./chromium.ts";

const version = "153.0.0";
const folder = join(cache, `chromium-${version}`);

/** The package holds a program for one kind of machine. */
export function canInstallChromium(): boolean {
  return process.platform === "linux" && process.arch === "x64";
}

/** The headless Chromium of `@sparticuz/chromium` with its own libraries and fonts: needs no root and no system package. */
export async function installPackagedChromium(): Promise<Chromium> {
  await installOnce(folder, `a headless Chromium (@sparticuz/chromium ${version})`, async (partial) => {
    await runNpm(["install", "--ignore-scripts", "--no-save", `@sparticuz/chromium@${version}`], partial);
    await unpack(partial);
    await rm(join(partial, "node_modules"), { recursive: true });
    await writeFile(join(partial, "fonts", "fonts.conf"), fontConfiguration(join(folder, "fonts")));
  });
  return {
    executablePath: join(folder, "chromium"),
    env: {
      FONTCONFIG_FILE: join(folder, "fonts", "fonts.conf"),
      LD_LIBRARY_PATH: [join(folder, "al2023", "lib"), process.env["LD_LIBRARY_PATH"]].filter(Boolean).join(":"),
    },
  };
}

/** The package unpacks into the system's folder for temporary files, so its process is given this folder as that one. */
async function unpack(partial: string): Promise<void> {
  const script = `
    const { inflate } = await import("@sparticuz/chromium");
    const archives = ["chromium.br", "fonts.tar.br", "al2023.tar.br"];
    await Promise.all(archives.map((name) => inflate("node_modules/@sparticuz/chromium/bin/" + name)));`;
  const args = ["--input-type=module", "--eval", script];
  const code = await run(process.execPath, args, { cwd: partial, env: { ...process.env, TMPDIR: partial } });
  if (code !== 0) throw new Failure("the headless Chromium could not be unpacked");
}

/** Only the packaged font exists there; every family that a page asks for falls back to it. */
function fontConfiguration(fonts: string): string {
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${fonts}</dir>
  <dir>/usr/share/fonts</dir>
  <cachedir>${fonts}/cache</cachedir>
</fontconfig>
`;
}
