import { sameWord, stem, wordsOf } from "./words.ts";

export type Measure = "sum" | "mean" | "median" | "min" | "max" | "count";

/** What a message wants to know of a table, before the table is known. */
export interface DataRequest {
  /** In the order of the words; empty when only a chart, or only a look at the table, is asked for. */
  readonly measures: readonly Measure[];
  readonly chart: boolean;
  readonly text: string;
}

/** What the first program told of a table. */
export interface TableFacts {
  readonly columns: readonly string[];
  /** Those whose values are numbers, as far as they were looked at. */
  readonly numbers: readonly string[];
  /** Those of them that have a comma before their decimals. */
  readonly commas: readonly string[];
  readonly rows: number;
}

/** A request with the table's columns put in. */
export interface DataQuestion {
  readonly measures: readonly Measure[];
  readonly chart: boolean;
  /** Null when rows are counted. */
  readonly value: string | null;
  readonly group: string | null;
}

const measureWords: readonly (readonly [Measure, readonly string[]])[] = [
  ["sum", ["sum", "total", "totals", "altogether", "add", "revenue"]],
  ["mean", ["mean", "average", "averages", "avg"]],
  ["median", ["median"]],
  ["min", ["min", "minimum", "lowest", "smallest", "least", "cheapest"]],
  ["max", ["max", "maximum", "highest", "largest", "most", "biggest"]],
  ["count", ["count", "counts", "many"]],
];
const chartWords = [
  "chart",
  "charts",
  "plot",
  "graph",
  "draw",
  "diagram",
  "histogram",
  "visualize",
  "visualise",
  "bars",
];
const tableWords = ["csv", "table", "column", "columns", "row", "rows", "data", "dataset", "spreadsheet"];

/** Reads a message as a question about a table; undefined when nothing in it sounds like one. */
export function readDataRequest(text: string): DataRequest | undefined {
  const words = wordsOf(text.replaceAll(/\[attached file[^\]]*\]/g, " "));
  const measures = measureWords
    .map(([measure, names]) => ({ measure, at: words.findIndex((word) => names.includes(word)) }))
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => a.at - b.at)
    .map(({ measure }) => measure);
  const chart = words.some((word) => chartWords.includes(word));
  const looks = words.some((word) => tableWords.includes(word));
  return measures.length > 0 || chart || looks ? { measures, chart, text } : undefined;
}

/**
 * Finds the columns that a request means by their names. The result in words where it does not say enough: there is no guess among
 * several.
 */
export function placeInTable(request: DataRequest, table: TableFacts): DataQuestion | string {
  const words = wordsOf(request.text);
  const named = table.columns
    .map((column) => ({ column, at: placeOf(column, words) }))
    .filter(({ at }) => at !== -1)
    .toSorted((a, b) => a.at - b.at);
  const marks = words.flatMap((word, at) => (["by", "per", "each", "every"].includes(word) ? [at] : []));
  const grouped = named.find(({ at }) => marks.some((mark) => at > mark && at - mark <= 3));
  const texts = table.columns.filter((column) => !table.numbers.includes(column));
  const others = named.filter(({ column }) => column !== grouped?.column).map(({ column }) => column);
  const value = others.find((column) => table.numbers.includes(column)) ?? null;
  const label = others.find((column) => texts.includes(column)) ?? null;
  const group = grouped?.column ?? (request.chart || value !== null ? label : null);
  const measures =
    request.measures.length > 0 ? request.measures : value === null ? (["count"] as const) : (["sum"] as const);
  const chart = request.chart;
  if (chart && group === null) {
    const [only] = texts;
    if (texts.length !== 1 || only === undefined)
      return `I cannot tell what the bars of the chart should stand for. The columns are ${list(table.columns)}; say, for example, “a chart of ${table.numbers[0] ?? "rows"} by ${table.columns[0] ?? "column"}”.`;
    return placed(only);
  }
  return placed(group);

  function placed(by: string | null): DataQuestion | string {
    const needsValue = measures.some((measure) => measure !== "count");
    if (!needsValue) return { measures, chart, value: null, group: by };
    // A column that was named and has no numbers is not exchanged for another one.
    if (value === null && label !== null && label !== by) return `The column \`${label}\` has no numbers in it.`;
    const candidates = table.numbers.filter((column) => column !== by);
    const [only] = candidates;
    const chosen = value ?? (candidates.length === 1 ? only : undefined);
    if (chosen !== undefined) return { measures, chart, value: chosen, group: by };
    return candidates.length === 0
      ? `None of the columns has numbers in it: ${list(table.columns)}.`
      : `I cannot tell which column you mean. Those with numbers are ${list(candidates)}.`;
  }
}

/** Where a message names a column, in words; -1 when it does not. Every word of the column's name must be there. */
function placeOf(column: string, words: readonly string[]): number {
  const wanted = wordsOf(column).map(stem);
  if (wanted.length === 0) return -1;
  const places = wanted.map((one) => words.findIndex((word) => sameWord(stem(word), one)));
  return places.includes(-1) ? -1 : Math.min(...places);
}

export function list(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(", ");
}
