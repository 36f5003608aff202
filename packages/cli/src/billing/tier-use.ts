import type { TierLimits } from "@apex/billing";
import { type Decimal, roundDecimal } from "@apex/core";
import { textTable } from "./text-table.ts";

/** What of a tier's limits is used. */
export interface TierUse {
  readonly runsRunning: number;
  readonly runsBegun: number;
  readonly vcpuHours: Decimal;
}

const NO_LIMIT = "no limit";

/** A tier's limits and what of them is used this month, for people. */
export function limitLines(limits: TierLimits, use: TierUse): string {
  const of = (limit: number | null): string => (limit === null ? NO_LIMIT : limit.toLocaleString("en-US"));
  const rows = [
    ["runs at a time", use.runsRunning.toLocaleString("en-US"), of(limits.concurrentRuns)],
    ["runs this month", use.runsBegun.toLocaleString("en-US"), of(limits.runsPerMonth)],
    ["vCPU-hours this month", roundDecimal(use.vcpuHours, 2), of(limits.vcpuHoursPerMonth)],
    ["days of history", "", of(limits.historyDays)],
  ];
  return textTable(
    [{ heading: "" }, { heading: "used", align: "right" }, { heading: "limit", align: "right" }],
    rows,
  );
}
