/** The extension's version, put in by the bundler (`define: { RUNTIME_VERSION: … }`); from source it is not known. */
declare const RUNTIME_VERSION: string | undefined;

export function runtimeVersion(): string {
  return typeof RUNTIME_VERSION === "string" ? RUNTIME_VERSION : "0.0.0-source";
}
