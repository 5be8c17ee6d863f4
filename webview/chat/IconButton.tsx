interface Props {
  readonly icon: string;
  readonly label: string;
  readonly onPress: () => void;
  readonly pressed?: boolean;
}

/** A button that shows only an icon; its name is told to pointers and screen readers alike. */
export function IconButton({ icon, label, onPress, pressed }: Props) {
  return (
    <vscode-button
      appearance="icon"
      class="icon-button"
      title={label}
      aria-label={label}
      onClick={onPress}
      {...(pressed === undefined ? {} : { "aria-pressed": pressed ? "true" : "false" })}
    >
      <span class={`codicon codicon-${icon}`} aria-hidden="true" />
    </vscode-button>
  );
}
