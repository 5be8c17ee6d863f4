/**
 * The one file that knows which control kit is used (not its badge: that writes `style=`, which our policy refuses). The toolkit is archived upstream: a successor has to define the
 * same few elements here, and `css/controls.css` adapts their look.
 */
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDivider,
  vsCodeLink,
  vsCodeTextArea,
} from "@vscode/webview-ui-toolkit";
import type { ComponentChildren, Ref } from "preact";

/** Defines the custom elements. */
export function registerControls(): void {
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDivider(),
    vsCodeLink(),
    vsCodeTextArea(),
  );
}

/** The text area element; `control` is the real one inside, which holds the selection. */
export interface TextAreaElement extends HTMLElement {
  value: string;
  readonly control: HTMLTextAreaElement;
}

interface ControlProps {
  readonly key?: string | number;
  readonly id?: string;
  readonly class?: string;
  readonly title?: string;
  readonly slot?: string;
  readonly tabIndex?: number;
  readonly children?: ComponentChildren;
  readonly "aria-label"?: string;
  readonly "aria-describedby"?: string;
  readonly "aria-pressed"?: "true" | "false";
  readonly "aria-expanded"?: "true" | "false";
  readonly "data-call"?: string;
  readonly onClick?: (event: MouseEvent) => void;
  readonly onKeyDown?: (event: KeyboardEvent) => void;
}

interface ButtonProps extends ControlProps {
  readonly appearance?: "primary" | "secondary" | "icon";
  readonly disabled?: boolean;
}

interface TextAreaProps extends ControlProps {
  readonly value?: string;
  readonly placeholder?: string;
  readonly rows?: number;
  readonly readOnly?: boolean;
  readonly ref?: Ref<TextAreaElement>;
  readonly resize?: "none" | "vertical";
  readonly onInput?: (event: Event) => void;
  readonly onFocus?: (event: FocusEvent) => void;
}

interface CheckboxProps extends ControlProps {
  readonly checked?: boolean;
  readonly onChange?: (event: Event) => void;
}

interface LinkProps extends ControlProps {
  readonly href?: string;
}

declare module "preact" {
  namespace JSX {
    interface IntrinsicElements {
      "vscode-button": ButtonProps;
      "vscode-checkbox": CheckboxProps;
      "vscode-divider": ControlProps;
      "vscode-link": LinkProps;
      "vscode-text-area": TextAreaProps;
    }
  }
}
