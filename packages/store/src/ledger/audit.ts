import { currencyDigits } from "@apex/billing";
import { compareDecimals, decimal, multiply, roundDecimal, subtract, sumDecimals } from "@apex/core";
import { type Kysely, sql } from "kysely";
import type { Tables } from "../records/tables.ts";
import type { LedgerAudit } from "./billing-store.ts";
import { FAULTS } from "./ledger-faults.ts";

/** Of one kind: whoever has so many has to look at the database anyway. */
const PROBLEMS_MAX = 100;

/** Recomputes the books from all rows, as of one instant. */
export function auditLedger(db: Kysely<Tables>): Promise<LedgerAudit> {
  return db
    .transaction()
    .setIsolationLevel("repeatable read")
    .setAccessMode("read only")
    .execute(auditWithin);
}

/** The audit of what a transaction sees. */
export async function auditWithin(trx: Kysely<Tables>): Promise<LedgerAudit> {
  const { charges } = await trx
    .selectFrom("charges")
    .select(trx.fn.countAll<string>().as("charges"))
    .executeTakeFirstOrThrow();
  const sum = await trx
    .selectFrom("entries")
    .select(sql<string>`coalesce(sum(amount), 0)`.as("balance"))
    .executeTakeFirstOrThrow();
  const balance = decimal(sum.balance);
  const problems = balance === "0" ? [] : [`The entries sum up to ${balance}, not to 0.`];
  for (const fault of FAULTS) {
    const { rows } = await sql<{ readonly problem: string }>`
      SELECT problem FROM (${fault}) AS fault ORDER BY problem LIMIT ${PROBLEMS_MAX}`.execute(trx);
    problems.push(...rows.map(({ problem }) => problem));
  }
  problems.push(...(await unpayableProblems(trx)), ...(await roundingProblems(trx)));
  return { charges: Number(charges), balance, problems };
}

/** What is owed in currencies that no invoice can be in. */
async function unpayableProblems(trx: Kysely<Tables>): Promise<readonly string[]> {
  const owed = await trx
    .selectFrom("charges")
    .select(["tenant", "currency", sql<string>`sum(amount)`.as("amount")])
    .groupBy(["tenant", "currency"])
    .having(sql<boolean>`sum(amount) <> 0`)
    .orderBy("tenant")
    .orderBy("currency")
    .execute();
  return owed
    .filter(({ currency }) => currencyDigits(currency) === undefined)
    .slice(0, PROBLEMS_MAX)
    .map(
      ({ tenant, currency, amount }) =>
        `${decimal(amount)} ${currency} are charged to ${tenant}, and no invoice can have them: nothing is paid in ${currency}. Take them back.`,
    );
}

/** Totals that are not the exact sum rounded once, and lines that moved by a whole unit: the database rounds halves another way. */
async function roundingProblems(trx: Kysely<Tables>): Promise<readonly string[]> {
  const lines = await trx
    .selectFrom("invoices")
    .leftJoin("invoice_lines as line", (join) =>
      join.onRef("line.tenant", "=", "invoices.tenant").onRef("line.number", "=", "invoices.number"),
    )
    .select(["invoices.number", "currency", "total", "exact", "amount"])
    .orderBy("invoices.number")
    .execute();
  const problems: string[] = [];
  for (const [number, ofInvoice] of Map.groupBy(lines, (line) => line.number)) {
    const [{ total, currency } = { total: "0", currency: "" }] = ofInvoice;
    const digits = currencyDigits(currency);
    const exact = sumDecimals(ofInvoice.map((line) => decimal(line.exact ?? "0")));
    const paid = sumDecimals(ofInvoice.map((line) => decimal(line.amount ?? "0")));
    if (digits === undefined) {
      problems.push(`The invoice ${number} is in ${currency}, whose digits are not known.`);
      continue;
    }
    if (compareDecimals(paid, decimal(total)) !== 0 || roundDecimal(exact, digits) !== total) {
      problems.push(`The invoice ${number} is of ${total}: its lines are ${paid}, its charges ${exact}.`);
    }
    if (ofInvoice.some((line) => hasMovedByAUnit(line, digits))) {
      problems.push(`A line of the invoice ${number} is a whole unit away from its charges.`);
    }
  }
  return problems.slice(0, PROBLEMS_MAX);
}

function hasMovedByAUnit(
  { exact, amount }: { readonly exact: string | null; readonly amount: string | null },
  digits: number,
): boolean {
  const moved = subtract(decimal(amount ?? "0"), decimal(exact ?? "0"));
  const unit = decimal(`1e-${digits}`);
  return compareDecimals(multiply(moved, moved), multiply(unit, unit)) >= 0;
}
