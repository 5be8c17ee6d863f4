import { escaped, quoted } from "./shape.ts";
import type { Layout } from "./shape.ts";
import type { Site } from "./site.ts";

/** The key and the quote that ends it, as far as they are to be inserted. */
export function keyText(site: Site, key: string): string {
  if (site.quote === null) return escaped(quoted(key, site.style));
  return escaped(site.quote === '"' ? JSON.stringify(key).slice(1) : `${key.replaceAll("'", "''")}'`);
}

/** A value as it is inserted, with the quote that ends it where one is open. */
export function scalarText(site: Site, value: string | number | boolean | null): string {
  if (site.quote === '"') return escaped(JSON.stringify(String(value)).slice(1));
  if (site.quote === "'") return escaped(`${String(value).replaceAll("'", "''")}'`);
  return escaped(typeof value === "string" ? quoted(value, site.style) : String(value));
}

/** How a scaffold is laid out at a site. */
export function layoutOf(site: Site): Layout {
  return { style: site.style, column: site.column, step: site.step };
}
