import assert from "node:assert/strict";
import { test } from "node:test";

import { Breakpoint } from "../../../src/core/debug/breakpoint.ts";
import type { BreakpointSpec } from "../../../src/core/debug/breakpoint.ts";
import { namesOf } from "../../../src/core/debug/callNames.ts";
import { parseHitCount } from "../../../src/core/debug/hitCount.ts";
import { RepeatedCalls } from "../../../src/core/debug/repeatedCalls.ts";
import { placeBreakpoint, readPlaces } from "../../../src/core/debug/toolPlaces.ts";

const definition = `# a comment
name: Order Support
model: m
tools:
  # what follows is the first tool
  - type: function
    function:
      name: get_order_status
      parameters:
        type: object

  # the second
  - type: file_search
  - { type: function, function: { name: cancel_order } }
  - type: function
    function: {}
metadata:
  team: support
`;

test("a line of a function tool is moved to where the tool begins; others say why not", () => {
  const places = readPlaces(definition);
  const at = (line: number): string => {
    const place = placeBreakpoint(places, line);
    return place.verified ? `${place.tool}:${place.line}` : place.reason;
  };
  for (const line of [4, 5, 6, 7, 8, 9, 10]) assert.equal(at(line), "get_order_status:6", String(line));
  assert.match(at(11), /file_search is run by the provider/);
  assert.match(at(13), /file_search is run by the provider/);
  assert.equal(at(14), "cancel_order:14");
  assert.match(at(15), /has no name yet/);
  for (const line of [1, 2, 3, 17, 18, 400]) assert.match(at(line), /There is no tool on this line/, String(line));
});

test("definitions without tools, of JSON, with Windows line endings, and broken ones", () => {
  assert.match(JSON.stringify(placeBreakpoint(readPlaces("name: x\n"), 1)), /no function tool/);
  assert.match(JSON.stringify(placeBreakpoint(readPlaces(""), 1)), /no function tool/);
  assert.match(JSON.stringify(placeBreakpoint(readPlaces("tools: 7"), 1)), /no function tool/);
  const json = JSON.stringify({ name: "x", tools: [{ type: "function", function: { name: "f" } }] }, null, 2);
  assert.deepEqual(placeBreakpoint(readPlaces(json), 6), { verified: true, line: 4, tool: "f" });
  const crlf = definition.replaceAll("\n", "\r\n");
  assert.deepEqual(placeBreakpoint(readPlaces(crlf), 9), { verified: true, line: 6, tool: "get_order_status" });
  assert.deepEqual(placeBreakpoint(readPlaces(`${definition}\n\t- [`), 8), {
    verified: true,
    line: 6,
    tool: "get_order_status",
  });
});

const names = (args: unknown, output: unknown = null): ReturnType<typeof namesOf> =>
  namesOf({
    known: new Map<string, () => unknown>([
      ["args", () => args],
      ["output", () => output],
    ]),
    args,
    parameters: new Set(["amount"]),
  });
const hits = (spec: BreakpointSpec, amounts: readonly number[]): readonly string[] => {
  const breakpoint = new Breakpoint(spec);
  return amounts.map((amount) => breakpoint.check("before", names({ amount })).kind);
};

test("conditions, hit counts and logpoints", () => {
  assert.deepEqual(hits({}, [1, 2]), ["stop", "stop"]);
  assert.deepEqual(hits({ condition: " " }, [1]), ["stop"]);
  assert.deepEqual(hits({ condition: "amount > 100" }, [50, 150, 100]), ["none", "stop", "none"]);
  assert.deepEqual(hits({ hitCondition: "2" }, [1, 1, 1]), ["none", "stop", "none"]);
  assert.deepEqual(hits({ condition: "amount > 1", hitCondition: ">=2" }, [2, 1, 2, 2]), [
    "none",
    "none",
    "stop",
    "stop",
  ]);
  assert.deepEqual(hits({ hitCondition: "%2" }, [1, 1, 1, 1]), ["none", "stop", "none", "stop"]);
  const log = new Breakpoint({ logMessage: "paid {args.amount}, {amount * 2} \\{x} {zebra}" });
  assert.deepEqual(log.check("before", names({ amount: 7 })), {
    kind: "log",
    text: "paid 7, 14 {x} <Nothing here is called zebra. There is: args, output, amount.>",
  });
  const braces = new Breakpoint({ logMessage: `{ {a: "}"} }` }).check("before", names({}));
  assert.deepEqual(braces, { kind: "log", text: '{"a":"}"}' });
});

test("a condition on the output is asked after the answer, unless a mode says otherwise", () => {
  const breakpoint = new Breakpoint({ condition: 'output.status == "lost"' });
  assert.equal(breakpoint.check("before", names({}, null)).kind, "none");
  assert.equal(breakpoint.check("after", names({}, { status: "lost" })).kind, "stop");
  const both = new Breakpoint({ mode: "both" });
  assert.deepEqual([both.check("before", names({})).kind, both.check("after", names({})).kind], ["stop", "stop"]);
  const after = new Breakpoint({ mode: "after" });
  assert.deepEqual([after.check("before", names({})).kind, after.check("after", names({})).kind], ["none", "stop"]);
});

test("what cannot be read is refused when it is set; what cannot be evaluated says so at the call", () => {
  assert.throws(() => new Breakpoint({ condition: "amount >" }), /The condition cannot be read: /);
  assert.throws(() => new Breakpoint({ logMessage: "{amount" }), /has no closing }/);
  assert.throws(() => new Breakpoint({ hitCondition: "often" }), /A hit count is a number/);
  assert.throws(() => parseHitCount("%0"), /0th/);
  assert.deepEqual(new Breakpoint({ condition: "amount > 'x'" }).check("before", names({ amount: 1 })), {
    kind: "broken",
    reason: "> compares two numbers or two texts, not a number with a text.",
  });
});

test("equal calls are counted whatever the order of their keys", () => {
  const repeated = new RepeatedCalls();
  assert.equal(repeated.count("c1", "f", '{"a":1,"b":[2]}'), 1);
  assert.equal(repeated.count("c2", "f", '{ "b": [2], "a": 1 }'), 2);
  assert.equal(repeated.count("c2", "f", '{ "b": [2], "a": 1 }'), 2);
  assert.equal(repeated.count("c3", "g", '{"a":1,"b":[2]}'), 1);
  assert.equal(repeated.count("c4", "f", "{ not json"), 1);
  assert.equal(repeated.count("c5", "f", " { not json"), 2);
});
