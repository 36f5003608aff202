import { expect, test } from "vitest";
import { canonicalJson, parseJson } from "./json.ts";

test("equal values are equal texts, in whatever order their keys were set", () => {
  const text = '{"a":[{"x":null,"y":1},"b"],"b":{"c":true}}';
  expect(canonicalJson({ b: { c: true }, a: [{ y: 1, x: null }, "b"] })).toBe(text);
  expect(canonicalJson({ a: [{ x: null, y: 1 }, "b"], b: { c: true }, d: undefined })).toBe(text);
  expect(canonicalJson(["b", "a"])).toBe('["b","a"]');
});

test("text that is no JSON is no value", () => {
  expect(["null", '{"a":1}', "", "{", "undefined"].map(parseJson)).toEqual([
    null,
    { a: 1 },
    undefined,
    undefined,
    undefined,
  ]);
});
