import type { ChatSwitches } from "../../manifest.ts";
import type { Connection } from "../connections/connection.ts";

/** The runtime's arguments for a connection; keys go by the environment. @param offlinePace tokens per second */
export function upstreamArgs(connection: Connection, offlinePace: number): readonly string[] {
  const { upstream } = connection;
  if (upstream.kind === "offline") return ["--upstream", "offline", "--pace", String(offlinePace)];
  const args = ["--upstream", upstream.kind, "--upstream-url", upstream.baseUrl];
  if (connection.model !== "") args.push("--model", connection.model);
  if (upstream.profile !== null) args.push("--profile", upstream.profile);
  if (upstream.apiVersion !== null) args.push("--upstream-api-version", upstream.apiVersion);
  if (upstream.hostedPython) args.push("--hosted-python");
  if (upstream.hostedFiles) args.push("--hosted-files");
  // The upstream embeds by itself then.
  else if (upstream.embeddingModel !== null && upstream.embeddingModel !== "")
    args.push("--embedding-model", upstream.embeddingModel);
  for (const [from, to] of Object.entries(upstream.modelMap)) args.push("--model-map", `${from}=${to}`);
  return upstream.kind === "chat" ? [...args, ...switchArgs(upstream.switches)] : args;
}

function switchArgs(switches: ChatSwitches): readonly string[] {
  const onOff = (value: boolean | undefined): string | undefined =>
    value === undefined ? undefined : value ? "on" : "off";
  const flags: readonly (readonly [flag: string, value: string | undefined])[] = [
    ["--chat-tool-choice", switches.toolChoice],
    ["--chat-stream-options", onOff(switches.streamOptions)],
    ["--chat-token-field", switches.tokenField],
    ["--chat-system-role", switches.systemRole],
    ["--chat-parallel-tool-calls", onOff(switches.parallelToolCalls)],
  ];
  return flags.flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
}
