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
import { CUR_COLUMNS, decodeCurRow, isOffsetBySavingsPlan, tagColumn } from "./decode-cur.ts";
import { decodeFocusRow, type DecodedRow } from "./decode-focus.ts";
import { type CostLayout, curColumn, recogniseLayout } from "./layout.ts";
import { openTable } from "../../duckdb/open-table.ts";

type KnownLayout = Exclude<CostLayout, { kind: "unknown" }>;

/** What was learned of one file while its rows went by. */
interface Tally {
  records: number;
  rows: number;
  refusedCount: number;
  readonly refused: RefusedRow[];
  /** Σ of the unblended costs of Savings Plan usage and negation, which cancel in a whole delivery. */
  savingsPlanOffset: Decimal;
}

/** Reads one bill: its rows in batches, then its repairs and diagnostics. Throws nothing but our own bugs. */
export async function* readCostFile(
  engine: Engine,
  file: SourceFile,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const opened = await stageFile(engine, file, signal);
  if (signal.aborted) return;
  if ("severity" in opened) {
    yield { kind: "diagnostic", diagnostic: opened };
    return;
  }
  const { layout, positions } = opened;
  const repairs = new RepairLog<CostRepairCode>();
  const tally: Tally = { records: 0, rows: 0, refusedCount: 0, refused: [], savingsPlanOffset: decimal(0) };
  const decode = decoderFor(layout, new CellReader(positions, repairs), repairs, tally);
  for await (const chunk of engine.stream("SELECT cells FROM staged")) {
    if (signal.aborted) return;
    const rows = decode(chunk.getColumnValues(0) as readonly string[]);
    if (rows.length > 0) yield { kind: "cost", rows };
  }
  yield* afterwards(file, opened, { repairs, tally });
}

interface StagedFile {
  readonly layout: KnownLayout;
  /** Where each column lies in the staged table. */
  readonly positions: ReadonlyMap<string, number>;
  /** Where the text lies that the lines and offsets mean. */
  readonly path: string;
  readonly rejects: readonly RejectedRecord[];
}

async function stageFile(
  engine: Engine,
  file: SourceFile,
  signal: Cancellation,
): Promise<StagedFile | Diagnostic> {
  try {
    const table = await openTable(engine, file);
    if (table === undefined) return notABill(file, "its first line never ends or leaves a quote open");
    const layout = recogniseLayout(table.names);
    if (layout.kind === "unknown") return notABill(file, `it has no column ${layout.missing.join(", ")}`);
    const wanted = wantedColumns(layout);
    const positions = new Map([...wanted.keys()].map((name, index) => [name, index] as const));
    // One text per row: the driver takes longer to hand over a cell than V8 to parse it out of a row.
    const cells = `json_array(${[...wanted.values()].map((position) => `c${position}`).join(", ")})::VARCHAR AS cells`;
    return { layout, positions, path: table.path, rejects: await table.stage([cells], signal) };
  } catch (error) {
    return fileError(
      file.name,
      "cost-file-invalid",
      `${file.name} cannot be read as a bill: ${messageOf(error)}`,
      "Nothing of it was used. Export it again; if it opens elsewhere, save it as plain CSV or Parquet.",
    );
  }
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

type DecodeChunk = (rows: readonly string[]) => readonly CostRow[];

function decoderFor(
  layout: KnownLayout,
  cells: CellReader,
  repairs: RepairLog<CostRepairCode>,
  tally: Tally,
): DecodeChunk {
  const tags = layout.kind === "cur" ? [...layout.tags.keys()] : [];
  const decodeOne = (): DecodedRow =>
    layout.kind === "focus" ? decodeFocusRow(cells) : decodeCurRow(cells, tags);
  const isRenamed = layout.kind === "focus" && layout.renamed.length > 0;
  const hasIgnored = layout.kind === "focus" && layout.ignored.length > 0;
  return (texts) => {
    const rows: CostRow[] = [];
    for (const text of texts) {
      const record = tally.records;
      tally.records += 1;
      // json_array of text columns gives nothing but texts and nulls.
      cells.at(JSON.parse(text) as readonly (string | null)[], record);
      if (isRenamed) repairs.note("legacy-column-name", record);
      if (hasIgnored) repairs.note("unknown-columns", record);
      const decoded = decodeOne();
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
): AsyncGenerator<Collected> {
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
