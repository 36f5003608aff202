import {
  addDecimals,
  type Cancellation,
  type Collected,
  type CostRow,
  type Decimal,
  decimal,
  type Diagnostic,
} from "@apex/core";
import type { RejectedRecord } from "../../duckdb/csv-table.ts";
import type { Engine } from "../../duckdb/engine.ts";
import { fileError, messageOf } from "../../files/errors.ts";
import type { SourceFile } from "../../files/source-file.ts";
import { locateRows, refusalDiagnostics, REFUSALS_NAMED_MAX, type RefusedRow } from "../refused-rows.ts";
import { RepairLog } from "../repair-log.ts";
import { CellReader } from "./cell-reader.ts";
import { COST_REPAIRS, type CostRepairCode } from "./cost-repair.ts";
import type { CostExportOptions } from "./collector.ts";
import { type DecodedTable, decodeTable } from "./cost-table.ts";
import { CUR_COLUMNS, decodeCurRow, isOffsetBySavingsPlan, rowTags, tagColumn } from "./decode-cur.ts";
import { decodeFocusRow } from "./decode-focus.ts";
import { type CostLayout, curColumn, recogniseLayout } from "./layout.ts";
import type { RowDecoder } from "./row-shapes.ts";
import { openTable } from "../../duckdb/open-table.ts";

type KnownLayout = Exclude<CostLayout, { kind: "unknown" }>;

/** What was learned of one file while its rows went by. */
interface Tally {
  rows: number;
  refusedCount: number;
  readonly refused: RefusedRow[];
  /** Σ of the unblended costs of Savings Plan usage and negation, which cancel in a whole delivery. */
  savingsPlanOffset: Decimal;
}

/** What a bill gives: the file's own table can tell its months. */
type CostItem =
  | WithoutTable
  | { readonly kind: "cost-table"; readonly table: NonNullable<DecodedTable["table"]> };

type WithoutTable = Exclude<Collected, { readonly kind: "cost-table" }>;

/** Reads one bill: its rows in batches, then its repairs and diagnostics. Throws nothing but our own bugs. */
export async function* readCostFile(
  engine: Engine,
  file: SourceFile,
  { signal, asTables = false, onProgress }: CostExportOptions & { readonly signal: Cancellation },
): AsyncGenerator<CostItem> {
  const opened = await stageFile(engine, file, { signal, asTables, onProgress });
  if (signal.aborted) return;
  if ("severity" in opened) {
    yield { kind: "diagnostic", diagnostic: opened };
    return;
  }
  const { layout, positions, decoded } = opened;
  const repairs = new RepairLog<CostRepairCode>();
  const tally: Tally = { rows: 0, refusedCount: 0, refused: [], savingsPlanOffset: decimal(0) };
  if (decoded.table !== undefined) {
    countTable(layout, decoded, repairs, tally);
    yield { kind: "cost-table", table: decoded.table };
  }
  if (decoded.rest !== undefined) {
    const decode = decoderFor(layout, new CellReader(positions, repairs), repairs, tally);
    // One text per row: the driver takes longer to hand over a cell than V8 to parse it out of a row.
    const cells = [...positions.values()].map((index) => `c${index}`).join(", ");
    // Joins do not keep rows in their order.
    const order = decoded.table === undefined ? "" : "ORDER BY record";
    const chunks = engine.stream(
      `SELECT json_array(${cells})::VARCHAR, record FROM ${decoded.rest} ${order}`,
    );
    for await (const chunk of chunks) {
      if (signal.aborted) return;
      const [texts, records] = [chunk.getColumnValues(0), chunk.getColumnValues(1)];
      const rows = decode(texts as readonly string[], records.map(Number));
      if (rows.length > 0) yield { kind: "cost", rows };
    }
  }
  if (signal.aborted) return;
  yield* afterwards(file, opened, { repairs, tally });
}

