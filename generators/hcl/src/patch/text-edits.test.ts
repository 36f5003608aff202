import { expect, test } from "vitest";
import { applyTextEdits, reviewEdits } from "./text-edits.ts";

const files = new Map([["a.tf", "one\r\ntwo\nthree"]]);
const edit = (
  start: number,
  end: number,
  text: string,
): { file: string; start: number; end: number; text: string } => ({
  file: "a.tf",
  start,
  end,
  text,
});
const apply = (...edits: ReturnType<typeof edit>[]): string | undefined =>
  applyTextEdits(files, edits).get("a.tf");

test("no edits give the same strings", () => {
  expect(apply()).toBe(files.get("a.tf"));
});

test("edits are applied by place, whatever order they come in", () => {
  expect(apply(edit(9, 14, "3"), edit(0, 3, "1"))).toBe("1\r\ntwo\n3");
});

test("an insertion stands before a replacement at the same place, insertions keep their order", () => {
  expect(apply(edit(0, 3, "1"), edit(0, 0, "a"), edit(0, 0, "b"))).toBe("ab1\r\ntwo\nthree");
});

test("equal edits count once", () => {
  expect(apply(edit(0, 3, "1"), edit(0, 3, "1"), edit(3, 3, "x"), edit(3, 3, "x"))).toBe("1x\r\ntwo\nthree");
});

test.each([
  [[edit(0, 3, "1"), edit(2, 4, "2")]],
  [[edit(0, 3, "1"), edit(0, 3, "2")]],
  [[edit(0, 3, "1"), edit(1, 1, "2")]],
  [[edit(0, 99, "1")]],
  [[edit(-1, 0, "1")]],
  [[edit(3, 2, "1")]],
  [[edit(Number.NaN, 2, "1")]],
  [[{ ...edit(0, 1, "1"), file: "b.tf" }]],
])("overlapping and impossible edits are rejected: %j", (edits) => {
  expect(() => apply(...edits)).toThrow(RangeError);
});

test("a reviewer sees whole lines, and only what is new where lines are added", () => {
  expect(reviewEdits(files, [edit(1, 2, "N"), edit(5, 8, "2\r\n2")])).toEqual([
    { file: "a.tf", line: 1, before: "one", after: "oNe" },
    { file: "a.tf", line: 2, before: "two", after: "2\n2" },
  ]);
  expect(reviewEdits(files, [edit(8, 8, "\nnew\r\n")])).toEqual([
    { file: "a.tf", line: 3, before: "", after: "new\n" },
  ]);
});
