import { printable } from "../printable.ts";

/** A column's heading, and on which side its cells are flush. */
export interface TextColumn {
  readonly heading: string;
  readonly align?: "left" | "right";
}

/** One line, whatever the cell holds. */
function cellOf(text: string): string {
  return printable(text).replaceAll("\n", " ");
}

/** Rows under headings, columns as wide as their widest cell, for people. Control characters of cells are left out. */
export function textTable(columns: readonly TextColumn[], rows: readonly (readonly string[])[]): string {
  const lines = [columns.map(({ heading }) => heading), ...rows.map((row) => row.map(cellOf))];
  const widths = columns.map((_, index) => Math.max(...lines.map((line) => (line[index] ?? "").length)));
  return lines
    .map((line) =>
      line
        .map((cell, index) =>
          columns[index]?.align === "right"
            ? cell.padStart(widths[index] ?? 0)
            : cell.padEnd(widths[index] ?? 0),
        )
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `${line}\n`)
    .join("");
}
