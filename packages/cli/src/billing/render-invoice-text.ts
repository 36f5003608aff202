import { currencyDigits } from "@apex/billing";
import { compareDecimals, decimal, formatMoney, subtract } from "@apex/core";
import { countSubjects, type invoiceDocument } from "@apex/report";
import { printable } from "../printable.ts";
import { textTable } from "./text-table.ts";

const ZERO = decimal(0);

/** An invoice with all that is printed on it. */
export type InvoiceDocument = ReturnType<typeof invoiceDocument>;

/** An invoice for a terminal: its lines, exact and rounded, and what is to be paid. */
export function renderInvoiceText(document: InvoiceDocument): string {
  const { number, buyer, tenant, period, currency, lines, exactTotal, total, annex, terms } = document;
  const rows = lines.map(({ description, rateCard, quantity, unit, exact, amount }) => [
    description,
    rateCard,
    `${quantity} ${unit}`,
    exact,
    amount,
  ]);
  const head = ["for", "rates"].map((heading) => ({ heading }));
  const numbers = ["quantity", "exact", currency].map((heading) => ({ heading, align: "right" as const }));
  const isCredit = compareDecimals(total, ZERO) < 0;
  const sum = { amount: isCredit ? subtract(ZERO, total) : total, currency };
  const late = annex.filter(({ isLate }) => isLate).length;
  const corrected = annex.filter(({ isCorrection }) => isCorrection).length;
  return [
    `${number} to ${printable(buyer.name)} (${tenant}), ${period.start} until before ${period.end}\n`,
    textTable([...head, ...numbers], [...rows, ["total", "", "", exactTotal, total]]),
    `${formatMoney(sum, currencyDigits(currency))} to be paid${isCredit ? " back" : ""}, for ${countSubjects(annex)}`,
    late === 0 ? "" : `, ${late} of them from before the period`,
    corrected === 0 ? "" : `, ${corrected} of them taken back from earlier invoices`,
    ".\n",
    ...terms.map((term) => `${printable(term)}\n`),
  ].join("");
}
