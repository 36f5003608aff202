import type { Cancellation } from "@apex/core";
import type { DuckDBValue } from "@duckdb/node-api";
import type { Engine } from "../../duckdb/engine.ts";
import { CELL_CLASSES, classSql, codeSql, valueSql } from "./cell-classes.ts";
import { type CellKind, kindOf, PERIODS } from "./cell-kinds.ts";
import type { CellReader } from "./cell-reader.ts";
import { PRODUCT_KEYS, tagColumn } from "./decode-cur.ts";
import type { DecodedRow } from "./decode-focus.ts";
import { decodeShape, type DecodedShape, isUsual, type ShapeColumn } from "./shape-decoder.ts";
import { type CellSets, NOTES_OF_TAGS, productColumn, readCellSets, type ReadTags } from "./tag-sets.ts";

/** Bills have some dozen shapes; a table with more is one of which nearly every row is odd. */
const SHAPES_MAX = 2_000;

/** Classes fit into three bits, 21 of them into 64. */
const CLASSES_PER_WORD = 21;
const CLASS_BITS = 3n;

/** Rows that a decoder treats alike. */
export interface RowShape {
  /** The values of {@link ShapedCells.keys} that they have. */
  readonly key: readonly string[];
  readonly classes: ReadonlyMap<string, number | string>;
  readonly count: number;
  /** The number of the first of them, from 0. */
  readonly firstRecord: number;
  /** `undefined` where rows have to be decoded one by one. */
  readonly decoded: DecodedShape | undefined;
}

/** A column that values come from: the cell as it is, and the SQL of its value. */
export interface ValueSource {
  readonly kind: CellKind;
  readonly raw: string;
  readonly sql: string;
  /** Whether it may be a number of more than 18 places. */
  readonly isLong: boolean;
}

/** The staged cells with what tells their shape, and which shapes there are. */
export interface ShapedCells {
  /** A subquery: the cells c0, c1, …, `record`, {@link keys}, `tags`, and the keys of a product as in {@link sources}. */
  readonly from: string;
  readonly keys: readonly string[];
  /** The SQL of the value of each column that rows may come from. */
  readonly sources: ReadonlyMap<string, ValueSource>;
  readonly shapes: readonly RowShape[];
}

/** How a table's rows are decoded one by one. */
export interface RowDecoder {
  /** Where each column lies among the staged cells. */
  readonly positions: ReadonlyMap<string, number>;
  /** Names of legacy tag columns. */
  readonly tags: readonly string[];
  readonly decode: (cells: CellReader) => DecodedRow;
  readonly readTags: ReadTags;
}

/** A part of what tells rows apart, as a class. */
interface ClassPart {
  readonly name: string;
  readonly sql: string;
}

const TAG_NOTES = "tag notes";
const orderName = (start: string): string => `order of ${start}`;

/** Groups the staged rows by shape; `undefined` when there are too many shapes for that to be of use. */
export async function shapeRows(
  engine: Engine,
  decoder: RowDecoder,
  signal: Cancellation,
): Promise<ShapedCells | undefined> {
  const { positions, tags } = decoder;
  const tagNames = new Set(tags.map(tagColumn));
  const columns = [...positions].map(([name, index]) => ({
    name,
    kind: kindOf(name, tagNames.has(name)),
    cell: `c${index}`,
  }));
  const product = columns.find(({ kind }) => kind === "product")?.cell;
  const sets = await readCellSets(engine, {
    tags: new Map(
      columns.flatMap(({ name, kind, cell }) => (kind === "tags" ? [[name, cell] as const] : [])),
    ),
    product,
    read: decoder.readTags,
  });
  const plain = columns.filter(({ kind }) => kind !== "tags");
  const classed = plain.filter(({ kind }) => kind !== "code");
  const codes = plain.filter(({ kind }) => kind === "code");
  const parts = classParts(classed, product, sets);
  const words = packed(parts);
  const keys = [...words.map((_, index) => `w${index}`), ...codes.map((_, index) => `k${index}`)];
  const selected = [
    "cells.*",
    ...words.map((word, index) => `${word} AS w${index}`),
    ...codes.map(({ cell }, index) => `${codeSql(cell)} AS k${index}`),
    `${sets.tags} AS tags`,
    ...(product === undefined
      ? []
      : PRODUCT_KEYS.map((key) => `${productColumn(key)} AS ${productName(key)}`)),
  ];
  const from = `(SELECT ${selected.join(", ")} FROM cells ${sets.join})`;
  const rows = await engine.rows(
    `SELECT ${keys.join(", ")}, count(*), min(record) FROM ${from} GROUP BY ${keys.join(", ")} LIMIT ${SHAPES_MAX + 1}`,
    signal,
  );
  if (rows.length > SHAPES_MAX) return undefined;
  const shapeColumns: ShapeColumn[] = [...plain, ...productColumns(product)];
  const shapes = rows.map((row) => {
    const key = row.slice(0, keys.length).map(String);
    const classes = unpacked(parts, key);
    for (const [index, { name }] of codes.entries()) classes.set(name, key[words.length + index] ?? "");
    return {
      key,
      classes,
      count: Number(row[keys.length]),
      firstRecord: Number(row[keys.length + 1]),
      decoded: decodedShape(shapeColumns, classes, decoder),
    };
  });
  const sources = valueSources(plain, shapes, product !== undefined);
  return { from, keys, sources, shapes };
}

