import { expect, test } from "vitest";
import { openThrottle } from "./throttle.ts";

test("a key passes once in a while, or once it is forgotten", () => {
  const throttle = openThrottle(10);
  expect([0, 9, 10, 11].map((nowMs) => throttle.isDue("a", nowMs))).toEqual([true, false, true, false]);
  throttle.forget("a");
  expect(throttle.isDue("a", 12)).toBe(true);
});

test("what is not heard of any more is not remembered", () => {
  const throttle = openThrottle(10);
  for (let run = 0; run < 1_000; run += 1) throttle.isDue(`run ${run}`, run);
  expect(throttle.size).toBe(10);
});
