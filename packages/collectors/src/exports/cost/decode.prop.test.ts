import { parseDecimal } from "@apex/core";
import fc from "fast-check";
import { expect, it } from "vitest";
import { RepairLog } from "../repair-log.ts";
import { CellReader } from "./cell-reader.ts";
import type { CostRepairCode } from "./cost-repair.ts";
import { CUR_COLUMNS, decodeCurRow } from "./decode-cur.ts";
import { decodeFocusRow } from "./decode-focus.ts";
import { FOCUS_COLUMNS } from "./layout.ts";

/** Cells as bills hold them, and as they should not. */
const cell = fc.oneof(
  fc.constantFrom(
    null,
    "NULL",
    "Usage",
    "usage",
    "DiscountedUsage",
    "SavingsPlanRecurringFee",
    "RIFee",
    "USD",
    "usd",
  ),
  fc.constantFrom(
    "2026-10-01T00:00:00Z",
    "2026-10-02 00:00:00",
    "2026-13-45",
    '{"a":"b"}',
    '{"__proto__":1}',
    "[]",
    "{",
  ),
  fc.double().map(String),
  fc.string(),
);

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

it.each([
  ["FOCUS", FOCUS_COLUMNS, (cells: CellReader) => decodeFocusRow(cells)],
  ["CUR", CUR_COLUMNS, (cells: CellReader) => decodeCurRow(cells, [])],
] as const)(
  "any row of %s is decoded to exact numbers and instants or refused with a reason",
  (_name, columns, decode) => {
    let decoded = 0;
    fc.assert(
      fc.property(
        fc.array(cell, { minLength: columns.length, maxLength: columns.length }),
        fc.boolean(),
        (values, sound) => {
          const positions = new Map<string, number>(columns.map((column, index) => [column, index]));
          const required: Readonly<Record<string, string>> = {
            BilledCost: "1.5",
            ChargeCategory: "Usage",
            ChargePeriodStart: "2026-10-01T00:00:00Z",
            ChargePeriodEnd: "2026-10-02T00:00:00Z",
            BillingCurrency: "USD",
            EffectiveCost: "1",
            BillingAccountId: "1",
            ProviderName: "AWS",
            line_item_unblended_cost: "5.2E-9",
            line_item_line_item_type: "Usage",
            line_item_usage_start_date: "2026-10-01T00:00:00Z",
            line_item_usage_end_date: "2026-10-01T01:00:00Z",
            line_item_currency_code: "USD",
            bill_payer_account_id: "1",
          };
          // Random cells alone would hardly ever make a row that passes.
          const row = columns.map(
            (column, index) => (sound ? (required[column] ?? values[index]) : values[index]) ?? null,
          );
          const cells = new CellReader(positions, new RepairLog<CostRepairCode>());
          cells.at(row, 0);
          const outcome = decode(cells);
          if (outcome.kind === "row") decoded += 1;
          const reason = outcome.kind === "refused" ? outcome.reason : "decoded";
          expect(reason).not.toBe("");
          const numbers =
            outcome.kind === "row"
              ? [outcome.row.BilledCost, outcome.row.EffectiveCost, outcome.row.ListCost ?? "0"]
              : [];
          for (const number of numbers) expect(parseDecimal(number)).toBe(number);
          const instants =
            outcome.kind === "row" ? [outcome.row.ChargePeriodStart, outcome.row.BillingPeriodEnd] : [];
          for (const instant of instants) expect(instant).toMatch(INSTANT);
        },
      ),
      { numRuns: 300 },
    );
    expect(decoded).toBeGreaterThan(20);
  },
);
