import { createHash } from "node:crypto";
import type { CostRow } from "@apex/core";
import type { MergedChange, SavingsInput } from "../savings-input.ts";
import { proveSavings, type SavingsOutcome } from "../savings-proof.ts";
import { days, type UsageOfDay, usageRow } from "./bill.ts";

/** What is changed to what, and what an hour costs. */
export const LARGE: UsageOfDay = { sku: "m5.xlarge", price: "0.192" };
export const SMALL: UsageOfDay = { sku: "m5.large", price: "0.096" };
export const RESIZE: MergedChange = {
  id: "val-1",
  address: "aws_instance.web",
  mergedAt: "2026-08-20T15:30:00Z",
  from: "m5.xlarge",
  to: "m5.large",
  rule: "ec2-resize",
};
/** Before the merge, the day of it, and two months after. */
export const BEFORE = days("2026-07-01", "2026-08-20", LARGE);
export const MERGE_DAY = usageRow("2026-08-20T00:00:00Z", "2026-08-21T00:00:00Z", LARGE);
export const AFTER = days("2026-08-21", "2026-10-01", SMALL);

export function input(rows: readonly CostRow[], more: Partial<SavingsInput> = {}): SavingsInput {
  return {
    tenant: "acme",
    resourceId: "i-1",
    unit: "Hours",
    rows,
    changes: [RESIZE],
    baselineDays: 28,
    until: "2026-09",
    ...more,
  };
}

export function prove(of: SavingsInput, earlier: readonly string[] = []): SavingsOutcome {
  return proveSavings(of, { digest: (text) => createHash("sha256").update(text).digest("hex"), earlier });
}

export function savingsOf(outcome: SavingsOutcome): readonly (readonly string[])[] {
  return outcome.proofs.map(({ month, savings, fee }) => [month, savings, fee]);
}
