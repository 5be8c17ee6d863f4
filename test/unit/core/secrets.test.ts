import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { judgedBytes, secretInFile } from "../../../src/core/definition/secretInFile.ts";
import { secretsIn } from "../../../src/core/definition/rules/secrets.ts";

// Put together here, so that no scanner takes this file for a leak.
const random40 = "x9Kq2LmZ7vB4nC8dE1fG5hJ0pR3sT6uW9yA2bD5k";
/** Puts a secret together. */
function parts(text: string): string {
  return text.replaceAll("|", "");
}

const secrets: readonly string[] = [
  parts(`sk-|proj-|${random40}`),
  parts(`sk-|ant-api03-|${random40}`),
  parts(`AK|IA|J4X7Q2M9ZB6T8WPD`),
  parts(`gh|p_|${random40}`),
  parts(`github_|pat_|11ABCDEFG0${random40}`),
  parts(`glpat-|x9Kq2LmZ7vB4nC8dE1fG|`),
  parts(`xox|b-|123456789012-${random40}`),
  parts(`AI|za|${random40.slice(0, 35)}`),
  parts(`h|f_|${random40}`),
  parts(`-----BEGIN |RSA |PRIVATE KEY-----`),
  `Authorization: Bearer ${random40}`,
  `api_key: "${random40}"`,
  `password=${random40}`,
  parts(`eyJ|hbGciOiJIUzI1NiJ9|.eyJ|zdWIiOiIxMjM0NTY3ODkwIn0|.dozjgNryP4J3jVmNHl0w5N`),
];

const ordinary: readonly string[] = [
  "Set OPENAI_API_KEY to sk-... before you start",
  "sk-xxxxxxxxxxxxxxxxxxxxxxxxxxxx",
  "sk-your-secret-key-goes-in-here",
  "task-management-and-scheduling-of-work-items-2024",
  "The bearer of this card is entitled to a discount of 20 percent",
  "Bearer authentication-scheme-is-used-here",
  "asst_abc123DEF456ghi789JKL012, vs_abc123DEF456ghi789JKL012, file-abc123DEF456ghi789JKL0",
  "password: ask-the-customer-for-their-password-hint",
  "secret: the-quick-brown-fox-jumps-over-it",
  "https://example.com/docs/api_key=how-to-get-an-api-key-in-5-minutes",
  "da39a3ee5e6b4b0d3255bfef95601890afd80709",
  "order ORD-12345, tracking 1Z999AA10123456784",
  "AKIAEXAMPLE",
  "A BEGIN PRIVATE KEY header is never pasted here",
];

describe("secrets in a text", () => {
  for (const secret of secrets)
    it(`sees ${secret.slice(0, 12)}…, and says nothing of it`, () => {
      const [found, ...others] = secretsIn(`before ${secret} after`);
      assert.ok(found !== undefined);
      assert.deepEqual(others, []);
      assert.ok(found.end - found.start >= 19);
      assert.equal(found.what.includes(random40.slice(0, 8)), false);
    });
  for (const text of ordinary)
    it(`lets pass: ${text}`, () => {
      assert.deepEqual(secretsIn(text), []);
    });
});

describe("a secret in a file to upload", () => {
  const text = `user,key\na,${secrets[0]}\n`;
  const cases: readonly (readonly [what: string, content: Uint8Array, found: boolean])[] = [
    ["UTF-8", Buffer.from(text), true],
    ["UTF-16, little end first", Buffer.from(`\uFEFF${text}`, "utf16le"), true],
    ["UTF-16, big end first", Buffer.from(`\uFEFF${text}`, "utf16le").swap16(), true],
    ["Latin-1", Buffer.from(`caf\xE9\n${text}`, "latin1"), true],
    ["no secret", Buffer.from("user,key\na,b\n"), false],
    ["nothing at all", Buffer.alloc(0), false],
    ["a packed format", Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4, 0, 0]), Buffer.from(text)]), false],
    [
      "at the end of what is looked at",
      Buffer.concat([Buffer.alloc(judgedBytes - 200, "a\n"), Buffer.from(text)]),
      true,
    ],
    ["behind it", Buffer.concat([Buffer.alloc(judgedBytes, "a\n"), Buffer.from(text)]), false],
  ];
  for (const [what, content, found] of cases)
    it(`${what}: ${found ? "is found" : "nothing is found"}`, () => {
      assert.equal(secretInFile(content), found ? "an API key (sk-…)" : null);
    });
});
