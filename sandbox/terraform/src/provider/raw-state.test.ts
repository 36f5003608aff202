import { describe, expect, test } from "vitest";
import type { BlockSchema, TypeConstraint } from "@apex/core";
import { coerceBlock, coerceValue, emptyBlock, parseRawState } from "./raw-state.ts";

function stored(json: string) {
  return parseRawState(Buffer.from(json));
}

const BLOCK: BlockSchema = {
  attributes: {
    id: { type: "string", computed: true },
    size: { type: "number", optional: true },
    tags: { type: ["map", "string"], optional: true },
  },
  block_types: {
    disk: { nesting_mode: "list", block: { attributes: { iops: { type: "number", optional: true } } } },
    only: { nesting_mode: "single", block: { attributes: { a: { type: "bool", optional: true } } } },
    group: { nesting_mode: "group", block: { attributes: { a: { type: "bool", optional: true } } } },
    named: { nesting_mode: "map", block: { attributes: { a: { type: "bool", optional: true } } } },
  },
};

test("numbers keep every digit: as text where a double or a safe integer would not hold them", () => {
  const type: TypeConstraint = ["list", "number"];
  expect(coerceValue(type, stored("[0.1, 3, 12345678901234567890, 1e400, -0.30]"))).toEqual([
    "0.1",
    3,
    "12345678901234567890",
    "1e400",
    "-0.30",
  ]);
});

describe("a stored resource of another schema version", () => {
  test("loses what the schema does not have and gets null for what it lacked", () => {
    expect(coerceBlock(BLOCK, stored('{"id":"i-1","gone":true,"disk":[{"iops":100,"old":1}]}'))).toEqual({
      id: "i-1",
      size: null,
      tags: null,
      disk: [{ iops: 100 }],
      only: null,
      group: { a: null },
      named: {},
    });
  });

  test.each<[string, TypeConstraint, string, unknown]>([
    ["a number that was text", "number", '"12"', 12],
    ["text that was a number", "string", "12", "12"],
    ["text that was a long number", "string", "0.10", "0.10"],
    ["a bool that was text", "bool", '"true"', true],
    ["a bool of an old state", "bool", '"0"', false],
    ["a list that was a single block", ["list", ["object", { a: "string" }]], '{"a":"x"}', [{ a: "x" }]],
    ["a single block that was a list", ["object", { a: "string" }], '[{"a":"x"}]', { a: "x" }],
    ["a set", ["set", "string"], '["b","a"]', ["b", "a"]],
    ["a tuple", ["tuple", ["string", "number"]], '["a",1]', ["a", 1]],
    ["nonsense for a number", "number", '"many"', null],
    ["nonsense for a map", ["map", "string"], "[1]", null],
    ["an object for text", "string", '{"a":1}', null],
  ])("is converted: %s", (_name, type, json, value) => {
    const coerced = coerceValue(type, stored(json));
    expect(typeof value === "number" && typeof coerced === "string" ? Number(coerced) : coerced).toEqual(
      value,
    );
  });

  test("keeps dynamic values with their type", () => {
    const value = coerceValue("dynamic", stored('{"type":["list","number"],"value":[1,0.5]}'));
    expect(value).toEqual([Buffer.from('["list","number"]'), [1, "0.5"]]);
  });

  test("that is nothing at all is an empty block", () => {
    for (const json of ["null", "[]", '"x"', "1"]) {
      expect(coerceBlock(BLOCK, stored(json))).toEqual(emptyBlock(BLOCK));
    }
  });
});

test("what is not JSON throws a SyntaxError", () => {
  expect(() => stored("{")).toThrow(SyntaxError);
});
