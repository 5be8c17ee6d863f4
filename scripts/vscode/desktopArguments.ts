import { fileURLToPath } from "node:url";

/** The part of desktop VS Code's command line that a run of tests needs. */
export interface DesktopArguments {
  readonly folder?: string;
  readonly extensionPath?: string;
  readonly extensionTestsPath?: string;
  readonly userDataDir?: string;
  readonly workspaceTrust: boolean;
}

/** Reads desktop VS Code's arguments; the ones that mean nothing in a browser are passed over. */
export function parseDesktopArguments(args: readonly string[]): DesktopArguments {
  const value = (name: string): string | undefined => {
    const found = args.find((arg) => arg.startsWith(`--${name}=`));
    return found ? asPath(found.slice(name.length + 3)) : undefined;
  };
  const parsed = {
    folder: args.find((arg) => !arg.startsWith("-")),
    extensionPath: value("extensionDevelopmentPath"),
    extensionTestsPath: value("extensionTestsPath"),
    userDataDir: value("user-data-dir"),
  };
  const present = Object.entries(parsed).filter(([, one]) => one !== undefined);
  return { ...Object.fromEntries(present), workspaceTrust: !args.includes("--disable-workspace-trust") };
}

function asPath(text: string): string {
  return text.startsWith("file://") ? fileURLToPath(text) : text;
}