/** Notes what was repaired in the rows that were not decoded one by one. */
function countTable(
  layout: KnownLayout,
  { shapes, savingsPlanOffset }: DecodedTable,
  repairs: RepairLog<CostRepairCode>,
  tally: Tally,
): void {
  for (const { count, firstRecord, decoded } of shapes) {
    tally.rows += count;
    for (const code of [...(decoded?.notes ?? []), ...notesOfLayout(layout)])
      repairs.noteMany(code, count, firstRecord);
  }
  tally.savingsPlanOffset = savingsPlanOffset;
}

/** Repairs that every row of a file needs. */
function notesOfLayout(layout: KnownLayout): readonly CostRepairCode[] {
  if (layout.kind !== "focus") return [];
  const renamed = layout.renamed.length > 0 ? (["legacy-column-name"] as const) : [];
  return [...renamed, ...(layout.ignored.length > 0 ? (["unknown-columns"] as const) : [])];
}

interface StagedFile {
  readonly layout: KnownLayout;
  /** Where each column lies in the staged cells. */
  readonly positions: ReadonlyMap<string, number>;
  /** Where the text lies that the lines and offsets mean. */
  readonly path: string;
  readonly rejects: readonly RejectedRecord[];
  readonly decoded: Pick<DecodedTable, "table" | "shapes" | "savingsPlanOffset" | "rest">;
}

/** Reads the whole file before any of it is handed out, so that a damaged one is not half used. */
async function stageFile(
  engine: Engine,
  file: SourceFile,
  options: {
    readonly signal: Cancellation;
    readonly asTables: boolean;
    readonly onProgress: CostExportOptions["onProgress"];
  },
): Promise<StagedFile | Diagnostic> {
  const { signal, asTables, onProgress } = options;
  const told = (doing: string) => (share: number) =>
    onProgress?.(`${Math.trunc(share * 100)} % of ${file.name} ${doing}`);
  try {
    const table = await openTable(engine, file);
    if (table === undefined) return notABill(file, "its first line never ends or leaves a quote open");
    const layout = recogniseLayout(table.names);
    if (layout.kind === "unknown") return notABill(file, `it has no column ${layout.missing.join(", ")}`);
    const wanted = wantedColumns(layout);
    const positions = new Map([...wanted.keys()].map((name, index) => [name, index] as const));
    const rejects = await table.stageCells(
      [...wanted.values()],
      { isCopied: !asTables, onShare: told("read") },
      signal,
    );
    const tags = layout.kind === "cur" ? [...layout.tags.keys()] : [];
    const decoded = asTables
      ? await decodeTable(
          engine,
          { positions, tags, ...decoderOf(layout) },
          { path: `${file.path}-rows`, signal, onShare: told("checked") },
        )
      : { table: undefined, shapes: [], savingsPlanOffset: decimal(0), rest: "cells" };
    return { layout, positions, path: table.path, rejects, decoded };
  } catch (error) {
    return fileError(
      file.name,
      "cost-file-invalid",
      `${file.name} cannot be read as a bill: ${messageOf(error)}`,
      "Nothing of it was used. Export it again; if it opens elsewhere, save it as plain CSV or Parquet.",
    );
  }
}

function decoderOf(layout: KnownLayout): Pick<RowDecoder, "decode" | "readTags"> {
  if (layout.kind === "focus") return { decode: decodeFocusRow, readTags: (cells) => cells.map("Tags") };
  const tags = [...layout.tags.keys()];
  return { decode: (cells) => decodeCurRow(cells, tags), readTags: (cells) => rowTags(cells, tags) };
}

function notABill(file: SourceFile, reason: string): Diagnostic {
  return fileError(
    file.name,
    "cost-file-unrecognised",
    `${file.name} is neither a FOCUS table nor an AWS Cost and Usage Report: ${reason}`,
    "Give a FOCUS 1.0–1.2 export, or a CUR (legacy or 2.0) as CSV, CSV.gz or Parquet, with its header line.",
  );
}

