import { completionOf } from "./completion.ts";
import type { Completion } from "./completion.ts";
import type { LanguagePorts } from "./ports.ts";
import type { Site } from "./site.ts";
import { scalarText } from "./siteText.ts";

/** Directories that hold nothing that a definition would name; they are listed once one is typed into. */
const hidden = /^(?:\.|node_modules$)/;

/** Entries of the directory that is typed so far, as paths relative to the file. */
export async function completePaths(
  site: Site,
  listDirectory: LanguagePorts["listDirectory"],
): Promise<readonly Completion[]> {
  const typed = site.typed.replaceAll("\\", "/");
  // An absolute path is no path of the workspace.
  if (/^(?:\/|~|[A-Za-z]:)/.test(typed)) return [];
  const directory = typed.slice(0, typed.lastIndexOf("/") + 1);
  const begun = typed.slice(directory.length);
  const entries = await listDirectory(directory);
  const isGlob = site.path[0] === "include" || site.path[0] === "exclude";
  const before = directory === "" && !isGlob ? "./" : directory;
  return entries
    .filter(({ name }) => begun.startsWith(".") || !hidden.test(name))
    .toSorted((a, b) => Number(a.directory) - Number(b.directory) || (a.name < b.name ? -1 : 1))
    .map(({ name, directory: isDirectory }) => {
      const path = `${before}${name}${isDirectory ? "/" : ""}`;
      const text = scalarText(site, path);
      // The cursor stays within quotes, to go on with the directory's entries.
      const stop = isDirectory && /["']$/.test(text) ? `${text.slice(0, -1)}$0${text.at(-1)}` : text;
      return completionOf(site, {
        label: isDirectory ? `${name}/` : name,
        kind: isDirectory ? "folder" : "file",
        detail: path,
        insert: stop,
        filter: directory === "" && !site.typed.startsWith(".") ? name : path,
        again: isDirectory,
        origin: "workspace",
      });
    });
}
