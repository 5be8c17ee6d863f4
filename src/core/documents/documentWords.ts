import type { DocumentItem, DocumentPlan, ItemKind } from "./documentPlan.ts";
import { pathOf } from "./documentPlan.ts";
import type { DocumentsApplied } from "./applyDocuments.ts";
import type { SyncProgress } from "./progress.ts";
import { messageLine, oneLine } from "../oneLine.ts";
import { storageRule } from "./storageCost.ts";

/** Lines of one plan that a person still reads. */
const mostLines = 1000;

const marks: Readonly<Record<ItemKind, string>> = {
  new: "+ new      ",
  changed: "~ changed  ",
  renamed: "> renamed  ",
  attributes: "@ attribute",
  reattach: "* anew     ",
  reading: "… reading  ",
  unchanged: "= unchanged",
  failed: "x failed   ",
  removed: "- removed  ",
  skipped: "! skipped  ",
};

/** What changes first, then what is left out. */
const order: readonly ItemKind[] = [
  "new",
  "changed",
  "renamed",
  "attributes",
  "reattach",
  "reading",
  "removed",
  "failed",
  "skipped",
];

/** A plan as a person reads it: one line a file, and a sum. @param paid whether the provider's storage costs anything */
export function documentPlanText(plan: DocumentPlan, paid: boolean): string {
  const shown = order.flatMap((kind) => plan.items.filter((item) => item.kind === kind));
  const lines = shown.slice(0, mostLines).map(itemLine);
  if (shown.length > mostLines) lines.push(`… and ${shown.length - mostLines} more`);
  const above = [...storeLines(plan), ...lines];
  return [...above, ...(above.length > 0 ? [""] : []), ...sumLines(plan, paid)].map((line) => `${line}\n`).join("");
}

function storeLines({ storeId, remade, expiresAfter, foreign }: DocumentPlan): readonly string[] {
  const lines: string[] = [];
  if (storeId === null)
    lines.push(
      remade === "gone"
        ? "+ The vector store was deleted on the connection: it is made anew."
        : remade === "expired"
          ? "+ The vector store has expired: it is made anew."
          : "+ The vector store is made.",
    );
  else if (expiresAfter !== undefined)
    lines.push(
      expiresAfter === null
        ? "~ It does not expire any more."
        : `~ It expires ${expiresAfter.days} days after its last use.`,
    );
  if (foreign > 0)
    lines.push(
      `  ${count(foreign, "file")} that something else has put there ${foreign === 1 ? "is" : "are"} left alone.`,
    );
  return lines;
}

function itemLine(item: DocumentItem): string {
  return `${marks[item.kind]} ${oneLine(pathOf(item))}${itemNote(item)}`;
}

/** What is to be said of an item beside its kind and path. */
function itemNote(item: DocumentItem): string {
  switch (item.kind) {
    case "new":
    case "changed":
      return `  ${byteWords(item.file.bytes)}${item.reuse === null ? "" : ", uploaded already"}`;
    case "renamed":
      return `  from ${oneLine(item.from)}`;
    case "reattach":
      return item.why === "chunking" ? "  cut in another way" : "  once more";
    case "failed":
      return `: ${messageLine(item.message)}`;
    case "removed":
      return item.why === "gone" ? "" : "  an old version";
    case "skipped":
      return `: ${messageLine(item.message)}`;
    case "reading":
      return "  the server has not read it yet";
    case "attributes":
    case "unchanged":
      return "";
  }
}

/** What an item does, such as `new` or `renamed from a.md`, for lists of items. */
export function itemWords(item: DocumentItem): string {
  return `${item.kind === "reattach" ? "anew" : item.kind}${itemNote(item)}`;
}

function sumLines(plan: DocumentPlan, paid: boolean): readonly string[] {
  const { bytes, tokens, uploadBytes, costPerDay } = plan.totals;
  const cost = !paid
    ? ""
    : costPerDay === 0
      ? ` Storage: $0 a day (${storageRule}).`
      : ` Storage: about $${costPerDay.toFixed(2)} a day (${storageRule}; the index may be larger than the files).`;
  return [
    `${countWords(plan)}. ${byteWords(uploadBytes)} to upload.`,
    `In all ${byteWords(bytes)}, about ${grouped(tokens)} tokens (estimated: four bytes each).${cost}`,
  ];
}

