import type { DataQuestion, Measure } from "./dataRequest.ts";

/**
 * Reads the usual tables: commas, semicolons or tabs between the values, with or without a byte order mark. Numbers may have
 * thousands set apart, and either sign before their decimals. Most say by themselves which it is ("1.234,50", "10,5", "0.25"); for the others
 * ("1,234") it is the sign of their column.
 */
const reading = String.raw`import csv, re

def delimiter_of(path):
    with open(path, newline="", encoding="utf-8-sig", errors="replace") as file:
        return max(",;\t", key=file.readline().count)

def read(path):
    with open(path, newline="", encoding="utf-8-sig", errors="replace") as file:
        yield from csv.DictReader(file, delimiter=delimiter_of(path))

POINT = re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:,\d{2,3})*,\d{3}|\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?")
COMMA = re.compile(r"[+-]?(?:[1-9]\d{0,2}(?:\.\d{3})+|\d*)(?:,\d*)?(?:[eE][+-]?\d+)?")

def plain(text):
    text = re.sub(r"[$€£%]", "", text or "").strip().replace("−", "-")
    return re.sub(r"(?<=\d)[ \u00a0\u202f'’](?=\d{3}(?:\D|$))", "", text)

def number(text, decimal_sign="."):
    text = plain(text)
    signs = [sign for sign, form in ((".", POINT), (",", COMMA)) if form.fullmatch(text)]
    if not signs:
        return None
    sign = decimal_sign if decimal_sign in signs else signs[0]
    try:
        return float(text.replace("," if sign == "." else ".", "").replace(",", "."))
    except ValueError:
        return None
`;

/** The mark before the facts, which the next turn reads. */
export const factsMark = "table: ";

/** Looks at a table: its columns, how many rows it has, which columns have numbers, and in which of them a comma is before the decimals. */
export function lookProgram(path: string): string {
  return `${reading}
import json
from collections import Counter

columns, numbers, signs, rows = [], {}, {}, 0
for row in read(${literal(path)}):
    columns = columns or [name for name in row if name is not None]
    rows += 1
    for name in columns:
        if row[name] not in (None, ""):
            numbers.setdefault(name, []).append(number(row[name]) is not None)
            # What can be read one way only says how the others of its column are to be read.
            text = plain(row[name])
            forms = [sign for sign, form in ((".", POINT), (",", COMMA)) if form.fullmatch(text)]
            found = signs.setdefault(name, Counter())
            if len(forms) == 1:
                found[forms[0]] += 1
            elif "," in text or "." in text:
                found["either " + ("," if "," in text else ".")] += 1
total = sum(signs.values(), Counter())

def has_comma(found):
    for counts in (found, total):
        if counts[","] != counts["."]:
            return counts[","] > counts["."]
    # No number of the table tells. Where commas do not part the values, one within a number is taken for the decimal sign.
    return delimiter_of(${literal(path)}) == ";" and found["either ,"] > 0

# A column of numbers may have some cells without one.
numbers = {name: sum(found) * 2 > len(found) for name, found in numbers.items()}
print(${literal(factsMark)} + json.dumps({"columns": columns, "numbers": [n for n in columns if numbers.get(n)],
    "commas": [n for n in columns if numbers.get(n) and has_comma(signs[n])], "rows": rows}))
`;
}

const formulas: Readonly<Record<Measure, string>> = {
  sum: "math.fsum(values)",
  mean: "statistics.mean(values)",
  median: "statistics.median(values)",
  min: "min(values)",
  max: "max(values)",
  count: "len(values)",
};

/** Computes what a question asks for, prints it, and draws the first measure where a chart is wanted. `commas`: the columns with decimal commas. */
export function answerProgram(
  path: string,
  question: DataQuestion,
  commas: readonly string[],
  chartPath: string,
): string {
  const { measures, value, group, chart } = question;
  const results = measures.map((measure) => `${literal(measure)}: ${formulas[measure]}`).join(", ");
  const key = group === null ? '"all rows"' : `(row[${literal(group)}] or "(empty)")`;
  const sign = value !== null && commas.includes(value) ? "," : ".";
  const taken =
    value === null
      ? `    groups[${key}].append(1)`
      : `    value = number(row[${literal(value)}], ${literal(sign)})
    if value is None:
        skipped += 1
    else:
        groups[${key}].append(value)`;
  const program = `${reading}
import math, statistics
from collections import defaultdict

def shown(value):
    if value == int(value) and abs(value) < 1e15:
        return f"{value:,.0f}"
    digits = min(15, max(10, len(str(int(abs(value)))) + 2))
    text = f"{value:,.{digits}g}"
    return text + "0" if re.search(r"\\.\\d$", text) else text

groups = defaultdict(list)
skipped = 0
for row in read(${literal(path)}):
${taken}

results = {name: {${results}} for name, values in groups.items()}
width = max([len(str(name)) for name in results] + [8])
print(" " * width, *[f"{measure:>14}" for measure in ${literal(measures)}])
for name, numbers in sorted(results.items(), key=lambda item: -list(item[1].values())[0]):
    print(f"{name:<{width}}", *[f"{shown(value):>14}" for value in numbers.values()])
if skipped:
    print(f"{skipped} rows without a number were left out")
${sign === "," ? 'print("A comma in a number was read as its decimal sign, a point as setting thousands apart")\n' : ""}`;
  return chart ? `${program}${drawing(chartPath, titleOf(question), measures[0] ?? "count")}` : program;
}

/** Bars, drawn as SVG by hand: there is no plotting library in a fresh sandbox. */
function drawing(path: string, title: string, measure: Measure): string {
  return `
from html import escape

bars = sorted(((str(name), numbers[${literal(measure)}]) for name, numbers in results.items()), key=lambda bar: -bar[1])[:30]
top = max([abs(value) for _, value in bars] + [1e-9])
height = 60 + 28 * len(bars)
title = ${literal(title)}
parts = [f'<svg xmlns="http://www.w3.org/2000/svg" width="640" height="{height}" font-family="sans-serif" font-size="13">',
         f'<rect width="640" height="{height}" fill="white"/><text x="20" y="30" font-size="16">{escape(title)}</text>']
for index, (name, value) in enumerate(bars):
    y = 48 + 28 * index
    length = 380 * abs(value) / top
    parts.append(f'<text x="150" y="{y + 15}" text-anchor="end">{escape(name[:20])}</text>'
                 f'<rect x="160" y="{y}" width="{length:.1f}" height="20" fill="{"#4c78a8" if value >= 0 else "#e45756"}"/>'
                 f'<text x="{168 + length:.1f}" y="{y + 15}">{shown(value)}</text>')
with open(${literal(path)}, "w", encoding="utf-8") as file:
    file.write("\\n".join(parts) + "\\n</svg>\\n")
`;
}

/** What a question's numbers are, in words. */
export function titleOf({ measures, value, group }: DataQuestion): string {
  const what = value === null ? "rows" : measures.map((measure) => `${measure} of ${value}`).join(", ");
  return group === null ? what : `${what} by ${group}`;
}

/** A string or a list of strings as Python writes it. JSON's escapes are Python's. */
function literal(value: string | readonly string[]): string {
  return JSON.stringify(value);
}
