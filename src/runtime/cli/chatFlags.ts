import type { ChatSettings } from "../upstream/chat/profile.ts";

/** The switches of the chat upstream, as they were typed. */
export interface ChatFlags {
  readonly "chat-tool-choice"?: string | undefined;
  readonly "chat-stream-options"?: string | undefined;
  readonly "chat-token-field"?: string | undefined;
  readonly "chat-system-role"?: string | undefined;
  readonly "chat-parallel-tool-calls"?: string | undefined;
}

const settingsOf: { readonly [flag in keyof ChatFlags]-?: Readonly<Record<string, ChatSettings>> } = {
  "chat-tool-choice": {
    all: { toolChoice: "all" },
    strings: { toolChoice: "strings" },
    none: { toolChoice: "none" },
  },
  "chat-stream-options": { on: { streamOptions: true }, off: { streamOptions: false } },
  "chat-token-field": {
    max_tokens: { tokenField: "max_tokens" },
    max_completion_tokens: { tokenField: "max_completion_tokens" },
  },
  "chat-system-role": { system: { systemRole: "system" }, developer: { systemRole: "developer" } },
  "chat-parallel-tool-calls": { on: { parallelToolCalls: true }, off: { parallelToolCalls: false } },
};

/** What the switches set. A string says what is wrong with them. */
export function readChatSettings(flags: ChatFlags, isChat: boolean): ChatSettings | string {
  const settings: ChatSettings = {};
  for (const [flag, choices] of Object.entries(settingsOf)) {
    const typed = flags[flag as keyof ChatFlags];
    if (typed === undefined) continue;
    if (!isChat) return `--${flag} needs --upstream chat`;
    const chosen = Object.hasOwn(choices, typed) ? choices[typed] : undefined;
    if (chosen === undefined) return `--${flag} must be ${Object.keys(choices).join(" or ")}, not '${typed}'`;
    Object.assign(settings, chosen);
  }
  return settings;
}
