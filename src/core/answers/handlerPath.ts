/** Whether a path is absolute, as POSIX or as Windows writes it. */
export function isAbsolutePath(path: string): boolean {
  return /^(?:[\\/]|[A-Za-z]:[\\/])/.test(path);
}
