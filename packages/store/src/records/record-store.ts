import { randomUUID } from "node:crypto";
import { AdapterError, type Decimal, decimal, type Diagnostic, type Severity } from "@apex/core";
import { type RecommendationStatus, type Report, renderJson, reportSchema } from "@apex/report";
import type { Kysely, Selectable, Transaction } from "kysely";
import { askDatabase } from "./ask-database.ts";
import { inBatches } from "./in-batches.ts";
import {
  decimalOrNull,
  diagnosticRows,
  importRows,
  recommendationRows,
  resourceRows,
  runRow,
} from "./record-rows.ts";
import { asTenant } from "../tenants/as-tenant.ts";
import type { RunKind, Tables } from "./tables.ts";
import { transactWith } from "./transact.ts";

/** A recorded run without its details. */
export interface RecordedRun {
  readonly id: string;
  readonly kind: RunKind;
  readonly recordedAt: Date;
  readonly generatedAt: Date;
  readonly apexVersion: string;
  readonly terraformDirectory: string;
  readonly currency: string;
  /** Per month, of what was in the patch. */
  readonly savingsList: Decimal;
  readonly savingsNet: Decimal | null;
  readonly costBefore: Decimal | null;
  readonly costAfter: Decimal | null;
}

/** A recommendation as a run left it. */
export interface RecordedRecommendation {
  readonly id: string;
  readonly rule: string;
  readonly resourceId: string;
  readonly address: string | null;
  readonly action: string;
  readonly from: string;
  readonly to: string;
  readonly status: RecommendationStatus;
  readonly reason: string | null;
  readonly savingsList: Decimal;
  readonly savingsNet: Decimal | null;
  readonly currency: string;
}

/** A file that a run read. */
export interface RecordedImport {
  readonly path: string;
  readonly kind: string;
  readonly sha256: string | null;
  readonly rows: number | null;
  readonly points: number | null;
}

/** What past runs found, in PostgreSQL. */
export interface RecordStore {
  /** Records a run with all that its report holds, at once or not at all. */
  recordRun(report: Report): Promise<{ readonly runId: string }>;
  /** The run recorded last, of one Terraform directory or of all. */
  latestRun(terraformDirectory?: string): Promise<RecordedRun | undefined>;
  /** The newest runs, at most `limit`. */
  runs(limit: number): Promise<readonly RecordedRun[]>;
  /** The report as it was recorded; `undefined` for a run that is not there. */
  report(runId: string): Promise<Report | undefined>;
  /** In the report's order; empty for a run that is not there. */
  recommendations(runId: string): Promise<readonly RecordedRecommendation[]>;
  imports(runId: string): Promise<readonly RecordedImport[]>;
  diagnostics(runId: string): Promise<readonly Diagnostic[]>;
}

/** The records of one tenant in a database that `open` connects to with the first call. */
export function recordStore(open: () => Promise<Kysely<Tables>>, tenant: string): RecordStore {
  const query = askDatabase(open, "the database of the records");
  const transact = transactWith(query);
  const read = <T>(work: (db: Kysely<Tables>) => Promise<T>): Promise<T> =>
    query((db) => asTenant(db, tenant, work));
  return {
    recordRun: async (report) => {
      const runId = randomUUID();
      // Outside of the database's errors: a report that breaks its schema is a bug of ours.
      const text = renderJson(report);
      await transact((trx) => insertRun(trx, { tenant, runId, report, text }));
      return { runId };
    },
    latestRun: (terraformDirectory) => read((db) => latestRun(db, tenant, terraformDirectory)),
    runs: (limit) =>
      read(async (db) => {
        const rows = await db
          .selectFrom("runs")
          .selectAll()
          .where("tenant", "=", tenant)
          .orderBy("sequence", "desc")
          .limit(limit)
          .execute();
        return rows.map(recordedRun);
      }),
    report: (runId) => read((db) => readReport(db, { tenant, runId })),
    recommendations: (runId) => read((db) => readRecommendations(db, { tenant, runId })),
    imports: (runId) => read((db) => readImports(db, { tenant, runId })),
    diagnostics: (runId) => read((db) => readDiagnostics(db, { tenant, runId })),
  };
}

/** Which run, and whose. */
interface RunKey {
  readonly tenant: string;
  readonly runId: string;
}

interface Insertion extends RunKey {
  readonly report: Report;
  readonly text: string;
}

