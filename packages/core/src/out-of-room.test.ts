import { expect, test } from "vitest";
import { AdapterError } from "./adapter-error.ts";
import { isOutOfRoom } from "./out-of-room.ts";

const full = Object.assign(new Error("no space left on device"), { code: "ENOSPC" });

test("a host without room is found behind what others made of it", () => {
  const wrapped = new AdapterError("denied", "cannot work here", { cause: full });
  expect(isOutOfRoom(full)).toBe(true);
  expect(isOutOfRoom(wrapped)).toBe(true);
  expect(isOutOfRoom(new Error("twice", { cause: wrapped }))).toBe(true);
});

test("every other error is none, also one that is its own cause", () => {
  const circle = new Error("round");
  circle.cause = circle;
  const denied = Object.assign(new Error("denied"), { code: "EACCES" });
  expect([circle, denied, new Error("a", { cause: "ENOSPC" }), undefined].map(isOutOfRoom)).toEqual([
    false,
    false,
    false,
    false,
  ]);
});
