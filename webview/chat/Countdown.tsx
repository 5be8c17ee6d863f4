import { now } from "../state/clock.ts";
import { formatCountdown } from "../text/duration.ts";

/** Time left until the provider gives up on the run. Read out on demand only: a figure that changes each second is no news. */
export function Countdown({ expiresAt }: { readonly expiresAt: number }) {
  const left = expiresAt - now.value;
  const text = left <= 0 ? "expired" : formatCountdown(left);
  return (
    <span
      class={left <= 60_000 ? "countdown countdown-urgent" : "countdown"}
      title={`The provider gives up at ${new Date(expiresAt).toLocaleTimeString()}`}
      role="timer"
      aria-live="off"
    >
      {left > 0 && left <= 60_000 && <span class="codicon codicon-watch" aria-hidden="true" />}
      {left > 0 ? <span class="visually-hidden">expires in </span> : null}
      {text}
    </span>
  );
}
