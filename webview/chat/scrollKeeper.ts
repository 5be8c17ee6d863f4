/** How close to the bottom still counts as being there. */
const nearBottom = 32;

/** Keeps the reading position: at the bottom while text grows, at the same line while older messages come in. */
export class ScrollKeeper {
  readonly #scroller: HTMLElement;
  readonly #observer: ResizeObserver;
  readonly #onAway: (away: boolean) => void;
  #atBottom = true;
  #away = false;
  #lastTop = 0;
  #anchor: { readonly element: Element; readonly top: number } | null = null;

  /** @param onAway whether the way back to the end is offered */
  constructor(scroller: HTMLElement, content: HTMLElement, onAway: (away: boolean) => void) {
    this.#scroller = scroller;
    this.#onAway = onAway;
    this.#observer = new ResizeObserver(() => {
      if (this.#atBottom) {
        this.toBottom();
      }
    });
    this.#observer.observe(content);
    this.#observer.observe(scroller);
    scroller.addEventListener("scroll", this.#onScroll, { passive: true });
  }

  toBottom(): void {
    this.#scroller.scrollTop = this.#scroller.scrollHeight;
    this.#note(true);
  }

  /** Remembers where an entry stands, before others go above it. */
  hold(element: Element | null): void {
    if (element && !this.#atBottom) {
      this.#anchor = { element, top: element.getBoundingClientRect().top };
      this.#scroller.classList.add("holding");
    }
  }

  /** Puts that entry back to where it stood. */
  release(): void {
    const anchor = this.#anchor;
    if (!anchor) {
      return;
    }
    this.#anchor = null;
    const settle = (): void => {
      this.#scroller.scrollTop += anchor.element.getBoundingClientRect().top - anchor.top;
    };
    // Heights above are guesses (`contain-intrinsic-size`) until they are laid out, which takes some frames.
    let frames = 8;
    const again = (): void => {
      settle();
      if (frames-- > 0) {
        requestAnimationFrame(again);
      } else {
        this.#scroller.classList.remove("holding");
      }
    };
    again();
  }

  dispose(): void {
    this.#observer.disconnect();
    this.#scroller.removeEventListener("scroll", this.#onScroll);
  }

  readonly #onScroll = (): void => {
    const { scrollHeight, scrollTop, clientHeight } = this.#scroller;
    // A picture that came in meanwhile put the bottom further down: nobody scrolled, and nobody went away.
    const stayed = this.#atBottom && scrollTop >= this.#lastTop;
    this.#lastTop = scrollTop;
    this.#note(stayed || scrollHeight - scrollTop - clientHeight < nearBottom);
  };

  #note(atBottom: boolean): void {
    this.#atBottom = atBottom;
    const away = !atBottom && !this.#showsWaitingCard();
    if (away !== this.#away) {
      this.#away = away;
      this.#onAway(away);
    }
  }

  /** A card that waits for outputs is the end already, and may be higher than the view: what it has is not covered. */
  #showsWaitingCard(): boolean {
    const card = this.#scroller.querySelector(".tool-card")?.getBoundingClientRect();
    const view = this.#scroller.getBoundingClientRect();
    return card !== undefined && card.top < view.bottom && card.bottom > view.top;
  }
}
