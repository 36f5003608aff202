import { monthPeriod, TIER_LIMITS } from "@apex/billing";
import { renderUsageJson, renderUsageTable, usageReport } from "@apex/report";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { monthAt, periodOf, requireMonth } from "./billing-period.ts";
import { limitLines } from "./tier-use.ts";
import { requireTenant, withStore } from "./with-store.ts";

/** Options of `apex billing usage`, as the command line gives them. */
export interface UsageOptions {
  readonly tenant: string;
  readonly month?: string;
  readonly json?: boolean;
}

/** `apex billing usage`: what a tenant's runs and repairs used in a month, what they cost, what was free, and what is not charged. */
export async function runUsage(io: Io, options: UsageOptions): Promise<ExitCode> {
  const present = monthAt(io.now());
  const month = requireMonth(options.month, present);
  const period = periodOf(month);
  const { tenant, usage, reversals, use } = await withStore(io, async (store) => {
    const { billing } = store;
    const found = await requireTenant(store, options.tenant);
    const free = await store.usage.freeRuns(found.id, period);
    const charges = await billing.charges({ tenant: found.id, period });
    const repairs = await billing.modelUsage(found.id, period);
    const report = usageReport({
      tenant: found.id,
      period: monthPeriod(month),
      charges,
      free: free.map(({ runId, target, endedAt, reason }) => ({
        subject: runId,
        target,
        at: endedAt,
        reason,
      })),
      uncharged: repairs.flatMap(({ id, at, model, inputTokens, outputTokens, uncharged }) =>
        uncharged === null
          ? []
          : [{ subject: id, at, model, tokens: inputTokens + outputTokens, reason: uncharged }],
      ),
      cards: await billing.rateCards(),
    });
    const reversals = charges.flatMap(({ id, reversalReason }) =>
      reversalReason === null ? [] : [{ charge: id, reason: reversalReason }],
    );
    // What is used of limits is known of the month that it is.
    return {
      tenant: found,
      usage: report,
      reversals,
      use: month === present ? await store.usage.ofMonth(found.id) : null,
    };
  });
  const limits = TIER_LIMITS[tenant.tier];
  if (options.json === true) {
    const report = JSON.parse(renderUsageJson(usage)) as object;
    io.out(
      `${JSON.stringify({ ...report, reversals, tier: tenant.tier, limits, thisMonth: use }, null, 2)}\n`,
    );
    return EXIT_CODES.done;
  }
  io.out(renderUsageTable(usage, { width: io.width, colour: io.colour }));
  if (reversals.length > 0) io.out("\n");
  for (const { charge, reason } of reversals) {
    io.out(`Taken back: ${printable(charge)}: ${printable(reason)}\n`);
  }
  if (use !== null) io.out(`\n${printable(tenant.name)} has tier ${tenant.tier}\n${limitLines(limits, use)}`);
  return EXIT_CODES.done;
}
