import { AdapterError, type Cancellation, type Collected, type CollectionPart } from "@apex/core";
import { z } from "zod";
import { partKey } from "../live/part-key.ts";
import { type BigQueryJob, estimateQuery, runQuery } from "./bigquery.ts";
import { BILLING_COLUMNS, type BillingLayout, billingSql, type BillingTable } from "./billing-query.ts";
import { type BilledMonth, costRowsOf, monthsOf } from "./billing-rows.ts";
import { GCP_CALLS } from "./calls.ts";
import { collectedDiagnostic, type GcpSession } from "./gcp-session.ts";
import { unreadable } from "./rest.ts";

const GIB = 1024 ** 3;

/** BigQuery's on-demand price of a TiB read, in US dollars, for what is shown. Source: BigQuery pricing, us multi-region. */
const USD_PER_TIB = 6.25;

/** What of the bill is read. */
export interface BillingScope {
  readonly table: BillingTable;
  readonly startMs: number;
  readonly endMs: number;
  /** What one month's query may read: reading is billed. */
  readonly queryGibMax: number;
}

/** The bill, a month a part: a month is replaced as a whole. */
export function billingParts(session: GcpSession, scope: BillingScope): readonly CollectionPart[] {
  const { table } = scope;
  const name = `${table.project}.${table.dataset}.${table.table}`;
  return monthsOf(scope.startMs, scope.endMs).map((month) => ({
    key: partKey("gcp", "billing", name, month.month),
    title: `bill of ${month.month.slice(0, 4)}-${month.month.slice(4)} from ${name}`,
    collect: (signal) => collectMonth(session, { scope, month }, signal),
  }));
}

async function* collectMonth(
  session: GcpSession,
  { scope, month }: { readonly scope: BillingScope; readonly month: BilledMonth },
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const { table, queryGibMax } = scope;
  const layout = await layoutOf(session, table, signal);
  const job: BigQueryJob = {
    project: table.project,
    location: layout.location,
    sql: billingSql(table, layout),
    parameters: { month: month.month },
    bytesMax: Math.min(Math.floor(queryGibMax * GIB), Number.MAX_SAFE_INTEGER),
  };
  const { bytes } = await estimateQuery(session.rest, job, signal);
  if (bytes > job.bytesMax) throw tooMuch(bytes, scope, month);
  let rows = 0;
  let unreadableRows = 0;
  let isNewModel = false;
  for await (const page of runQuery(session.rest, job, signal)) {
    const decoded = page.map((row) => costRowsOf(row, month));
    const read = decoded.flatMap((some) => some ?? []);
    unreadableRows += decoded.filter((some) => some === undefined).length;
    isNewModel ||= page.some((row) => (row["new_model_lines"] ?? "0") !== "0");
    rows += read.length;
    if (read.length > 0) yield { kind: "cost", rows: read };
  }
  yield* remarks({ layout, month, bytes, rows, unreadableRows, isNewModel });
}

interface MonthRead {
  readonly layout: BillingLayout;
  readonly month: BilledMonth;
  readonly bytes: number;
  readonly rows: number;
  readonly unreadableRows: number;
  readonly isNewModel: boolean;
}

function* remarks(read: MonthRead): Generator<Collected> {
  const { layout, month, bytes, rows, unreadableRows, isNewModel } = read;
  yield collectedDiagnostic({
    severity: "info",
    code: "gcp-bill-read",
    summary: `The bill of ${month.month} has ${rows} rows by day, resource and SKU; reading it scanned ${gib(bytes)} GiB, about ${dollars(bytes)} at BigQuery's list price`,
    detail: "Fees of commitments are spread over what they offset, in proportion to the credits.",
  });
  if (!layout.columns.has("resource")) {
    yield collectedDiagnostic({
      severity: "warning",
      code: "gcp-bill-without-resources",
      summary: "The table is the standard export, which names no resources: costs cannot be joined with them",
      detail: "Enable the detailed usage cost export and give its table, gcp_billing_export_resource_v1_….",
    });
  }
  if (isNewModel) {
    yield collectedDiagnostic({
      severity: "warning",
      code: "gcp-bill-new-commitments",
      summary: `In ${month.month} commitments price the usage itself, so how much of it they cover is not known, and net savings are not stated`,
    });
  }
  if (unreadableRows > 0) {
    yield collectedDiagnostic({
      severity: "warning",
      code: "gcp-bill-rows-unreadable",
      summary: `${unreadableRows} rows of the bill of ${month.month} lack an amount, a day, an account or a currency and are left out`,
    });
  }
}

const Table = z.object({
  location: z.string().optional(),
  schema: z.object({ fields: z.array(z.object({ name: z.string() })).default([]) }).optional(),
  timePartitioning: z.object({ field: z.string().optional() }).optional(),
});

async function layoutOf(
  session: GcpSession,
  { project, dataset, table }: BillingTable,
  signal: Cancellation,
): Promise<BillingLayout> {
  const call = GCP_CALLS.billingTable;
  const path = `/bigquery/v2/projects/${encodeURIComponent(project)}/datasets/${dataset}/tables/${table}`;
  const { success, data } = Table.safeParse(await session.rest.json({ call, project, path }, signal));
  if (!success) throw unreadable({ call, project });
  const columns = new Set((data.schema?.fields ?? []).map(({ name }) => name));
  const missing = BILLING_COLUMNS.filter((name) => !columns.has(name));
  if (missing.length > 0) {
    throw new AdapterError(
      "invalid",
      `${project}.${dataset}.${table} is no billing export: it has no column ${missing.join(", ")}. Give the table of the detailed usage cost export, gcp_billing_export_resource_v1_…`,
    );
  }
  const isPartitioned = data.timePartitioning !== undefined && data.timePartitioning.field === undefined;
  return { location: data.location, columns, isPartitioned };
}

function tooMuch(bytes: number, { queryGibMax }: BillingScope, { month }: BilledMonth): AdapterError {
  return new AdapterError(
    "invalid",
    `the query of the bill of ${month} would scan ${gib(bytes)} GiB, about ${dollars(bytes)}, more than the ${queryGibMax} GiB that it may: raise --billing-max-gib if that is all right`,
  );
}

function gib(bytes: number): string {
  return (bytes / GIB).toFixed(1);
}

function dollars(bytes: number): string {
  return `$${((bytes / GIB / 1024) * USD_PER_TIB).toFixed(2)}`;
}
