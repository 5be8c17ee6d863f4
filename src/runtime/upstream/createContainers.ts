import type { RuntimeOptions } from "../cli/options.ts";
import { Containers } from "./hosted/containers.ts";

/** The upstream's containers for Python, when the command line asks for them. */
export function createContainers(options: RuntimeOptions["upstream"]): Containers | undefined {
  return options.kind === "responses" && options.hostedPython ? new Containers(options.target) : undefined;
}