/** Such as "3 new, 1 renamed, 120 unchanged". */
export function countWords({ totals: { counts } }: DocumentPlan): string {
  const words: Readonly<Record<ItemKind, string>> = {
    new: "new",
    changed: "changed",
    renamed: "renamed",
    attributes: "with other attributes",
    reattach: "put in anew",
    reading: "being read by the server",
    unchanged: "unchanged",
    failed: "that the server could not read",
    removed: "removed",
    skipped: "skipped",
  };
  const parts = [...order.slice(0, 7), "unchanged" as const, ...order.slice(7)]
    .filter((kind) => counts[kind] > 0)
    .map((kind) => `${grouped(counts[kind])} ${words[kind]}`);
  return parts.length === 0 ? "No files" : parts.join(", ");
}

/** What became of a plan, one sentence and a line for each failure. */
export function appliedText(plan: DocumentPlan, applied: DocumentsApplied): string {
  const lines = [`${oneLine(plan.store)}: ${appliedWords(applied)}`];
  for (const { path, message } of applied.failures) lines.push(`x ${oneLine(path)}: ${messageLine(message)}`);
  for (const item of applied.difference ?? []) lines.push(`? ${oneLine(pathOf(item))}: still ${itemWords(item)}`);
  return lines.map((line) => `${line}\n`).join("");
}

export function appliedWords({ done, failures, stopped, difference, detached }: DocumentsApplied): string {
  const parts = [`${count(done.length, "change")} done`];
  if (failures.length > 0) parts.push(`${count(failures.length, "file")} failed`);
  const reading = difference?.filter(({ kind }) => kind === "reading").length ?? 0;
  const other = (difference?.length ?? 0) - reading;
  if (other > 0) parts.push(`${count(other, "file")} still not as planned`);
  if (reading > 0) parts.push(`${count(reading, "file")} not read by the server yet`);
  if (detached.length > 0) parts.push(`${count(detached.length, "upload")} left the store and can be cleaned up`);
  const stalled =
    reading > 0
      ? " The server read nothing more for a long time, so the sync waits no longer; the next one goes on."
      : "";
  return `${parts.join(", ")}.${stalled}${stopped === null ? "" : ` ${messageLine(stopped.message)}`}`;
}

/** Such as "Uploading 12 of 340 files, 3.1 of 88.0 MB, 4.2 MB/s, 20 s left". */
export function progressWords({
  phase,
  filesDone,
  files,
  bytesDone,
  bytes,
  rate,
  timeLeftMs,
  stillMs,
}: SyncProgress): string {
  const of = `${grouped(filesDone)} of ${count(files, "file")}`;
  switch (phase) {
    case "uploading": {
      const parts = [`Uploading ${of}`];
      if (bytes > 0) parts.push(`${byteWords(bytesDone)} of ${byteWords(bytes)}`);
      if (rate !== null && rate > 0) parts.push(`${byteWords(rate)}/s`);
      if (timeLeftMs !== null && timeLeftMs > 1000) parts.push(`${timeWords(timeLeftMs)} left`);
      return parts.join(", ");
    }
    case "attaching":
      return `Putting in ${of}`;
    case "reading":
      return `The server has read ${of}${stillMs < 30_000 ? "" : `, nothing new for ${sinceWords(stillMs)}`}`;
    case "checking":
      return `Taking out ${of}`;
  }
}

function timeWords(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

function sinceWords(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min`;
}

/** Such as "0 B", "1.2 MB": powers of a thousand, as the price lists count. */
export function byteWords(bytes: number): string {
  const units = ["B", "KB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ""}`;
}

function count(number: number, what: string): string {
  return `${grouped(number)} ${what}${number === 1 ? "" : "s"}`;
}

function grouped(number: number): string {
  return number.toLocaleString("en");
}
