import { signal, type Signal } from "@preact/signals";
import type { PersistedState, WebviewMessage } from "../../src/protocol/messages.ts";
import type { Draft, PanelIdentity } from "../../src/protocol/panelState.ts";

const hostDelay = 300;

interface Keeper {
  getState(): PersistedState | undefined;
  setState(state: PersistedState): void;
  postMessage(message: WebviewMessage): void;
}

/** What is typed and the width of the timeline: kept with each change in the webview's state, and told to the host. */
export class DraftStore {
  readonly text = signal("");
  /** Null for the default; 0 when the timeline is folded away. */
  readonly timelineWidth: Signal<number | null> = signal(null);
  readonly #outputs = new Map<string, Signal<string>>();
  readonly #keeper: Keeper;
  #identity: PanelIdentity | null = null;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(keeper: Keeper) {
    this.#keeper = keeper;
    this.timelineWidth.value = keeper.getState()?.timelineWidth ?? null;
  }

  /** Takes over a draft with an identity: at a resync what is on screen stays, else the webview's own memory goes first. */
  open(identity: PanelIdentity, fromHost: Draft): void {
    const again = this.#identity !== null && sameThread(this.#identity, identity);
    this.#identity = identity;
    if (again) {
      return;
    }
    const kept = this.#keeper.getState();
    const own = kept && sameThread(kept.identity, identity) ? kept.draft : null;
    const draft = own && !isEmpty(own) ? own : fromHost;
    this.text.value = draft.text;
    this.#outputs.clear();
    for (const [callId, output] of Object.entries(draft.outputs)) {
      this.#outputs.set(callId, signal(output));
    }
    this.#persist();
  }

  /** A thread was created for the panel: what is typed belongs to it now. */
  rename(identity: PanelIdentity): void {
    this.#identity = identity;
    this.#persist();
  }

  output(callId: string): Signal<string> {
    let output = this.#outputs.get(callId);
    if (!output) {
      output = signal("");
      this.#outputs.set(callId, output);
    }
    return output;
  }

  setText(text: string): void {
    this.text.value = text;
    this.#changed();
  }

  setOutput(callId: string, output: string): void {
    this.output(callId).value = output;
    this.#changed();
  }

  /** Forgets outputs that were submitted. */
  dropOutputs(callIds: readonly string[]): void {
    callIds.forEach((callId) => this.#outputs.delete(callId));
    this.#changed();
  }

  setTimelineWidth(width: number | null): void {
    this.timelineWidth.value = width;
    this.#persist();
  }

  /** Tells the host at once what it has not been told yet. */
  flush(): void {
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
      this.#timer = null;
      this.#keeper.postMessage({ type: "draft", draft: this.#draft() });
    }
  }

  #changed(): void {
    this.#persist();
    if (this.#timer !== null) {
      clearTimeout(this.#timer);
    }
    this.#timer = setTimeout(() => this.flush(), hostDelay);
  }

  #persist(): void {
    if (this.#identity) {
      const state = {
        version: 1,
        identity: this.#identity,
        draft: this.#draft(),
        timelineWidth: this.timelineWidth.peek(),
      } as const;
      this.#keeper.setState(state);
    }
  }

  #draft(): Draft {
    const outputs = [...this.#outputs].map(([callId, output]) => [callId, output.peek()] as const);
    return { text: this.text.peek(), outputs: Object.fromEntries(outputs.filter(([, output]) => output !== "")) };
  }
}

function sameThread(a: PanelIdentity, b: PanelIdentity): boolean {
  return (
    a.connectionId === b.connectionId &&
    a.threadId === b.threadId &&
    a.definitionUri === b.definitionUri &&
    a.assistantId === b.assistantId
  );
}

function isEmpty(draft: Draft): boolean {
  return draft.text === "" && Object.keys(draft.outputs).length === 0;
}
