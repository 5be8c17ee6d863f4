import { secretPattern } from "../core/answers/handler.ts";

/** Where `${secret:NAME}` and `${env:NAME}` come from. */
export interface SecretSource {
  /** Null where there is none of that name. */
  secret(name: string): Promise<string | null>;
  env(name: string): string | null;
}

/** A secret that a handler asks for and nobody has. */
export class MissingSecret extends Error {
  override readonly name = "MissingSecret";
}

/** Values with their secrets filled in, and what must never be shown. */
export interface FilledValues {
  readonly values: Readonly<Record<string, string>>;
  /** The secrets themselves, for `concealed`. */
  readonly secrets: readonly string[];
}

/** @throws MissingSecret in words */
export async function fillSecrets(
  given: Readonly<Record<string, string>>,
  source: SecretSource,
): Promise<FilledValues> {
  const secrets: string[] = [];
  const values: Record<string, string> = {};
  for (const [key, text] of Object.entries(given)) {
    let filled = "";
    let from = 0;
    for (const match of text.matchAll(secretPattern)) {
      const [whole, kind = "", name = ""] = match;
      const value = kind === "secret" ? await source.secret(name) : source.env(name);
      if (value === null)
        throw new MissingSecret(
          kind === "secret"
            ? `The handler asks for the secret ${name}, which is not set.`
            : `The handler asks for the environment variable ${name}, which is not set.`,
        );
      secrets.push(value);
      filled += text.slice(from, match.index) + value;
      from = match.index + whole.length;
    }
    values[key] = filled + text.slice(from);
  }
  return { values, secrets };
}

const blot = "•••";

/** Those that are blotted out, longest first. One of a letter or two would blot out everything. */
function toConceal(secrets: readonly string[]): readonly string[] {
  return [...new Set(secrets)].filter((one) => one.length >= 4).toSorted((a, b) => b.length - a.length);
}

/** A whole text without secrets in it. What is shortened is shortened after this: a part of a secret is not found. */
export function concealed(text: string, secrets: readonly string[]): string {
  return toConceal(secrets).reduce((said, secret) => said.replaceAll(secret, blot), text);
}

/** Conceals secrets in a text that comes in pieces: what may be the beginning of one is held back until it is known. */
export class ConcealedText {
  readonly #secrets: readonly string[];
  #held = "";

  constructor(secrets: readonly string[]) {
    this.#secrets = toConceal(secrets);
  }

  /** What is certain after this piece. */
  read(piece: string): string {
    if (this.#secrets.length === 0) return piece;
    const text = this.#held + piece;
    let said = "";
    for (let at = 0; ;) {
      const found = this.#find(text, at);
      const beginning = this.#beginning(text, at);
      // A longer secret may begin before one that is whole, or at the same place.
      if (found === null || beginning <= found.at) {
        this.#held = text.slice(beginning);
        return said + text.slice(at, beginning);
      }
      said += text.slice(at, found.at) + blot;
      at = found.at + found.length;
    }
  }

  /** What was held back. */
  end(): string {
    const rest = concealed(this.#held, this.#secrets);
    this.#held = "";
    return rest;
  }

  #find(text: string, from: number): { readonly at: number; readonly length: number } | null {
    let first: { readonly at: number; readonly length: number } | null = null;
    for (const { length, at } of this.#secrets.map((one) => ({ length: one.length, at: text.indexOf(one, from) })))
      if (at !== -1 && (first === null || at < first.at)) first = { at, length };
    return first;
  }

  /** Where the end of the text may be the beginning of a secret; the text's length when nowhere. */
  #beginning(text: string, from: number): number {
    const [longest = ""] = this.#secrets;
    for (let at = Math.max(from, text.length - longest.length + 1); at < text.length; at++) {
      const end = text.slice(at);
      if (this.#secrets.some((one) => one.length > end.length && one.startsWith(end))) return at;
    }
    return text.length;
  }
}
