import { applyTextEdits, reviewEdits } from "@apex/generators-hcl/text-edits";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { placeEdits } from "./line-edits.ts";

function applied(text: string, ...edits: readonly [number, string, string][]): string {
  const placed = placeEdits(
    text,
    edits.map(([line, before, after]) => ({ file: "main.tf", line, before, after })),
  );
  if (placed.kind === "stale") return placed.reason;
  return applyTextEdits(new Map([["main.tf", text]]), placed.textEdits).get("main.tf") ?? "";
}

describe("line edits are placed in the text", () => {
  test.each<[string, string, readonly [number, string, string][], string]>([
    ["a line replaced", "a\nb\nc\n", [[2, "b", "B"]], "a\nB\nc\n"],
    ["its line end stays", "a\r\nb\r\nc\r\n", [[2, "b", "B\nB2"]], "a\r\nB\r\nB2\r\nc\r\n"],
    ["the last line without an end", "a\nb", [[2, "b", "B"]], "a\nB"],
    ["a line inserted", "a\nb\n", [[2, "", "x"]], "a\nx\nb\n"],
    ["with the line end of its file", "a\r\nb\r\n", [[2, "", "x\ny"]], "a\r\nx\r\ny\r\nb\r\n"],
    ["at the end", "a\n", [[2, "", "\nx"]], "a\n\nx\n"],
    ["at the end without a line end", "a", [[2, "", "\nx"]], "a\n\nx"],
    ["in an empty file", "", [[1, "", "x"]], "x\n"],
    ["lines removed", "a\nb\n\nc\n", [[2, "b\n", ""]], "a\nc\n"],
    [
      "two edits of one line that do not meet",
      "min = 6, max = 6\n",
      [
        [1, "min = 6, max = 6", "min = 3, max = 6"],
        [1, "min = 6, max = 6", "min = 6, max = 3"],
      ],
      "min = 3, max = 3\n",
    ],
    [
      "one edit asked for twice",
      "a\n",
      [
        [1, "a", "ab"],
        [1, "a", "ab"],
      ],
      "ab\n",
    ],
    [
      "two insertions at one place, in order",
      "a\nb\n",
      [
        [2, "", "x"],
        [2, "", "y"],
      ],
      "a\nx\ny\nb\n",
    ],
    [
      "what is no longer there",
      "a\nb\n",
      [[1, "b", "B"]],
      "line 1 of main.tf is no longer what the report was made from",
    ],
    [
      "a line behind the end",
      "a\n",
      [[4, "", "x"]],
      "line 4 of main.tf is no longer what the report was made from",
    ],
    [
      "a block that ends with the file",
      "a\nb\n",
      [[2, "b\nc", "x"]],
      "line 2 of main.tf is no longer what the report was made from",
    ],
  ])("%s", (_, text, edits, expected) => {
    expect(applied(text, ...edits)).toBe(expected);
  });
});

test("what the generator's edits are shown as makes the same text again", () => {
  const line = fc.string({ unit: fc.constantFrom("a", "b", " "), minLength: 1, maxLength: 5 });
  const example = fc
    .record({
      // One line without an end does not tell how its file ends lines.
      lines: fc.array(line, { minLength: 2, maxLength: 6 }),
      end: fc.constantFrom("\n", "\r\n"),
      hasLast: fc.boolean(),
      at: fc.nat(5),
      word: fc.constantFrom("x", "yy", "replaced by more"),
    })
    .map(({ lines, end, hasLast, at, word }) => {
      const text = lines.join(end) + (hasLast ? end : "");
      const index = at % lines.length;
      const start = lines.slice(0, index).reduce((sum, each) => sum + each.length + end.length, 0);
      return { text, start, end: start + (lines[index]?.length ?? 0), newline: end, word };
    });
  fc.assert(
    fc.property(example, fc.constantFrom("replace", "insert", "within"), (each, kind) => {
      const files = new Map([["main.tf", each.text]]);
      const place = {
        replace: { start: each.start, end: each.end, text: each.word },
        insert: { start: each.end, end: each.end, text: `${each.newline}${each.word}` },
        within: { start: each.start + 1, end: each.end, text: each.word },
      }[kind];
      const textEdits = [{ file: "main.tf", ...place }];
      const placed = placeEdits(each.text, reviewEdits(files, textEdits));
      expect(placed.kind).toBe("placed");
      const again = placed.kind === "placed" ? placed.textEdits : [];
      expect(applyTextEdits(files, again).get("main.tf")).toBe(
        applyTextEdits(files, textEdits).get("main.tf"),
      );
    }),
  );
});
