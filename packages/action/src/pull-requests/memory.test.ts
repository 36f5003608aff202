import { expect, test } from "vitest";
import { type Memory, readMemory, withMemory } from "./memory.ts";

const memory: Memory = {
  v: 1,
  key: "root.module-web.low.stateless.0123abcd",
  directory: "0123abcd",
  head: "a".repeat(40),
  content: "0123456789abcdef",
  text: "fedcba9876543210",
  proposals: [{ id: "0123456789", subject: "9876543210" }],
  isComplete: true,
};

test("a text remembers, and remembers the last thing only", () => {
  const once = withMemory("[//]: <> (apex)\n\n# Title\n", memory);
  expect(once.split("\n").filter((line) => !line.includes("apex-state"))).toEqual([
    "[//]: <> (apex)",
    "",
    "# Title",
    "",
  ]);
  expect(readMemory(once)).toEqual(memory);
  const closed = { ...memory, closed: { reason: "declined", at: "2026-11-22T10:00:00Z" } } as const;
  const again = withMemory(once, closed);
  expect(readMemory(again)).toEqual(closed);
  expect(withMemory(again, memory)).toBe(once);
});

test("it is found after GitHub's page has changed the line ends, and is never cut", () => {
  expect(readMemory(withMemory("a\n\nb", memory).replaceAll("\n", "\r\n"))).toEqual(memory);
  const long = withMemory(`tag\n${"x".repeat(65_500)}`, memory);
  expect(long.length).toBeLessThanOrEqual(65_536);
  expect(readMemory(long)).toEqual(memory);
});

test.each([
  ["nothing", ""],
  ["no JSON", "<!-- apex-state {nothing} -->"],
  ["another version", `<!-- apex-state ${JSON.stringify({ ...memory, v: 2 })} -->`],
  ["a key that is no name", `<!-- apex-state ${JSON.stringify({ ...memory, key: "a/../b" })} -->`],
  ["a head that is no commit", `<!-- apex-state ${JSON.stringify({ ...memory, head: "main" })} -->`],
])("%s is no memory", (_, body) => {
  expect(readMemory(body)).toBeUndefined();
});
