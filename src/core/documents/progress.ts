/** What a sync is at. `reading`: the server reads what it was given. */
export type SyncPhase = "uploading" | "attaching" | "reading" | "checking";

export interface SyncProgress {
  readonly phase: SyncPhase;
  readonly filesDone: number;
  readonly files: number;
  readonly bytesDone: number;
  readonly bytes: number;
  /** Bytes a second over the last seconds; null before there is anything to tell it by. */
  readonly rate: number | null;
  /** Estimated, in milliseconds. */
  readonly timeLeftMs: number | null;
  /** How long nothing has moved. */
  readonly stillMs: number;
}

/** How much of the past the rate is taken from. */
const windowMs = 10_000;
/** So often at most it is told. */
const tellEveryMs = 100;

/** Counts what is done, and tells it now and then. */
export class ProgressMeter {
  readonly #now: () => number;
  readonly #tell: (progress: SyncProgress) => void;
  readonly #marks: { readonly at: number; readonly bytes: number }[] = [];
  #phase: SyncPhase = "uploading";
  #files = 0;
  #filesDone = 0;
  #bytes = 0;
  #bytesDone = 0;
  #toldAt = 0;
  #movedAt = 0;

  constructor(now: () => number, tell: (progress: SyncProgress) => void) {
    this.#now = now;
    this.#tell = tell;
  }

  begin(phase: SyncPhase, files: number, bytes = 0): void {
    this.#phase = phase;
    [this.#files, this.#bytes, this.#filesDone, this.#bytesDone] = [files, bytes, 0, 0];
    this.#marks.length = 0;
    this.#movedAt = this.#now();
    this.#mark();
    this.#report(true);
  }

  /** @param bytes negative when what was sent has to be sent again */
  sent(bytes: number): void {
    this.#bytesDone += bytes;
    this.#movedAt = this.#now();
    this.#report(false);
  }

  fileDone(count = 1): void {
    this.#filesDone += count;
    this.#movedAt = this.#now();
    this.#report(this.#filesDone === this.#files);
  }

  /** Nothing has moved: tells for how long. */
  still(): void {
    this.#report(false);
  }

  #report(force: boolean): void {
    const now = this.#now();
    if (!force && now - this.#toldAt < tellEveryMs) return;
    this.#toldAt = now;
    this.#mark();
    const first = this.#marks[0];
    const span = first === undefined ? 0 : now - first.at;
    const rate = first === undefined || span < 500 ? null : ((this.#bytesDone - first.bytes) / span) * 1000;
    this.#tell({
      phase: this.#phase,
      filesDone: this.#filesDone,
      files: this.#files,
      bytesDone: this.#bytesDone,
      bytes: this.#bytes,
      rate,
      timeLeftMs: rate === null || rate <= 0 ? null : ((this.#bytes - this.#bytesDone) / rate) * 1000,
      stillMs: now - this.#movedAt,
    });
  }

  #mark(): void {
    const now = this.#now();
    this.#marks.push({ at: now, bytes: this.#bytesDone });
    while (this.#marks.length > 2 && (this.#marks[0]?.at ?? now) < now - windowMs) this.#marks.shift();
  }
}
