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

/** A text without secrets in it. */
export function concealed(text: string, secrets: readonly string[]): string {
  let said = text;
  // A secret of a letter or two would blot out everything.
  for (const secret of secrets) if (secret.length >= 4) said = said.replaceAll(secret, "•••");
  return said;
}
