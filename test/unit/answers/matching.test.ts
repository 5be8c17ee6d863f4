import assert from "node:assert/strict";
import { describe, it } from "node:test";

import { parsePath } from "../../../src/core/answers/argumentPath.ts";
import type { Fixture } from "../../../src/core/answers/fixture.ts";
import { fixtureOutput, matchFixture } from "../../../src/core/answers/matchFixture.ts";
import { parseFixtures } from "../../../src/core/answers/parseFixtures.ts";

function fixturesOf(text: string): readonly Fixture[] {
  const parsed = parseFixtures(text, null);
  assert.ok(parsed.valid, JSON.stringify(parsed.problems));
  return parsed.fixtures;
}

const file = `# saved
fixtures:
  - function: f
    output: any
  - function: f
    when: { schema: { type: object, properties: { id: { pattern: "^ORD-" } }, required: [id] } }
    output: by schema
  - function: f
    when: { partial: { id: ORD-1 } }
    output: by one
  - function: f
    when: { partial: { id: ORD-1, deep: { a: 1 } } }
    output: by two
  - function: f
    when: { exact: { id: ORD-1, n: 1 } }
    output: by all
  - function: f
    when: { exact: { id: ORD-1, n: 1 } }
    output: never
  - function: g
    when: { exact: "not JSON" }
    output: text
`;

describe("a call finds its fixture", () => {
  const fixtures = fixturesOf(file);
  const cases: readonly [name: string, args: string, output: string | null][] = [
    ["f", '{"n":1,"id":"ORD-1"}', "by all"],
    ["f", '{"n":1.0,"id":"ORD-1"}', "by all"],
    ["f", '{"id":"ORD-1","deep":{"a":1,"b":2}}', "by two"],
    ["f", '{"id":"ORD-1","deep":{"b":2}}', "by one"],
    ["f", '{"id":"ORD-2"}', "by schema"],
    ["f", '{"id":"x"}', "any"],
    ["f", "", "any"],
    ["f", "{ broken", "any"],
    ["f", '{"__proto__":{"id":"ORD-1"}}', "any"],
    ["g", "not JSON", "text"],
    ["g", "{}", null],
    ["toString", "{}", null],
  ];
  for (const [name, args, output] of cases)
    it(`${name} ${args} → ${String(output)}`, () => {
      const call = { name, arguments: args };
      const found = matchFixture(fixtures, call);
      assert.equal(found === null ? null : fixtureOutput(found, call), output);
    });

  it("by the most specific, wherever it stands in the file", () => {
    const call = { name: "f", arguments: '{"id":"ORD-1","n":1}' };
    assert.equal(fixtureOutput(matchFixture(fixtures.toReversed(), call) ?? assert.fail(), call), "never");
    assert.equal(matchFixture(fixtures, call)?.line, 14);
  });
});

describe("an output with templates", () => {
  const outputOf = (output: string, args: string): string => {
    const [fixture] = fixturesOf(`fixtures:\n  - function: f\n    output: ${output}\n`);
    return fixtureOutput(fixture ?? assert.fail(), { name: "f", arguments: args });
  };
  const cases: readonly [output: string, args: string, filled: string][] = [
    ["'Order {{args.id}}'", '{"id":"A\\"1"}', 'Order A"1'],
    ["'{\"id\":{{json args.id}}}'", '{"id":"A\\"1"}', '{"id":"A\\"1"}'],
    ["{ id: '{{args.id}}', note: 'n {{ args.n }}' }", '{"id":7,"n":[1]}', '{"id":7,"note":"n [1]"}'],
    ["['{{args.list[1].a}}']", '{"list":[0,{"a":null}]}', "[null]"],
    [`"{{args['odd key']}}"`, '{"odd key":"x"}', "x"],
    ["'{{args}}'", "not json", "not json"],
    ["plain", "{}", "plain"],
    ["12", "{}", "12"],
    ["null", "{}", "null"],
    ["'{{args.a}}'", '{"a":"{{args.b}}","b":1}', "{{args.b}}"],
  ];
  for (const [output, args, filled] of cases)
    it(`${output} with ${args}`, () => assert.equal(outputOf(output, args), filled));

  it("that the call has no argument for fails in words", () => {
    assert.throws(() => outputOf("'{{args.gone}}'", "{}"), /The call has no argument args\.gone/);
    assert.throws(() => outputOf("'{{args.toString}}'", "{}"), /no argument/);
    assert.throws(() => outputOf("'{{args.__proto__.a}}'", "{}"), /no argument/);
  });

  it("is left alone with template: false, and an error is a well-formed one", () => {
    const [raw, error] = fixturesOf(
      "fixtures:\n  - { function: f, output: '{{args.x}}', template: false }\n  - { function: f, error: 'no {{args.id}}' }\n",
    );
    const call = { name: "f", arguments: '{"id":"\\"q\\""}' };
    assert.equal(fixtureOutput(raw ?? assert.fail(), call), "{{args.x}}");
    assert.equal(fixtureOutput(error ?? assert.fail(), call), '{"error":"no \\"q\\""}');
  });
});

describe("paths", () => {
  it("are read", () => {
    assert.deepEqual(parsePath("a.b[0].c-d"), ["a", "b", 0, "c-d"]);
    assert.deepEqual(parsePath("a[\"x.y\"]['z']"), ["a", "x.y", "z"]);
    for (const wrong of ["", ".a", "a..b", "a b", "a[", "a[x]", "1a", "a]"])
      assert.equal(parsePath(wrong), null, wrong);
  });
});
