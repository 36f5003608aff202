import type { Invoice, InvoiceLine } from "@apex/billing";
import { type Decimal, decimal, roundDecimal } from "@apex/core";
import { type Kysely, type Selectable, sql } from "kysely";
import type { Tables } from "../records/tables.ts";

/** Invoices as they were issued, in the order of their numbers; those of `tenant`, or one of them. */
export async function readInvoices(
  db: Kysely<Tables>,
  tenant: string,
  number?: string,
): Promise<readonly Invoice[]> {
  const ofNumber = number === undefined ? sql<boolean>`true` : sql<boolean>`number = ${number}`;
  const heads = await db
    .selectFrom("invoices")
    .selectAll()
    .where("tenant", "=", tenant)
    .where(ofNumber)
    .orderBy("series")
    .orderBy("ordinal")
    .execute();
  const lines = await db
    .selectFrom("invoice_lines")
    .selectAll()
    .where("tenant", "=", tenant)
    .where(ofNumber)
    .orderBy("position")
    .execute();
  const charges = await db
    .selectFrom("invoice_charges")
    .innerJoin("charges", (join) =>
      join
        .onRef("charges.tenant", "=", "invoice_charges.tenant")
        .onRef("charges.id", "=", "invoice_charges.charge_id"),
    )
    .select(["number", "position", "charge_id as id"])
    .where("invoice_charges.tenant", "=", tenant)
    .where(ofNumber)
    .orderBy("usage_to")
    .orderBy(sql`charges.id COLLATE "C"`)
    .execute();
  const linesOf = Map.groupBy(lines, (line) => line.number);
  const chargesOf = Map.groupBy(charges, (charge) => `${charge.number}/${charge.position}`);
  return heads.map((head) =>
    invoiceOf(
      head,
      (linesOf.get(head.number) ?? []).map((line) =>
        lineOf(
          line,
          (chargesOf.get(`${line.number}/${line.position}`) ?? []).map(({ id }) => id),
        ),
      ),
    ),
  );
}

function invoiceOf(head: Selectable<Tables["invoices"]>, lines: readonly InvoiceLine[]): Invoice {
  return {
    number: head.number,
    tenant: head.tenant,
    currency: head.currency,
    period: { start: head.period_start.toISOString(), end: head.period_end.toISOString() },
    issuedAt: head.issued_at.toISOString(),
    lines,
    total: printed(head.total),
  };
}

function lineOf(line: Selectable<Tables["invoice_lines"]>, charges: readonly string[]): InvoiceLine {
  return {
    kind: line.kind,
    rateCard: line.rate_card,
    unit: line.unit,
    isCorrection: line.is_correction,
    quantity: decimal(line.quantity),
    exact: decimal(line.exact),
    amount: printed(line.amount),
    charges,
  };
}

/** An amount with the digits that it was issued with: "4.70". */
function printed(amount: string): Decimal {
  return roundDecimal(decimal(amount), amount.split(".")[1]?.length ?? 0);
}
