import { completeKeys } from "./completeKeys.ts";
import { completeValues } from "./completeValues.ts";
import type { Completion } from "./completion.ts";
import type { LanguageContext } from "./ports.ts";
import { sitesAt } from "./sitesAt.ts";
import type { Source } from "./source.ts";

/** What can stand at the cursor, the best first. */
export async function completionsAt(
  source: Source,
  offset: number,
  context: LanguageContext,
): Promise<readonly Completion[]> {
  const found = sitesAt(source, offset);
  if (found === null) return [];
  const { document, sites } = found;
  const lists = await Promise.all(
    sites.map(async (site) =>
      site.role === "keys"
        ? completeKeys(source, site, document, context)
        : await completeValues(source, site, document, context),
    ),
  );
  return unique(lists.flat());
}

/** Two readings of one place may come to the same text. */
function unique(completions: readonly Completion[]): readonly Completion[] {
  const seen = new Set<string>();
  return completions.filter(({ label, insert }) => {
    const key = `${label} ${insert}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}
