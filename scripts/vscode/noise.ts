/**
 * What VS Code's own parts say in every run of the server build: native modules that it was installed without, its
 * connection, a gallery that it cannot reach. `VSCODE_VERBOSE=1` shows it.
 */
const noise: readonly RegExp[] = [
  /Could not locate the bindings file/,
  /Cannot find module '\.\/build\/Release/,
  /^(Resolving|Resolved) connection token/,
  /^Creating a socket/,
  /^Updating additional builtin extensions cache/,
  /^\[(reconnection-grace-time|AgentHost|AccountPolicyGate|Service Worker|GitHubLogin)/,
  /open-vsx\.org/,
  /^Error: \d+ of the extension tests failed/,
];

export function isNoise(message: string): boolean {
  return noise.some((pattern) => pattern.test(message));
}
