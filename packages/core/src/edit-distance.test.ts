import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance } from "./edit-distance.ts";

describe("editDistance", () => {
  it.each([
    ["", "", 0],
    ["", "abc", 3],
    ["instance_typ", "instance_type", 1],
    ["t3.mciro", "t3.micro", 1],
    ["kitten", "sitting", 3],
    ["ca", "abc", 3],
  ])("%j to %j takes %i", (a, b, distance) => {
    expect(editDistance(a, b)).toBe(distance);
  });

  it("is the same in both directions, 0 for equal texts only, and never more than the longer length", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "_"), maxLength: 12 });
    fc.assert(
      fc.property(text, text, (a, b) => {
        const distance = editDistance(a, b);
        expect(distance).toBe(editDistance(b, a));
        expect(distance === 0).toBe(a === b);
        expect(distance).toBeLessThanOrEqual(Math.max(a.length, b.length));
        expect(distance).toBeGreaterThanOrEqual(Math.abs(a.length - b.length));
      }),
    );
  });
});
