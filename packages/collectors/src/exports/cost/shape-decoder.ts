import type { CostRow } from "@apex/core";
import { CELL_CLASSES, OVERLONG_CODE } from "./cell-classes.ts";
import type { CellKind } from "./cell-kinds.ts";
import { PERIODS } from "./cell-kinds.ts";
import { CellReader } from "./cell-reader.ts";
import type { CostRepairCode } from "./cost-repair.ts";
import type { DecodedRow } from "./decode-focus.ts";

/** A column of a row, or a key of a CUR 2.0 product ("product.sku"). */
export interface ShapeColumn {
  readonly name: string;
  readonly kind: CellKind;
}

/** What rows of one shape have in common: the class of each cell, the text of each code. */
export type CellClasses = ReadonlyMap<string, number | string>;

/** Where a value of a {@link CostRow} comes from: out of a column as it is, or the same in all rows of the shape. */
export type ValueOrigin = { readonly column: string } | { readonly constant: string | null };

/** What the row-wise decoder makes of all rows of a shape. */
export interface DecodedShape {
  readonly origins: ReadonlyMap<string, ValueOrigin>;
  readonly notes: readonly CostRepairCode[];
}

/** `tags` are left to {@link CellSets}. */
const TAGS = "Tags" satisfies keyof CostRow;

const END_COLUMNS = new Set<string>(PERIODS.map(([, end]) => end));

/**
 * Asks the row-wise decoder what it makes of a shape: two invented rows of that shape are decoded, every cell of which has a mark of
 * its own. A value that is a cell's mark in both comes from that cell; one that is the same in both comes from none. `undefined` where
 * the decoder refuses such rows or computes with their cells: they need it one by one.
 */
export function decodeShape(
  columns: readonly ShapeColumn[],
  classes: CellClasses,
  decode: (cells: CellReader) => DecodedRow,
): DecodedShape | undefined {
  const trial = (round: 0 | 1) => {
    const marks = markCells(columns, classes, round);
    const positions = new Map([...marks.cells.keys()].map((name, index) => [name, index] as const));
    const noted = new Set<CostRepairCode>();
    const cells = new CellReader(positions, { note: (code) => noted.add(code) });
    cells.at([...marks.cells.values()], 0);
    const decoded = decode(cells);
    return decoded.kind === "row" ? { row: decoded.row, noted, columnOf: marks.columnOf } : undefined;
  };
  const [first, second] = [trial(0), trial(1)];
  if (first === undefined || second === undefined) return undefined;
  const origins = new Map<string, ValueOrigin>();
  for (const [name, value] of Object.entries(first.row) as [keyof CostRow, string | null][]) {
    if (name === TAGS) continue;
    const other = second.row[name] as string | null;
    const column = value === null ? undefined : first.columnOf.get(value);
    if (column !== undefined && other !== null && second.columnOf.get(other) === column)
      origins.set(name, { column });
    else if (value === other) origins.set(name, { constant: value });
    else return undefined;
  }
  return { origins, notes: [...first.noted] };
}

/** Whether cells of these classes are all such that SQL can read them. */
export function isUsual(columns: readonly ShapeColumn[], classes: CellClasses): boolean {
  return columns.every(({ name, kind }) => {
    const cell = classes.get(name);
    if (kind === "code") return cell !== OVERLONG_CODE;
    return !(kind === "number" || kind === "instant" || kind === "product") || cell !== CELL_CLASSES.unusual;
  });
}

interface Marks {
  readonly cells: ReadonlyMap<string, string | null>;
  /** What a value that is a mark is the mark of. */
  readonly columnOf: ReadonlyMap<string, string>;
}

function markCells(columns: readonly ShapeColumn[], classes: CellClasses, round: 0 | 1): Marks {
  const cells = new Map<string, string | null>();
  const columnOf = new Map<string, string>();
  const product: Record<string, string> = {};
  for (const [index, { name, kind }] of columns.entries()) {
    const cell = classes.get(name) ?? CELL_CLASSES.none;
    if (typeof cell === "string") {
      cells.set(name, cell);
      continue;
    }
    const mark = cell > CELL_CLASSES.literalNull ? markOf({ name, kind, cell, index }, round) : undefined;
    if (mark?.value !== undefined) columnOf.set(mark.value, name);
    const key = /^product[.](.*)$/.exec(name)?.[1];
    if (key === undefined) cells.set(name, cell === CELL_CLASSES.literalNull ? "NULL" : (mark?.cell ?? null));
    else if (mark !== undefined) product[key] = mark.cell;
  }
  if (typeof classes.get("product") === "number" && Number(classes.get("product")) > CELL_CLASSES.literalNull)
    cells.set("product", JSON.stringify(product));
  return { cells, columnOf };
}

interface MarkedCell extends ShapeColumn {
  readonly cell: number;
  readonly index: number;
}

/** What stands in the cell, and what a decoder makes of it where that shows from where it comes. */
function markOf(
  { name, kind, cell, index }: MarkedCell,
  round: 0 | 1,
): { readonly cell: string; readonly value?: string } {
  if (kind === "number") {
    if (cell === CELL_CLASSES.zero) return { cell: "0" };
    // Neither a difference of two nor which one is larger is the same in both rounds: else it would pass for a constant.
    const size = round === 0 ? `${2_000 + 7 * index}.5` : `${9_000 - 13 * index}.25`;
    const isNegative = cell === CELL_CLASSES.negative || cell === CELL_CLASSES.negativeScientific;
    const text = `${isNegative ? "-" : ""}${size}`;
    return { cell: text, value: text };
  }
  if (kind === "instant") {
    // Neither the start of a month, which stands in for a missing period, nor in the same month twice.
    const day = END_COLUMNS.has(name) ? "06" : "05";
    const minutes = `${Math.trunc(index / 60)}`.padStart(2, "0");
    const text = `${round === 0 ? "2001-03" : "2002-07"}-${day}T00:${minutes}:${`${index % 60}`.padStart(2, "0")}`;
    return { cell: cell === CELL_CLASSES.zoneless ? text : `${text}Z`, value: `${text}Z` };
  }
  const text = `\u27e6${round} ${name}\u27e7${kind === "usage-type" && cell === CELL_CLASSES.spot ? "SpotUsage" : ""}`;
  return { cell: text, value: text };
}
