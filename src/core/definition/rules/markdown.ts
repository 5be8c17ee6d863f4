import { storeRules } from "../../vectorStoreDefinition/rules.ts";
import type { Rule } from "./rule.ts";
import { fixtureProblems, rules, textProblems } from "./table.ts";

/** docs/diagnostics.md; a test holds the file to it. */
export function rulesAsMarkdown(): string {
  const lines = [
    "# Diagnostics",
    "",
    "Every problem that is shown in a definition has a code. Rules can be turned off one by one: by the quick fix *Turn this rule off*, by *Choose",
    "Diagnostic Rules…*, or in the setting `assistants.diagnostics.disabled`. What keeps a text from being read cannot be turned off.",
    "",
    ...table(rules),
    "",
    "*From*: `wire` is the protocol's own limit, `checklist` the production checklist of the guide, `surroundings` the workspace and the connection,",
    "`safety` our own care.",
    "",
    "## Store definitions",
    "",
    "For `*.vectorstore.yaml`; `secret` as above.",
    "",
    ...table(storeRules.filter((rule) => !rules.includes(rule))),
    "",
    "## Fixtures",
    "",
    "| code | in `*.fixtures.yaml` |",
    "| --- | --- |",
    ...fixtureProblems.map(({ code, doc }) => `| \`${code}\` | ${doc} |`),
    "",
    "## Texts that cannot be read",
    "",
    "| code | what keeps a text from being read |",
    "| --- | --- |",
    ...textProblems.map(({ code, doc }) => `| \`${code}\` | ${doc} |`),
    "",
  ];
  return lines.join("\n");
}

function table(shown: readonly Rule[]): readonly string[] {
  return [
    "| code | severity | from | what it asks for |",
    "| --- | --- | --- | --- |",
    ...shown.map(({ code, severity, source, doc }) => `| \`${code}\` | ${severity} | ${source} | ${doc} |`),
  ];
}
