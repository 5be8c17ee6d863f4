import { randomBytes } from "node:crypto";
import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";

import { isJsonMap } from "../core/definition/json.ts";
import { oneLine } from "../core/oneLine.ts";

/** Who holds a folder: the content of the file. */
export interface Holder {
  readonly pid: number;
  readonly host: string;
  /** The machine as the process sees it: a pid means something only there. */
  readonly machine: string;
  /** What tells the process from a later one of its pid; "" where the system does not say. */
  readonly started: string;
  readonly who: string;
  /** ISO. */
  readonly since: string;
  /** What tells this holding from all others. */
  readonly mark: string;
}

/** A holder of another machine that did not touch its file for so long is gone. It does every two seconds. */
const silentMs = 30_000;

/** @param who what others are told is at work */
export function thisProcess(who: string): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    machine: machine(),
    started: startOf(process.pid),
    who,
    since: new Date().toISOString(),
    mark: randomBytes(8).toString("hex"),
  };
}

/** Whether the process is gone. @param silent milliseconds in which nothing was seen of it */
export function isGoneHolder(holder: Holder | null, silent: number): boolean {
  if (holder === null || holder.machine !== machine()) return silent > silentMs;
  if (!isRunning(holder.pid)) return true;
  const started = startOf(holder.pid);
  return started === "" || holder.started === "" ? silent > silentMs : started !== holder.started;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Another user's is there, too.
    return codeOf(error) !== "ESRCH";
  }
}

/** Containers often share a name and never their pids: on Linux their namespace tells them apart. */
function machine(): string {
  let namespace = "";
  try {
    if (process.platform === "linux") namespace = readlinkSync("/proc/self/ns/pid");
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
  }
  return `${hostname()} ${process.platform} ${namespace}`;
}

function startOf(pid: number): string {
  if (process.platform !== "linux") return "";
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    // The name of the program, in parentheses, may hold anything; the start is the 22nd field of all.
    const [, rest = ""] = /^.*\) (.*)$/s.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
    return `${boot} ${rest.split(" ")[19] ?? ""}`;
  } catch (error) {
    if (codeOf(error) === undefined) throw error;
    return "";
  }
}

/** Null for what no holder has written. */
export function holderOf(text: string | null): Holder | null {
  let value: unknown;
  try {
    value = JSON.parse(text ?? "");
  } catch {
    // Not written to its end, or damaged: nobody is known to hold it.
    return null;
  }
  if (!isJsonMap(value) || typeof value["pid"] !== "number" || !Number.isInteger(value["pid"]) || value["pid"] <= 0)
    return null;
  const names = ["host", "machine", "started", "who", "since", "mark"] as const;
  return names.every((name) => typeof value[name] === "string") ? (value as unknown as Holder) : null;
}

/** Who it is, for a person. */
export function holderWords(holder: Holder | null): string {
  if (holder === null) return "Something is at work in this folder already";
  const { who, pid, host, since } = holder;
  const at = new Date(since);
  const time = Number.isNaN(at.getTime()) ? "" : ` since ${at.toLocaleTimeString("en-GB")}`;
  return `${oneLine(who)} (process ${pid} on ${oneLine(host)}) is at work in this folder${time}`;
}

/** The code of an error of the system, such as `EEXIST`. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
