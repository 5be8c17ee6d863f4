import { matches, type Found } from "./found.ts";

const months = [
  "january",
  "february",
  "march",
  "april",
  "may",
  "june",
  "july",
  "august",
  "september",
  "october",
  "november",
  "december",
];
const month = months.map((name) => `${name.slice(0, 3)}(?:${name.slice(3)})?`).join("|");

/** What in the text has a JSON Schema `format`. `undefined` for a format that is not known here. */
export function ofFormat(text: string, format: string): Found[] | undefined {
  switch (format) {
    case "email":
      return matches(text, /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g, true);
    case "uri":
    case "url":
      return matches(text, /https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?]/g, true);
    case "uuid":
      return matches(text, /\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, true);
    case "date":
      return dates(text);
    case "date-time":
      return dateTimes(text);
    case "time":
      return matches(text, /\b([01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?\b/g, true).map((found) => wholeTime(text, found));
    case "ipv4":
      return matches(text, /\b\d{1,3}(?:\.\d{1,3}){3}\b/g, true);
    default:
      return undefined;
  }
}

/** Days, however they are written, as `YYYY-MM-DD`. A day without a year is not one: this model does not know today. */
export function dates(text: string): Found[] {
  return [
    ...matches(text, /\b\d{4}-\d{2}-\d{2}\b/g, true),
    ...matches(
      text,
      new RegExp(`\\b\\d{1,2}(?:st|nd|rd|th)?\\s+(?:of\\s+)?(?:${month})\\.?,?\\s+\\d{4}\\b`, "gi"),
      true,
      isoDay,
    ),
    ...matches(text, new RegExp(`\\b(?:${month})\\.?\\s+\\d{1,2}(?:st|nd|rd|th)?,?\\s+\\d{4}\\b`, "gi"), true, isoDay),
  ].toSorted((a, b) => a.start - b.start);
}

function isoDay(text: string): string | undefined {
  const year = /\d{4}/.exec(text)?.[0];
  const day = /\d{1,2}(?!\d)/.exec(text.replace(year ?? "", " "))?.[0];
  const name = new RegExp(month, "i").exec(text)?.[0].slice(0, 3).toLowerCase();
  const number = months.findIndex((one) => one.slice(0, 3) === name) + 1;
  if (year === undefined || day === undefined || number === 0 || Number(day) > 31) return undefined;
  return `${year}-${String(number).padStart(2, "0")}-${day.padStart(2, "0")}`;
}

function dateTimes(text: string): Found[] {
  const written = matches(text, /\b\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?/g, true);
  if (written.length > 0) return written;
  return dates(text).flatMap((day) => {
    const clock = /^[\s,]*(?:at\s+)?(\d{1,2}):(\d{2})/i.exec(text.slice(day.end));
    if (clock === null) return [];
    return [
      {
        ...day,
        value: `${String(day.value)}T${(clock[1] ?? "").padStart(2, "0")}:${clock[2] ?? ""}:00Z`,
        end: day.end + clock[0].length,
      },
    ];
  });
}

function wholeTime(text: string, found: Found): Found {
  const whole = /^\d{1,2}:\d{2}(?::\d{2})?/.exec(text.slice(found.start))?.[0] ?? String(found.value);
  return {
    ...found,
    value: whole.padStart(whole.length === 4 || whole.length === 7 ? whole.length + 1 : whole.length, "0"),
    end: found.start + whole.length,
  };
}
