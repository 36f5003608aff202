import { buildInvoice, currencyDigits, type Invoice } from "@apex/billing";
import { AdapterError } from "@apex/core";
import type { Kysely, Transaction } from "kysely";
import { inBatches } from "../records/in-batches.ts";
import type { Tables } from "../records/tables.ts";
import type { KeptCharge } from "./billing-store.ts";
import { readCharges } from "./read-charges.ts";
import { readInvoices } from "./read-invoices.ts";

/** "APX-2026-000001": room for a million a year that sort as text. */
const ORDINAL_DIGITS = 6;

/** What to issue. Times are Unix time in milliseconds; the period's end is not in it. */
export interface Issue {
  readonly tenant: string;
  readonly period: { readonly startMs: number; readonly endMs: number };
  readonly issuedAtMs: number;
}

/**
 * Issues the next invoices of a tenant, one for each currency of its open charges, in a transaction that holds the tenant's billing
 * lock. Charges in a currency that nothing is paid in stay open, and the audit tells of them. A number is counted in the transaction
 * that uses it: when this one is undone, the next gets the same number.
 */
export async function issueInvoices(trx: Transaction<Tables>, issue: Issue): Promise<readonly Invoice[]> {
  const { startMs, endMs } = issue.period;
  if (!(startMs < endMs && Number.isFinite(issue.issuedAtMs))) {
    throw new AdapterError("invalid", "an invoice's period must end after it begins; check its dates");
  }
  const open = await readCharges(trx, {
    tenant: issue.tenant,
    // From the beginning: what came late for an earlier invoice is on this one.
    period: { startMs: 0, endMs },
    isOpen: true,
  });
  const payable = open.filter(({ currency }) => currencyDigits(currency) !== undefined);
  const byCurrency = [...Map.groupBy(payable, ({ currency }) => currency)].toSorted(([a], [b]) =>
    a < b ? -1 : 1,
  );
  const invoices: Invoice[] = [];
  for (const [currency, charges] of byCurrency) {
    invoices.push(...(await issueOne(trx, { ...issue, currency }, charges)));
  }
  return invoices;
}

/** Returns what is kept, so that it is the same whenever it is read again. */
async function issueOne(
  trx: Kysely<Tables>,
  { tenant, period, issuedAtMs, currency }: Issue & { readonly currency: string },
  charges: readonly KeptCharge[],
): Promise<readonly Invoice[]> {
  const series = `APX-${new Date(issuedAtMs).getUTCFullYear()}`;
  const ordinal = await nextOrdinal(trx, series);
  const number = `${series}-${String(ordinal).padStart(ORDINAL_DIGITS, "0")}`;
  const invoice = buildInvoice(
    {
      number,
      tenant,
      currency,
      period: { start: new Date(period.startMs).toISOString(), end: new Date(period.endMs).toISOString() },
      issuedAt: new Date(issuedAtMs).toISOString(),
    },
    charges,
  );
  await trx
    .insertInto("invoices")
    .values({
      tenant,
      number,
      series,
      ordinal,
      currency,
      period_start: new Date(period.startMs),
      period_end: new Date(period.endMs),
      issued_at: new Date(issuedAtMs),
      total: invoice.total,
    })
    .execute();
  await insertLines(trx, invoice);
  return readInvoices(trx, tenant, number);
}

/** The row stays locked until the transaction ends: two invoices of one series are issued one after the other. */
async function nextOrdinal(trx: Kysely<Tables>, series: string): Promise<number> {
  const { last } = await trx
    .insertInto("invoice_series")
    .values({ series, last: 1 })
    .onConflict((conflict) =>
      conflict.column("series").doUpdateSet((update) => ({ last: update("invoice_series.last", "+", 1) })),
    )
    .returning("last")
    .executeTakeFirstOrThrow();
  return last;
}

async function insertLines(trx: Kysely<Tables>, { tenant, number, lines }: Invoice): Promise<void> {
  const rows = lines.map(({ charges: _charges, rateCard, isCorrection, ...line }, position) => ({
    ...line,
    tenant,
    number,
    position,
    rate_card: rateCard,
    is_correction: isCorrection,
  }));
  for (const batch of inBatches(rows)) await trx.insertInto("invoice_lines").values(batch).execute();
  const links = lines.flatMap(({ charges }, position) =>
    charges.map((id) => ({ tenant, charge_id: id, number, position })),
  );
  for (const batch of inBatches(links)) await trx.insertInto("invoice_charges").values(batch).execute();
}
