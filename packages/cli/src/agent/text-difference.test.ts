import { applyTextEdits } from "@apex/generators-hcl";
import fc from "fast-check";
import { expect, test } from "vitest";
import { textDifference } from "./text-difference.ts";

test("each region that differs is an edit no larger than what differs in it", () => {
  const before = 'a {\n  type = "m5.xlarge"\n}\n\nb {\n  type = "m5.large"\n  odd  = 1\n}\n';
  const after = 'a {\n  type = "m5.large"\n}\n\nb {\n  type = "m5.large"\n}\n';
  expect(textDifference("main.tf", before, after)).toEqual([
    { file: "main.tf", start: 17, end: 18, text: "" },
    { file: "main.tf", start: 52, end: 63, text: "" },
  ]);
  expect(textDifference("main.tf", before, before)).toEqual([]);
});

const lines = fc.array(fc.constantFrom("a\n", "a\r\n", "b = 1\n", "b = 2\n", "\n", "é😀\n", "é😁\n"), {
  maxLength: 12,
});
const text = fc.tuple(lines, fc.constantFrom("", "a", "😀")).map(([all, end]) => all.join("") + end);

test("the edits make the one text of the other, whatever they are", () => {
  fc.assert(
    fc.property(text, text, (before, after) => {
      const edits = textDifference("a", before, after);
      expect(applyTextEdits(new Map([["a", before]]), edits).get("a")).toBe(after);
    }),
  );
});
