import { compareDecimals, decimal, parseDecimal, sumDecimals } from "@apex/core";
import type { Invoice } from "../invoice.ts";
import type { FocusRow } from "./focus-row.ts";
import { FORMAT_RULES, type RowRule, VALUE_RULES } from "./focus-row-rules.ts";

/** A rule that an export does not keep. */
export interface FocusViolation {
  /** FOCUS's own name of it ("ListCost-C-009-C"), or one of ours ("x_Reconciliation-…"). */
  readonly rule: string;
  /** Position of the row from 0; `null` for what several rows break together. */
  readonly row: number | null;
  /** A whole sentence that begins with the rule. */
  readonly message: string;
}

function brokenBy(row: FocusRow, index: number, rules: readonly RowRule[]): readonly FocusViolation[] {
  const name = row.x_ChargeId === null ? "" : ` (${row.x_ChargeId})`;
  return rules.flatMap(({ rule, problem }) => {
    const what = problem(row);
    return what === undefined
      ? []
      : [{ rule, row: index, message: `${rule}: Row ${index + 1}${name}: ${what}` }];
  });
}

/** Values of `key` whose rows have more than one of `value`. */
function manyOf(rows: readonly FocusRow[], key: keyof FocusRow, value: keyof FocusRow): readonly string[] {
  const values = Map.groupBy(
    rows.filter((row) => row[key] !== null),
    (row) => row[key] ?? "",
  );
  return [...values].filter(([, of]) => new Set(of.map((row) => row[value])).size > 1).map(([name]) => name);
}

/** What is said of several rows: one price of one SKU, one service of one category. */
function relationViolations(rows: readonly FocusRow[]): readonly FocusViolation[] {
  const relations = [
    ["ServiceName-C-005-C", "ServiceName", "ServiceCategory"],
    ["ServiceName-C-008-C", "ServiceName", "ServiceSubcategory"],
    ["SkuPriceId-C-008-M", "SkuPriceId", "SkuId"],
    ["SkuPriceId-C-014-C", "SkuPriceId", "ListUnitPrice"],
    ["InvoiceId-C-007-C", "InvoiceId", "BillingAccountId"],
    ["BillingCurrency-C-005-M", "InvoiceId", "BillingCurrency"],
  ] as const;
  return relations.flatMap(([rule, key, value]) =>
    manyOf(rows, key, value).map((name) => ({
      rule,
      row: null,
      message: `${rule}: ${key} ${name} has more than one ${value}.`,
    })),
  );
}

/** FOCUS's own rule on the sum, and ours on what it cannot see: a charge that is there twice, or lost. */
function invoiceViolations(
  rows: readonly FocusRow[],
  invoices: readonly Invoice[],
): readonly FocusViolation[] {
  const violations: FocusViolation[] = [];
  const found = (rule: string, message: string): void => {
    violations.push({ rule, row: null, message: `${rule}: ${message}` });
  };
  const byInvoice = Map.groupBy(rows, ({ InvoiceId }) => InvoiceId ?? "");
  for (const { number, total, lines } of invoices) {
    const own = byInvoice.get(number) ?? [];
    const billed = sumDecimals(own.map(({ BilledCost }) => parseDecimal(BilledCost ?? "") ?? decimal(0)));
    if (compareDecimals(billed, total) !== 0) {
      found("BilledCost-C-007-M", `The rows of invoice ${number} sum up to ${billed}, and it is ${total}.`);
    }
    const charges = new Set(own.flatMap(({ x_ChargeId }) => x_ChargeId ?? []));
    const lost = lines.flatMap((line) => line.charges).filter((id) => !charges.has(id));
    if (lost.length > 0) {
      found("x_Reconciliation-ChargeMissing", `Invoice ${number} has no row of ${lost.join(", ")}.`);
    }
  }
  const numbers = new Set(invoices.map(({ number }) => number));
  for (const number of byInvoice.keys()) {
    if (number !== "" && !numbers.has(number)) {
      found("InvoiceId-C-004-C", `There is no invoice ${number}.`);
    }
  }
  const byCharge = Map.groupBy(
    rows.filter(({ x_ChargeId }) => x_ChargeId !== null),
    ({ x_ChargeId }) => x_ChargeId ?? "",
  );
  for (const [id, of] of byCharge) {
    if (of.length > 1) found("x_Reconciliation-ChargeTwice", `The charge ${id} has ${of.length} rows.`);
  }
  return violations;
}

/** Charges of issued invoices whose rows do not say so. */
function unplacedViolations(
  rows: readonly FocusRow[],
  invoices: readonly Invoice[],
): readonly FocusViolation[] {
  const invoiced = new Map(
    invoices.flatMap(({ number, lines }) =>
      lines.flatMap(({ charges }) => charges.map((id) => [id, number] as const)),
    ),
  );
  return rows.flatMap((row, index) => {
    const number = invoiced.get(row.x_ChargeId ?? "");
    if (number === undefined || row.InvoiceId === number) return [];
    const rule = "InvoiceId-C-005-C";
    const message = `${rule}: Row ${index + 1} (${row.x_ChargeId}) is on invoice ${number} and says ${row.InvoiceId}.`;
    return [{ rule, row: index, message }];
  });
}

/**
 * Which of FOCUS 1.2's MUST rules an export breaks, of those that a machine can check and that apply to its columns, and whether it
 * agrees with the invoices. Empty: it may be written.
 */
export function focusViolations(
  rows: readonly FocusRow[],
  invoices: readonly Invoice[],
): readonly FocusViolation[] {
  const ofRows = rows.flatMap((row, index) => {
    const broken = brokenBy(row, index, FORMAT_RULES);
    return broken.length > 0 ? broken : brokenBy(row, index, VALUE_RULES);
  });
  return [
    ...ofRows,
    ...relationViolations(rows),
    ...invoiceViolations(rows, invoices),
    ...unplacedViolations(rows, invoices),
  ];
}
