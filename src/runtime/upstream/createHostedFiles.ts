import type { RuntimeOptions } from "../cli/options.ts";
import { HostedFiles } from "./hosted/hostedFiles.ts";

/** The upstream's own files and vector stores, when the command line asks for them. */
export function createHostedFiles(options: RuntimeOptions["upstream"]): HostedFiles | undefined {
  return options.kind === "responses" && options.hostedFiles ? new HostedFiles(options.target) : undefined;
}
