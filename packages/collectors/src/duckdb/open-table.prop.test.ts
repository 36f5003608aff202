import fc from "fast-check";
import { expect, it } from "vitest";
import { linesOfOffsets, linesOfRecords } from "../files/record-lines.ts";
import { testFile } from "../testing/collect-all.ts";
import { openEngine } from "./engine.ts";
import { openTable } from "./open-table.ts";

/** Cells with everything that has a meaning in CSV. Not empty, so that no record is a blank line. */
const cell = fc.array(fc.constantFrom("a", "1", ",", '"', "\n", "\r\n", " ", "ü", "NULL"), {
  minLength: 1,
  maxLength: 6,
});

/** A record of three cells, or one with a cell too many or too few, and how its line ends. */
const record = fc.record({
  cells: fc.oneof(
    { weight: 5, arbitrary: fc.array(cell, { minLength: 3, maxLength: 3 }) },
    { weight: 1, arbitrary: fc.array(cell, { minLength: 2, maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(cell, { minLength: 4, maxLength: 4 }) },
  ),
  end: fc.constantFrom("\n", "\r\n", "\n\n"),
});

function quoted(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}

function unixText(text: string): string {
  return text.replaceAll("\r\n", "\n");
}

it("loses no record of any CSV: each is a row with its cells and line, or rejected with its line", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 12 }), async (records) => {
      const expectedRows: { cells: string[]; line: number }[] = [];
      const expectedRejects: number[] = [];
      let text = "x,y,z\n";
      for (const { cells, end } of records) {
        const line = unixText(text).split("\n").length;
        if (cells.length === 3)
          expectedRows.push({ cells: cells.map((parts) => unixText(parts.join(""))), line });
        else expectedRejects.push(line);
        text += cells.map((parts) => quoted(parts.join(""))).join(",") + end;
      }
      const path = testFile("a.csv", text);
      using engine = await openEngine(`${path}-spill`);
      const table = await openTable(engine, { name: path, path, kind: "text", bytes: text.length });
      const rejects = await table!.stage(["c0", "c1", "c2"], { aborted: false });
      const rows = await engine.rows("SELECT * FROM staged");
      expect(rows).toEqual(expectedRows.map((row) => row.cells));
      const offsets = rejects.map((reject) => reject.offset);
      const rejectLines = await linesOfOffsets(table!.path, offsets);
      expect(offsets.map((offset) => rejectLines.get(offset))).toEqual(expectedRejects);
      const lines = await linesOfRecords(table!.path, {
        records: expectedRows.map((_, index) => index),
        rejectedOffsets: offsets,
      });
      expect(expectedRows.map((_, index) => lines.get(index))).toEqual(expectedRows.map((row) => row.line));
    }),
    { numRuns: 60 },
  );
});
