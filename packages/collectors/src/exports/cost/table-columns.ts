import { sqlText } from "../../duckdb/engine.ts";
import { CELL_CLASSES, codeSql } from "./cell-classes.ts";
import type { CellKind } from "./cell-kinds.ts";
import type { RowShape, ShapedCells } from "./row-shapes.ts";

type DecodedRowShape = RowShape & { readonly decoded: NonNullable<RowShape["decoded"]> };

/** The table `shapes` with what columns hold that come from elsewhere in some rows than in others. */
export interface ShapeTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/** The columns of a table of rows as SQL over the shaped cells, joined with the {@link ShapeTable} where `needsShapes`. */
export interface TableColumns {
  readonly selection: readonly string[];
  readonly shapeTable: ShapeTable;
  readonly needsShapes: boolean;
}

/** Whether rows of this shape can be copied without decoding them one by one. */
export function isDecoded(shape: RowShape): shape is DecodedRowShape {
  return shape.decoded !== undefined;
}

/** Finds for each column of a row the SQL that gives it in all rows whose shape is decoded; there is at least one such shape. */
export function tableColumns({ keys, shapes, sources }: ShapedCells): TableColumns {
  const decoded = shapes.filter(isDecoded);
  const names = [...(decoded[0]?.decoded.origins.keys() ?? [])];
  const columns = new Map<string, (shape: DecodedRowShape) => string>(
    keys.map((key, index) => [key, (shape) => shape.key[index] ?? ""]),
  );
  let needsShapes = false;
  const selection = names.map((name, index) => {
    const sql = commonSql(name, decoded, sources);
    if (sql !== undefined) return `${sql} AS "${name}"`;
    needsShapes = true;
    const from = [...sources.keys()];
    const used = from.filter((column) => decoded.some((shape) => columnOf(shape, name) === column));
    columns.set(`o${index}`, (shape) => `${used.indexOf(columnOf(shape, name) ?? "")}`);
    columns.set(`v${index}`, (shape) => constantOf(shape, name) ?? "");
    const cases = used.map((column, place) => `WHEN '${place}' THEN ${sources.get(column)?.sql ?? "NULL"}`);
    return `CASE shapes.o${index} ${cases.join(" ")} WHEN '-1' THEN nullif(shapes.v${index}, '') END AS "${name}"`;
  });
  return {
    selection: [...selection, 'tags AS "Tags"'],
    needsShapes: needsShapes || decoded.length < shapes.length,
    shapeTable: {
      columns: [...columns.keys()],
      rows: decoded.map((shape) => [...columns.values()].map((value) => value(shape))),
    },
  };
}

/** SQL that is right for all shapes without asking which one a row has; `undefined` where there is none. */
function commonSql(
  name: string,
  shapes: readonly DecodedRowShape[],
  sources: ShapedCells["sources"],
): string | undefined {
  const [first] = shapes;
  if (first === undefined) return undefined;
  const constant = constantOf(first, name);
  if (constant !== undefined && shapes.every((shape) => constantOf(shape, name) === constant))
    return constant === null ? "CAST(NULL AS VARCHAR)" : sqlText(constant);
  const origins = shapes.flatMap((shape) => columnOf(shape, name) ?? []);
  const codes = [...sources].flatMap(([column, { kind }]) => (kind === "code" ? [column] : []));
  const found = [...new Set([...origins, ...codes])].find((column) =>
    shapes.every((shape) => isAlsoFrom(shape, name, { column, kind: sources.get(column)?.kind })),
  );
  return found === undefined ? decidedByCode(name, shapes, sources) : sources.get(found)?.sql;
}

/** Whether the value of a column of the row would be the same if it were taken from `column`. */
function isAlsoFrom(
  shape: DecodedRowShape,
  name: string,
  { column, kind }: { readonly column: string; readonly kind: CellKind | undefined },
): boolean {
  if (columnOf(shape, name) === column) return true;
  const constant = constantOf(shape, name);
  if (constant === undefined) return false;
  const cell = shape.classes.get(column) ?? CELL_CLASSES.none;
  if (typeof cell === "string") return constant === (isNothing(cell) ? null : cell);
  const isZero = kind === "number" && cell === CELL_CLASSES.zero;
  return isZero ? constant === "0" : constant === null && cell <= CELL_CLASSES.literalNull;
}

/** The SQL of a value that a code alone decides on; `undefined` where none does. */
function decidedByCode(
  name: string,
  shapes: readonly DecodedRowShape[],
  sources: ShapedCells["sources"],
): string | undefined {
  for (const [column, { kind, raw }] of sources) {
    if (kind !== "code") continue;
    const values = new Map<string, string | null>();
    const isDecided = shapes.every((shape) => {
      const value = constantOf(shape, name);
      const code = String(shape.classes.get(column) ?? "");
      if (value === undefined || (values.has(code) && values.get(code) !== value)) return false;
      values.set(code, value);
      return true;
    });
    if (!isDecided) continue;
    const cases = [...values].flatMap(([code, value]) =>
      value === null ? [] : [`WHEN ${sqlText(code)} THEN ${sqlText(value)}`],
    );
    return `CASE ${codeSql(raw)} ${cases.join(" ")} END`;
  }
  return undefined;
}

function isNothing(code: string): boolean {
  return code === "" || code.toUpperCase() === "NULL";
}

function columnOf({ decoded }: DecodedRowShape, name: string): string | undefined {
  const origin = decoded.origins.get(name);
  return origin !== undefined && "column" in origin ? origin.column : undefined;
}

function constantOf({ decoded }: DecodedRowShape, name: string): string | null | undefined {
  const origin = decoded.origins.get(name);
  return origin !== undefined && "constant" in origin ? origin.constant : undefined;
}
