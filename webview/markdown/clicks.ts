import type { RequestChannel } from "../requests.ts";
import { isOutside } from "./parser.ts";

/** Handles clicks and Enter on links and copy buttons of rendered markdown. */
export function actOnMarkdown(event: Event, requests: RequestChannel): void {
  if (!(event.target instanceof Element) || (event instanceof KeyboardEvent && event.key !== "Enter")) {
    return;
  }
  const href = event.target.closest<HTMLElement>("[data-href]")?.dataset["href"];
  if (href !== undefined && isOutside(href)) {
    event.preventDefault();
    requests.fire("openLink", { href });
    return;
  }
  if (openCitation(event, event.target, requests)) {
    event.preventDefault();
    return;
  }
  const copy = event.target.closest(".code-copy");
  // A key press on a real button becomes a click by itself.
  if (copy && event.type === "click") {
    requests.fire("copy", { text: copy.closest(".code")?.querySelector("code")?.textContent ?? "" });
    showCopied(copy);
  }
}

function openCitation(event: Event, target: Element, requests: RequestChannel): boolean {
  const index = Number(target.closest<HTMLElement>("[data-citation]")?.dataset["citation"] ?? Number.NaN);
  const text = target.closest<HTMLElement>("[data-message]");
  const messageId = text?.dataset["message"];
  if (!Number.isInteger(index) || messageId === undefined) {
    return false;
  }
  const beside = (event instanceof MouseEvent || event instanceof KeyboardEvent) && (event.ctrlKey || event.metaKey);
  requests.fire("openCitation", { messageId, part: Number(text?.dataset["part"]), index, beside });
  return true;
}

function showCopied(button: Element): void {
  const icon = button.querySelector(".codicon");
  icon?.classList.replace("codicon-copy", "codicon-check");
  button.setAttribute("aria-label", "Copied");
  setTimeout(() => {
    icon?.classList.replace("codicon-check", "codicon-copy");
    button.setAttribute("aria-label", "Copy code");
  }, 1500);
}
