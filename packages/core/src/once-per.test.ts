import { expect, test } from "vitest";
import { oncePer } from "./once-per.ts";

test("is computed once for each object, and again for one that only looks the same", () => {
  const asked: object[] = [];
  const sizes = oncePer((list: readonly number[]) => {
    asked.push(list);
    return { size: list.length };
  });
  const list = [1, 2];
  expect(sizes(list)).toBe(sizes(list));
  expect(sizes([1, 2])).toEqual({ size: 2 });
  expect(asked).toHaveLength(2);
});

test("what throws is tried again", () => {
  let tries = 0;
  const second = oncePer((key: object) => {
    tries += 1;
    if (tries === 1) throw new Error("not yet");
    return key;
  });
  const key = {};
  expect(() => second(key)).toThrow("not yet");
  expect(second(key)).toBe(key);
});
