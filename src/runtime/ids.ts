import { randomInt } from "node:crypto";

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

export type IdPrefix = "asst" | "thread" | "msg" | "run" | "step" | "call" | "vs" | "vsfb" | "file";

/** A fresh id: the prefix, `_` (`-` for files) and 24 random letters and digits. */
export function newId(prefix: IdPrefix): string {
  let tail = "";
  for (let at = 0; at < 24; at++) tail += alphabet[randomInt(alphabet.length)] ?? "";
  return `${prefix}${prefix === "file" ? "-" : "_"}${tail}`;
}