async function insertRun(
  trx: Transaction<Tables>,
  { tenant, runId, report, text }: Insertion,
): Promise<void> {
  const owned = <Row>(row: Row): Row & { readonly tenant: string } => ({ ...row, tenant });
  await trx
    .insertInto("runs")
    .values(owned(runRow(runId, report, text)))
    .execute();
  for (const rows of inBatches(resourceRows(runId, report))) {
    await trx.insertInto("resources").values(rows.map(owned)).execute();
  }
  for (const rows of inBatches(recommendationRows(runId, report))) {
    await trx.insertInto("recommendations").values(rows.map(owned)).execute();
  }
  for (const rows of inBatches(importRows(runId, report))) {
    await trx.insertInto("imports").values(rows.map(owned)).execute();
  }
  for (const rows of inBatches(diagnosticRows(runId, report))) {
    await trx.insertInto("diagnostics").values(rows.map(owned)).execute();
  }
}

async function latestRun(
  db: Kysely<Tables>,
  tenant: string,
  directory: string | undefined,
): Promise<RecordedRun | undefined> {
  let newest = db
    .selectFrom("runs")
    .selectAll()
    .where("tenant", "=", tenant)
    .orderBy("sequence", "desc")
    .limit(1);
  if (directory !== undefined) newest = newest.where("terraform_directory", "=", directory);
  const row = await newest.executeTakeFirst();
  return row === undefined ? undefined : recordedRun(row);
}

function recordedRun(row: Selectable<Tables["runs"]>): RecordedRun {
  return {
    id: row.id,
    kind: row.kind,
    recordedAt: row.recorded_at,
    generatedAt: row.generated_at,
    apexVersion: row.apex_version,
    terraformDirectory: row.terraform_directory,
    currency: row.currency,
    savingsList: decimal(row.savings_list),
    savingsNet: decimalOrNull(row.savings_net),
    costBefore: decimalOrNull(row.cost_before),
    costAfter: decimalOrNull(row.cost_after),
  };
}

async function readReport(db: Kysely<Tables>, { tenant, runId }: RunKey): Promise<Report | undefined> {
  const row = await db
    .selectFrom("runs")
    .select("report")
    .where("tenant", "=", tenant)
    .where("id", "=", runId)
    .executeTakeFirst();
  if (row === undefined) return undefined;
  const parsed = reportSchema.safeParse(JSON.parse(row.report));
  if (parsed.success) return parsed.data;
  throw new AdapterError("invalid", `run ${runId} was recorded by an Apex that this one cannot read`, {
    cause: parsed.error,
  });
}

async function readRecommendations(
  db: Kysely<Tables>,
  { tenant, runId }: RunKey,
): Promise<readonly RecordedRecommendation[]> {
  const rows = await db
    .selectFrom("recommendations")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("run_id", "=", runId)
    .orderBy("position")
    .execute();
  return rows.map((row) => ({
    id: row.id,
    rule: row.rule,
    resourceId: row.resource_id,
    address: row.address,
    action: row.action,
    from: row.from_value,
    to: row.to_value,
    status: recordedStatus(row.status),
    reason: row.reason,
    savingsList: decimal(row.savings_list),
    savingsNet: decimalOrNull(row.savings_net),
    currency: row.currency,
  }));
}

/** The table's check allows these three only. */
function recordedStatus(text: string): RecommendationStatus {
  if (text === "applied" || text === "planned") return text;
  return "not-applicable";
}

async function readImports(
  db: Kysely<Tables>,
  { tenant, runId }: RunKey,
): Promise<readonly RecordedImport[]> {
  const rows = await db
    .selectFrom("imports")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("run_id", "=", runId)
    .orderBy("position")
    .execute();
  return rows.map(({ path, kind, sha256, rows: count, points }) => ({
    path,
    kind,
    sha256,
    rows: count === null ? null : Number(count),
    points: points === null ? null : Number(points),
  }));
}

async function readDiagnostics(
  db: Kysely<Tables>,
  { tenant, runId }: RunKey,
): Promise<readonly Diagnostic[]> {
  const rows = await db
    .selectFrom("diagnostics")
    .selectAll()
    .where("tenant", "=", tenant)
    .where("run_id", "=", runId)
    .orderBy("position")
    .execute();
  return rows.map((row) => ({
    severity: recordedSeverity(row.severity),
    code: row.code,
    summary: row.summary,
    ...(row.detail === null ? {} : { detail: row.detail }),
    ...(row.address === null ? {} : { address: row.address }),
    ...(row.file === null
      ? {}
      : { source: { file: row.file, ...(row.line === null ? {} : { line: row.line }) } }),
  }));
}

function recordedSeverity(text: string): Severity {
  return text === "error" || text === "warning" ? text : "info";
}