function valueSources(
  columns: readonly (ShapeColumn & { readonly cell: string })[],
  shapes: readonly RowShape[],
  hasProduct: boolean,
): ReadonlyMap<string, ValueSource> {
  const sources = new Map<string, ValueSource>(
    columns.map(({ name, kind, cell }) => {
      const seen = new Set(
        shapes.flatMap(({ decoded, classes }) =>
          decoded === undefined ? [] : [classes.get(name) ?? CELL_CLASSES.none],
        ),
      );
      const isLong = seen.has(CELL_CLASSES.scientific) || seen.has(CELL_CLASSES.negativeScientific);
      return [
        name,
        { kind, raw: cell, sql: valueSql(kind, cell, seen), isLong: kind === "number" && isLong },
      ];
    }),
  );
  if (hasProduct)
    for (const key of PRODUCT_KEYS)
      sources.set(`product.${key}`, {
        kind: "text",
        raw: productName(key),
        sql: productName(key),
        isLong: false,
      });
  return sources;
}

function productName(key: string): string {
  return `product_${key}`;
}

function productColumns(product: string | undefined): readonly ShapeColumn[] {
  return product === undefined
    ? []
    : PRODUCT_KEYS.map((key) => ({ name: `product.${key}`, kind: "text" as const }));
}

function classParts(
  columns: readonly (ShapeColumn & { readonly cell: string })[],
  product: string | undefined,
  sets: CellSets,
): readonly ClassPart[] {
  const { none, text, unusual } = CELL_CLASSES;
  const parts = columns.map(({ name, kind, cell }): ClassPart => {
    const sql = classSql(kind, cell);
    if (kind !== "product") return { name, sql };
    const isRead = `WHEN (${sql}) = ${text} AND ${productColumn("key")} IS NOT NULL THEN ${text + 1}`;
    return { name, sql: `CASE ${isRead} ELSE ${sql} END` };
  });
  if (product !== undefined) {
    for (const key of PRODUCT_KEYS)
      parts.push({
        name: `product.${key}`,
        sql: `CASE WHEN ${productColumn(key)} IS NULL THEN ${none} ELSE ${text} END`,
      });
  }
  if (sets.tagNotes !== undefined) parts.push({ name: TAG_NOTES, sql: sets.tagNotes });
  const cells = new Map(columns.map(({ name, cell }) => [name, cell]));
  for (const [startName, endName] of PERIODS) {
    const [start, end] = [cells.get(startName), cells.get(endName)];
    if (start === undefined || end === undefined) continue;
    const isBackward = `${valueSql("instant", start)} > ${valueSql("instant", end)}`;
    parts.push({
      name: orderName(startName),
      sql: `CASE WHEN ${isBackward} THEN ${unusual} ELSE ${none} END`,
    });
  }
  return parts;
}

function packed(parts: readonly ClassPart[]): readonly string[] {
  const words: string[] = [];
  for (let start = 0; start < parts.length; start += CLASSES_PER_WORD) {
    const terms = parts
      .slice(start, start + CLASSES_PER_WORD)
      .map(({ sql }, index) => `CAST(${sql} AS UBIGINT) * ${1n << (CLASS_BITS * BigInt(index))}`);
    words.push(`(${terms.join(" + ")})`);
  }
  return words;
}

function unpacked(parts: readonly ClassPart[], key: readonly DuckDBValue[]): Map<string, number | string> {
  return new Map(
    parts.map(({ name }, index) => {
      const word = BigInt(String(key[Math.trunc(index / CLASSES_PER_WORD)]));
      const shifted = word >> (CLASS_BITS * BigInt(index % CLASSES_PER_WORD));
      return [name, Number(shifted & ((1n << CLASS_BITS) - 1n))];
    }),
  );
}

function decodedShape(
  columns: readonly ShapeColumn[],
  classes: ReadonlyMap<string, number | string>,
  { decode }: RowDecoder,
): DecodedShape | undefined {
  if (!isUsual(columns, classes)) return undefined;
  if (PERIODS.some(([start]) => classes.get(orderName(start)) === CELL_CLASSES.unusual)) return undefined;
  const decoded = decodeShape(columns, classes, decode);
  if (decoded === undefined) return undefined;
  const notes = NOTES_OF_TAGS[Number(classes.get(TAG_NOTES) ?? 0)] ?? [];
  return { ...decoded, notes: [...new Set([...decoded.notes, ...notes])] };
}