function wantedColumns(layout: KnownLayout): ReadonlyMap<string, number> {
  if (layout.kind === "focus") return layout.columns;
  const wanted = new Map<string, number>();
  for (const name of CUR_COLUMNS) {
    const position = curColumn(layout.columns, name);
    if (position !== undefined) wanted.set(name, position);
  }
  for (const [tag, position] of layout.tags) wanted.set(tagColumn(tag), position);
  return wanted;
}

type DecodeChunk = (texts: readonly string[], records: readonly number[]) => readonly CostRow[];

function decoderFor(
  layout: KnownLayout,
  cells: CellReader,
  repairs: RepairLog<CostRepairCode>,
  tally: Tally,
): DecodeChunk {
  const { decode } = decoderOf(layout);
  const notes = notesOfLayout(layout);
  return (texts, records) => {
    const rows: CostRow[] = [];
    for (const [index, text] of texts.entries()) {
      const record = records[index] ?? 0;
      // json_array of text columns gives nothing but texts and nulls.
      cells.at(JSON.parse(text) as readonly (string | null)[], record);
      for (const note of notes) repairs.note(note, record);
      const decoded = decode(cells);
      if (decoded.kind === "row") {
        rows.push(decoded.row);
        if (layout.kind === "cur") addOffset(cells, tally);
      } else {
        tally.refusedCount += 1;
        if (tally.refused.length < REFUSALS_NAMED_MAX) tally.refused.push({ record, reason: decoded.reason });
      }
    }
    tally.rows += rows.length;
    return rows;
  };
}

function addOffset(cells: CellReader, tally: Tally): void {
  if (!isOffsetBySavingsPlan(cells.text("line_item_line_item_type") ?? "")) return;
  const cost = cells.number("line_item_unblended_cost");
  if (cost !== null && cost !== "unreadable") {
    tally.savingsPlanOffset = addDecimals(tally.savingsPlanOffset, cost);
  }
}

interface Outcome {
  readonly repairs: RepairLog<CostRepairCode>;
  readonly tally: Tally;
}

async function* afterwards(
  file: SourceFile,
  staged: StagedFile,
  { repairs, tally }: Outcome,
): AsyncGenerator<WithoutTable> {
  const lines = await locateRows(file, staged.path, staged.rejects, [
    ...repairs.firstRecords,
    ...tally.refused.map((refusal) => refusal.record),
  ]);
  for (const repair of repairs.repairs(file.name, COST_REPAIRS, lines.ofRecords)) {
    yield { kind: "repair", repair };
  }
  const diagnostics = [
    ...refusalDiagnostics(file.name, "cost-row", { ...tally, rejects: staged.rejects, lines }),
    ...remarks(file, staged.layout, tally),
  ];
  for (const diagnostic of diagnostics) yield { kind: "diagnostic", diagnostic };
}

function remarks(file: SourceFile, layout: KnownLayout, tally: Tally): readonly Diagnostic[] {
  const source = { file: file.name };
  const format = layout.kind === "focus" ? `FOCUS ${layout.version}` : `AWS CUR ${layout.version}`;
  const diagnostics: Diagnostic[] = [
    tally.rows === 0
      ? {
          severity: "warning",
          code: "cost-file-without-rows",
          summary: `${file.name} (${format}) gave no rows`,
          source,
        }
      : {
          severity: "info",
          code: "cost-file-loaded",
          summary: `${tally.rows} rows read as ${format}`,
          source,
        },
  ];
  if (layout.kind === "focus" && layout.ignored.length > 0) {
    diagnostics.push({
      severity: "info",
      code: "cost-columns-unknown",
      summary: `${layout.ignored.length} columns are neither FOCUS nor start with x_ and were not read`,
      detail: layout.ignored.slice(0, REFUSALS_NAMED_MAX).join(", "),
      source,
    });
  }
  if (tally.savingsPlanOffset !== decimal(0)) {
    diagnostics.push({
      severity: "warning",
      code: "cur-savings-plan-offset",
      summary: `Savings Plan usage and its negation differ by ${tally.savingsPlanOffset}; the report is not whole`,
      detail: "BilledCost leaves out both, so it differs from the unblended total by this amount.",
      source,
    });
  }
  return diagnostics;
}
