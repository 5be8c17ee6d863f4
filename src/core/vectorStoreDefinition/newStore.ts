import { stringify } from "yaml";

import { skipByName } from "../documents/fileRules.ts";

/** The text of a new store definition. `include` are globs relative to it. */
export function newStoreText(name: string, include: readonly string[]): string {
  const fields = stringify({ name, include }, { lineWidth: 0 });
  return `# A vector store as files of this workspace. Assistants refer to it by its name.
${fields}# exclude: ["**/drafts/**"]
# chunking_strategy: { type: static, static: { max_chunk_size_tokens: 800, chunk_overlap_tokens: 400 } }
# expires_after: { anchor: last_active_at, days: 30 }
# attributes: { product: widgets }
`;
}

/** Files that hold no documents, though they are text. */
const noDocument =
  /(?:^|\/)(?:node_modules|dist|out|\.[^/]+)\/|\.(?:assistant|vectorstore)\.(?:ya?ml|json)$|(?:^|\/)(?:assistants\.lock|package-lock|package)\.json$/;

/** A glob that a store could include, and how many files it matches. */
export interface GlobProposal {
  readonly glob: string;
  readonly count: number;
}

/**
 * Globs that suit the files of a folder, those with the most files first: for each kind of file that file search reads, all of them,
 * and those of each top folder.
 * @param paths from the folder, with forward slashes
 */
export function globProposals(paths: readonly string[]): readonly GlobProposal[] {
  const counts = new Map<string, number>();
  const add = (glob: string): void => void counts.set(glob, (counts.get(glob) ?? 0) + 1);
  for (const path of paths) {
    if (!isDocument(path)) continue;
    const kind = path.slice(path.lastIndexOf(".") + 1);
    const top = path.includes("/") ? path.slice(0, path.indexOf("/")) : null;
    add(`**/*.${kind}`);
    if (top !== null) add(`${escaped(top)}/**/*.${kind}`);
  }
  const proposals = [...counts].map(([glob, count]) => ({ glob, count }));
  // Documents of a kind that all lie in one folder are that folder's: the wider glob would say no more.
  return proposals
    .filter(
      ({ glob, count }) =>
        !glob.startsWith("**/") ||
        !proposals.some((other) => other.count === count && other.glob !== glob && other.glob.endsWith(`/${glob}`)),
    )
    .toSorted((a, b) => b.count - a.count || (a.glob < b.glob ? -1 : 1));
}

/** Whether a sync would take a file, as far as its path tells. */
function isDocument(path: string): boolean {
  const someBytes = 1;
  return skipByName(path, someBytes) === null && !noDocument.test(path);
}

/** A folder's name in a glob: what globs take for signs is put in brackets. */
function escaped(name: string): string {
  return name.replaceAll(/[[\]{}*?!()]/g, (sign) => `[${sign}]`);
}
