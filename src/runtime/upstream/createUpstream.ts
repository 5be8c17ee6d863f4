import type { RuntimeOptions } from "../cli/options.ts";
import type { Log } from "../log.ts";
import { ChatUpstream } from "./chat/chatUpstream.ts";
import { MappedUpstream } from "./mappedUpstream.ts";
import { OfflineUpstream } from "./offline/offlineUpstream.ts";
import type { Upstream } from "./port.ts";
import { ResponsesUpstream } from "./responses/responsesUpstream.ts";

/** What executes runs, as the command line asks for it. */
export function createUpstream(options: RuntimeOptions["upstream"], log: Log): Upstream {
  switch (options.kind) {
    case "offline":
      return new OfflineUpstream(options.pace);
    case "chat":
      return new MappedUpstream(new ChatUpstream(options.target, options.chat, log), options.modelMap);
    case "responses":
      return new MappedUpstream(new ResponsesUpstream(options.target, log), options.modelMap);
  }
}
