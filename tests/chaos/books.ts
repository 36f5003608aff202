/** All that the database knows of the runs and their money, read by SQL of the test's own and not through the product. */
import pg from "pg";

type Row<Columns extends string> = Readonly<Record<Columns, string>>;

/** Rows as texts, so that no digit is lost; what is null is absent. */
export interface Books {
  readonly campaigns: readonly (Row<"tenant" | "id" | "name" | "state" | "budget"> & {
    readonly stop_reason?: string;
  })[];
  readonly members: readonly Row<"tenant" | "campaign_id" | "run_id">[];
  readonly runs: readonly (Row<"tenant" | "id" | "campaign_id" | "state" | "attempt" | "cap"> & {
    readonly verdict?: string;
    readonly reason?: string;
    readonly free_reason?: string;
  })[];
  /** With the processor time that each had used when it ended. */
  readonly attempts: readonly (Row<
    "tenant" | "run_id" | "attempt" | "campaign_id" | "sandbox_run_id" | "cpu_ns"
  > & {
    readonly ending?: string;
  })[];
  /** In their order. */
  readonly readings: readonly Row<
    | "tenant"
    | "run_id"
    | "attempt"
    | "monotonic_ms"
    | "boot_id"
    | "cpu_ns"
    | "memory_reserved_byte_ms"
    | "gpu_ms"
    | "network_bytes"
    | "block_bytes"
  >[];
  readonly charges: readonly (Row<"tenant" | "id" | "subject" | "kind" | "amount"> & {
    readonly attempt?: string;
  })[];
  readonly entries: readonly Row<"tenant" | "charge_id" | "amount">[];
  readonly invoices: readonly Row<"tenant" | "number" | "series" | "ordinal" | "total">[];
  readonly lines: readonly Row<"tenant" | "number" | "exact" | "amount">[];
  readonly invoiced: readonly Row<"tenant" | "charge_id" | "number">[];
  readonly outbox: readonly Row<"tenant" | "key">[];
}

const QUERIES: Readonly<Record<keyof Books, string>> = {
  campaigns:
    "SELECT tenant, id, name, state, coalesce(budget, quote) AS budget, stop_reason FROM apex.campaigns",
  members: "SELECT tenant, campaign_id, run_id FROM apex.campaign_runs",
  runs: `SELECT tenant, id, campaign_id, state, attempt, cap, verdict, reason, free_reason
    FROM apex.validation_runs`,
  attempts: `SELECT tenant, run_id, attempt, campaign_id, sandbox_run_id, cpu_ns, ending FROM apex.run_attempts`,
  readings: `SELECT tenant, run_id, attempt, monotonic_ms, boot_id, cpu_ns, memory_reserved_byte_ms, gpu_ms,
    network_bytes, block_bytes FROM apex.readings ORDER BY tenant, run_id, attempt, seq`,
  charges: "SELECT tenant, id, subject, kind, amount, attempt FROM apex.charges",
  entries: "SELECT tenant, charge_id, amount FROM apex.entries",
  invoices: "SELECT tenant, number, series, ordinal, total FROM apex.invoices",
  lines: "SELECT tenant, number, exact, amount FROM apex.invoice_lines",
  invoiced: "SELECT tenant, charge_id, number FROM apex.invoice_charges",
  outbox: "SELECT tenant, key FROM apex.outbox",
};

/** Every column as text, none where it is null. */
function texts(row: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  const filled = Object.entries(row).filter(([, value]) => value !== null);
  return Object.fromEntries(filled.map(([key, value]) => [key, String(value)]));
}

/** One snapshot of everything. */
export async function readBooks(url: string): Promise<Books> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    const read: Record<string, readonly unknown[]> = {};
    for (const [name, query] of Object.entries(QUERIES)) {
      read[name] = (await client.query<Record<string, unknown>>(query)).rows.map(texts);
    }
    return read as unknown as Books;
  } finally {
    await client.end();
  }
}
