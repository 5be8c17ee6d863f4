import type { ComponentChildren } from "preact";

interface Props {
  readonly onPress: () => void;
  readonly children: ComponentChildren;
  readonly title?: string;
}

/** A small verb in the flow of text: looks like a link, and is a button because it goes nowhere. */
export function Verb({ onPress, children, title }: Props) {
  return (
    <button type="button" class="verb" onClick={onPress} {...(title === undefined ? {} : { title })}>
      {children}
    </button>
  );
}
