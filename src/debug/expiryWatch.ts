import type { DebuggedRun } from "./debuggedRun.ts";
import { timeLeft } from "./frames.ts";
import type { Debuggee } from "./ports.ts";

/** A run that is held is looked at this often: others may answer it. Milliseconds. */
const lookEveryMs = 1000;
/** The expiry is put off this often. The runtime gives ten minutes each time. */
const holdEveryMs = 120_000;
const warnAtMs = 60_000;

/** How a held run stands to its expiry, for whoever shows it. Times in milliseconds since the epoch. */
export interface ExpiryState {
  readonly runId: string;
  readonly expiresAt: number | null;
  /** `off`: not asked for; `unsupported`: this provider cannot. */
  readonly hold: "held" | "off" | "unsupported";
}

export interface ExpiryWatchOptions {
  readonly debuggee: Debuggee;
  readonly hold: boolean;
  readonly now: () => number;
  readonly say: (text: string) => void;
  readonly tell: (state: ExpiryState | null) => void;
  readonly failed: (what: string, error: unknown) => void;
}

/** Looks after a run while the debugger holds it: puts its expiry off where the provider can, and says how much time is left. */
export class ExpiryWatch {
  readonly #options: ExpiryWatchOptions;
  #run: DebuggedRun | null = null;
  #timer: NodeJS.Timeout | undefined;
  #state: ExpiryState["hold"];
  #heldAt = Number.NEGATIVE_INFINITY;
  #warned = "";

  constructor(options: ExpiryWatchOptions) {
    this.#options = options;
    this.#state = "off";
  }

  begin(run: DebuggedRun): void {
    clearTimeout(this.#timer);
    this.#run = run;
    this.#heldAt = Number.NEGATIVE_INFINITY;
    void this.#look(run);
  }

  end(): void {
    clearTimeout(this.#timer);
    if (this.#run !== null) this.#options.tell(null);
    this.#run = null;
  }

  async #look(run: DebuggedRun): Promise<void> {
    const { debuggee, now, failed } = this.#options;
    try {
      if (this.#options.hold && this.#state !== "unsupported" && now() - this.#heldAt >= holdEveryMs) {
        this.#heldAt = now();
        const held = await debuggee.hold(run.runId);
        if (this.#run !== run) return;
        this.#state = held ? "held" : "unsupported";
        if (!held)
          this.#options.say("This provider does not put the expiry of a run off while the debugger is stopped.\n");
      } else if (run.trace.run.status === "requires_action") {
        await debuggee.refresh(run.runId);
      }
    } catch (error) {
      failed("The held run could not be looked at", error);
    }
    if (this.#run !== run) return;
    this.#tell(run);
    this.#timer = setTimeout(() => void this.#look(run), lookEveryMs);
    this.#timer.unref();
  }

  #tell(run: DebuggedRun): void {
    const seconds = run.trace.run.expires_at;
    const expiresAt = seconds === null ? null : seconds * 1000;
    this.#options.tell({ runId: run.runId, expiresAt, hold: this.#state });
    const left = expiresAt === null ? Number.POSITIVE_INFINITY : expiresAt - this.#options.now();
    if (left > warnAtMs || this.#warned === run.runId) return;
    this.#warned = run.runId;
    this.#options.say(`The run ${timeLeft(left)}: answer its calls before.\n`);
  }
}
