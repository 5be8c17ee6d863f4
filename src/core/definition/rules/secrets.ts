import { jsonMap } from "../json.ts";
import type { Finding, Rule } from "./rule.ts";

interface Pattern {
  readonly what: string;
  /** The secret itself is the group `secret`, or the whole match. */
  readonly pattern: RegExp;
  /** Bits a character that random text has and words have not; 0 where the form alone tells. */
  readonly entropy: number;
}

const patterns: readonly Pattern[] = [
  { what: "a private key", pattern: /-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/g, entropy: 0 },
  { what: "an API key (sk-…)", pattern: /\bsk-(?:[A-Za-z0-9]+-)*[A-Za-z0-9_-]{20,}/g, entropy: 3.5 },
  { what: "an AWS access key", pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, entropy: 2.5 },
  { what: "a GitHub token", pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,}|github_pat_[A-Za-z0-9_]{40,})/g, entropy: 3 },
  { what: "a GitLab token", pattern: /\bglpat-[A-Za-z0-9_-]{20,}/g, entropy: 3 },
  { what: "a Slack token", pattern: /\bxox[abeprs]-[A-Za-z0-9-]{20,}/g, entropy: 3 },
  { what: "a Google API key", pattern: /\bAIza[A-Za-z0-9_-]{35}/g, entropy: 3.5 },
  { what: "a Hugging Face token", pattern: /\bhf_[A-Za-z0-9]{30,}/g, entropy: 3.5 },
  {
    what: "a signed token (JWT)",
    pattern: /\beyJ[A-Za-z0-9_-]{8,}\.eyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}/g,
    entropy: 3,
  },
  { what: "a bearer token", pattern: /\bbearer\s+(?<secret>[A-Za-z0-9._~+/-]{24,}={0,2})/gi, entropy: 3.8 },
  {
    what: "a password or key",
    pattern:
      /\b(?:api[_-]?key|secret|password|passwd|access[_-]?token|auth[_-]?token)["']?\s*[:=]\s*["']?(?<secret>[A-Za-z0-9+/_.~-]{20,}={0,2})/gi,
    entropy: 3.8,
  },
];

/** Secrets in a text: where, and what they look like. What was found is never repeated in words. */
export function secretsIn(
  text: string,
): readonly { readonly start: number; readonly end: number; readonly what: string }[] {
  const found: { start: number; end: number; what: string }[] = [];
  for (const { what, pattern, entropy } of patterns) {
    for (const match of text.matchAll(pattern)) {
      const secret = match.groups?.["secret"] ?? match[0];
      const start = match.index + match[0].indexOf(secret);
      const end = start + secret.length;
      if (entropy > 0 && !looksRandom(secret, entropy)) continue;
      if (found.every((one) => end <= one.start || start >= one.end)) found.push({ start, end, what });
    }
  }
  return found.toSorted((a, b) => a.start - b.start);
}

/** Digits among letters, and as much variety as words and placeholders (`sk-xxxxxxxx`, `your-key-here`) do not have. */
function looksRandom(secret: string, least: number): boolean {
  if (!/\d/.test(secret) || !/[A-Za-z]/.test(secret)) return false;
  const counts = new Map<string, number>();
  for (const letter of secret) counts.set(letter, (counts.get(letter) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / secret.length) * Math.log2(count / secret.length);
  return bits >= least;
}

export const secret: Rule = {
  code: "secret",
  severity: "error",
  source: "safety",
  doc: "No key, token or private key stands in a definition, or in its instructions file: they are committed, and sent to the provider.",
  check: ({ text }) =>
    secretsIn(text).map(({ start, end, what }): Finding => ({
      message: `This looks like ${what}. A definition is committed and sent to the provider: keep secrets out of it, and revoke this one if it was real.`,
      at: { start, end },
    })),
  around: ({ value, facts: { instructionsText = "" } }) => {
    const { file } = jsonMap(value["instructions"]) as { readonly file?: unknown };
    const [found] = typeof file === "string" ? secretsIn(instructionsText) : [];
    if (typeof file !== "string" || found === undefined) return [];
    const line = instructionsText.slice(0, found.start).split("\n").length;
    const message = `${file} holds what looks like ${found.what}, in line ${line}. Instructions are committed and sent to the provider: keep secrets out of them, and revoke this one if it was real.`;
    return [{ message, at: ["instructions", "file"] }];
  },
};
