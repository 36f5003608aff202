import { readConfiguration } from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import fc from "fast-check";
import { expect, it } from "vitest";
import { placeOfDiagnostic } from "./place.ts";

const parser = await loadHclParser();
const encoder = new TextEncoder();

interface Position {
  readonly line: number;
  readonly column: number;
  readonly byte: number;
}

/** Where Terraform counts the end of a prefix, `more` bytes further. */
function after(prefix: string, more = 0): Position {
  return { line: prefix.split("\n").length, column: 1, byte: encoder.encode(prefix).length + more };
}

function placeOf(text: string, start: Position, end: Position): ReturnType<typeof placeOfDiagnostic> {
  const configuration = readConfiguration(parser, { files: new Map([["main.tf", text]]) });
  const range = { filename: "main.tf", start, end };
  return placeOfDiagnostic(configuration, { severity: "error", summary: "x", range });
}

const piece = fc
  .array(fc.constantFrom("a", "\n", "\r\n", "é", "€", "🚀", "\uFEFF", "e\u0301"), { maxLength: 30 })
  .map((characters) => characters.join(""));

it("finds any range that Terraform counted in bytes", () => {
  fc.assert(
    fc.property(piece, piece, piece, (before, inside, rest) => {
      const place = placeOf(before + inside + rest, after(before), after(before + inside));
      const end = before.length + inside.length;
      expect(place).toEqual({ file: "main.tf", start: before.length, end });
    }),
  );
});

it("finds none that cuts a character", () => {
  fc.assert(
    fc.property(piece, piece, fc.integer({ min: 1, max: 3 }), (before, rest, cut) => {
      const text = `${before}🚀${rest}`;
      expect(placeOf(text, after(before, cut), after(`${before}🚀`))).toBeUndefined();
    }),
  );
});
