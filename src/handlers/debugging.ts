import { createServer } from "node:net";

/** A port that is free now. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() =>
        typeof address === "object" && address !== null ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}

/** Which debugger a program is for: by its name, whatever folder it is in. Null for programs that none of ours knows. */
export function debuggedLanguage(program: string): "node" | "python" | null {
  const name = program.split(/[\\/]/).at(-1)?.toLowerCase() ?? "";
  if (/^node(?:js)?(?:\.exe)?$/.test(name)) return "node";
  return /^py(?:thon)?(?:\d(?:\.\d+)?)?(?:\.exe)?$/.test(name) ? "python" : null;
}

/** Node says where its debugger listens, on its standard error. */
export function inspectorPort(said: string): number | null {
  const port = /Debugger listening on ws:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1];
  return port === undefined ? null : Number(port);
}
