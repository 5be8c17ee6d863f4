/** JSON with sorted keys: equal values have equal text. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(",")}]`;
  if (typeof value === "bigint") return String(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value) ?? "null";
  const pairs = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, item]) => `${JSON.stringify(key)}:${canonicalJson(item)}`);
  return `{${pairs.join(",")}}`;
}

/**
 * A short mark of a value, such as `5f3c…` (24 hex digits): equal for equal values. It tells whether somebody else changed an
 * object, like an ETag; it keeps no secret and proves nothing.
 */
export function fingerprintOf(value: unknown): string {
  const text = canonicalJson(value);
  return [0x9e_37_79_b9, 0x85_eb_ca_6b, 0xc2_b2_ae_35].map((seed) => hash32(text, seed)).join("");
}

function hash32(text: string, seed: number): string {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    hash = Math.imul(hash ^ text.charCodeAt(index), 0x5b_d1_e9_95);
    hash ^= hash >>> 15;
  }
  hash = Math.imul(hash ^ text.length, 0x1b_87_35_93);
  return ((hash ^ (hash >>> 13)) >>> 0).toString(16).padStart(8, "0");
}
