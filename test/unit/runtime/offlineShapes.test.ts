/** When the form of a value alone says which function is meant, and when it does not. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { FunctionTool } from "../../../src/runtime/objects.ts";
import { chooseFunctions } from "../../../src/runtime/upstream/offline/chooseFunctions.ts";

function fn(name: string, description: string, parameter: string, schema: object): FunctionTool {
  const parameters = {
    type: "object",
    properties: { [parameter]: { type: "string", ...schema } },
    required: [parameter],
  };
  return { type: "function", function: { name, description, parameters } };
}

const orders = fn("get_order_status", "Look up the current status of a customer order", "order_id", {
  description: "The order ID (e.g., ORD-12345)",
});
const flights = fn("flight_status", "Departure and gate", "flight", { examples: ["LH-1234"] });
const patients = fn("fetch_chart", "Medical chart of a patient", "record", { pattern: "^MRN\\d{6}$" });
const phones = fn("lookup_caller", "Who is calling", "phone", { pattern: "^\\d{3}-\\d{4}$" });
const people = fn("find_member", "Member of the club", "contact", { format: "email" });
const devices = fn("read_sensor", "Last reading", "device", { format: "uuid" });
const parcels = fn("track_parcel", "Track a parcel", "number", { description: "for example 1Z999AA10123456784" });
const wipe = fn("delete_backup", "Remove a backup for good", "backup", { description: "such as BK-0001" });
const anyId = fn("get_record", "A record", "id", {});
const anyWord = fn("describe_plant", "About a plant", "plant", { pattern: "^\\w+$" });
const year = fn("get_report", "Yearly report", "period", { pattern: "^\\d{4}$" });
const count = fn("list_rows", "Rows", "page", { description: "e.g. 20" });
const nested: FunctionTool = {
  type: "function",
  function: {
    name: "check_item",
    description: "Stock",
    parameters: {
      type: "object",
      properties: {
        item: {
          type: "object",
          properties: { sku: { type: "string", description: "e.g. SKU-100" } },
          required: ["sku"],
        },
      },
      required: ["item"],
    },
  },
};
const all = [orders, flights, patients, phones, people, devices, parcels, wipe, anyId, anyWord, year, count, nested];

for (const [text, name, value] of [
  ["And where is ORD-999?", "get_order_status", "ORD-999"],
  ["And where is ord-7?", "get_order_status", "ord-7"],
  ["What about LH-4711?", "flight_status", "LH-4711"],
  ["MRN004711, please.", "fetch_chart", "MRN004711"],
  ["555-0199?", "lookup_caller", "555-0199"],
  ["And ann@example.com?", "find_member", "ann@example.com"],
  ["Then 0b8f3a52-3d0c-4a0e-9a54-2f6a7c1d9e10", "read_sensor", "0b8f3a52-3d0c-4a0e-9a54-2f6a7c1d9e10"],
  ["1Z12345E0205271688", "track_parcel", "1Z12345E0205271688"],
  ["And SKU-5?", "check_item", { sku: "SKU-5" }],
] as const) {
  test(`the form is enough: ${text}`, () => {
    const [first] = chooseFunctions(text, all);
    assert.equal(first?.name, name);
    assert.deepEqual(Object.values(first?.filled.calls[0] ?? {}), [value]);
  });
}

test("other letters than the example's, in the same form", () => {
  const [first] = chooseFunctions("And RMA-20411?", [orders]);
  assert.deepEqual(first?.filled.calls, [{ order_id: "RMA-20411" }]);
});

for (const text of [
  "And 12345?",
  "What about 42?",
  "And in 2026?",
  "On 2026-07-01?",
  "Play the top-10 songs",
  "Is GPT-4 any good?",
  "The mid-2024 figures",
  "How was covid19?",
  "My iPhone15 is slow",
  "well-known and up-to-date",
  "Hello there",
  "3.14 or 2,000?",
  "BK-0007 looks fine",
])
  test(`no evidence: ${text}`, () => assert.deepEqual(chooseFunctions(text, all), []));
