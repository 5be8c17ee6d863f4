import type { Connection } from "../connections/connection.ts";
import type { DefinitionFile } from "../definitions/definitionFile.ts";
import type { ProviderPool } from "../runtime/providerPool.ts";
import { answerOfSetting, RunLeftOff } from "./askBeforeRun.ts";
import type { AskBeforeRun } from "./askBeforeRun.ts";
import type { OneAtATime } from "./oneAtATime.ts";
import { pushForRun } from "./pushForRun.ts";
import type { RunReadiness } from "./pushForRun.ts";
import { pathIn, rootOf } from "./syncFolder.ts";
import type { SyncFolders } from "./syncFolders.ts";

export interface ReadyForRunServices {
  readonly providers: ProviderPool;
  readonly folders: SyncFolders;
  /** What reads and writes locks. */
  readonly locks: OneAtATime;
}

/**
 * Makes one definition's assistant ready for a run. Where it is not what the file says, the setting or the person decides.
 * @param ask for what the setting leaves open; null when the person leaves off
 * @throws RunLeftOff, DefinitionProblem, ProviderError
 */
export async function readyForRun(
  { providers, folders, locks }: ReadyForRunServices,
  connection: Connection,
  file: DefinitionFile,
  ask: AskBeforeRun,
): Promise<Extract<RunReadiness, { readonly kind: "ready" }>> {
  const root = rootOf(file.uri);
  let answer = answerOfSetting(file.uri);
  for (;;) {
    const decided = answer;
    const readiness = await locks.run(() =>
      providers.with(connection, async (provider) =>
        pushForRun(
          provider,
          connection,
          await folders.read(root, file.uri, true),
          pathIn(root, file.uri),
          decided,
          await folders.elsewhere(root, connection),
        ),
      ),
    );
    if (readiness.kind === "ready") return readiness;
    // Nothing is held while a person thinks: they may push and pull meanwhile.
    const said = await ask(readiness.question, file.uri);
    if (said === null) throw new RunLeftOff(readiness.question);
    answer = said === "look again" ? answerOfSetting(file.uri) : said;
  }
}
