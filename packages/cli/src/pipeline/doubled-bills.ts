import type { Diagnostic } from "@apex/core";
import type { BilledAccount, BillingPeriod, BillName, StoredCosts } from "@apex/store";

/** Bills that would be counted twice, and what is said of them. */
export interface DoubledBills {
  readonly bills: readonly BillName[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The bills of a collection whose charges another of its bills has too. Cost Explorer tells a member account its own costs and
 * not who pays for it, so that they lie beside an export of the paying account: that one counts, for it tells more.
 */
export async function doubledBills(
  costs: StoredCosts,
  periods: readonly BillingPeriod[],
): Promise<DoubledBills> {
  const months = Map.groupBy(periods, monthOf);
  // Accounts are in the rows: they are only looked for where there is a choice.
  if ([...months.values()].every((bills) => bills.length < 2)) return { bills: [], diagnostics: [] };
  const byMonth = Map.groupBy(await costs.accounts(), monthOf);
  const doubled = [...byMonth.values()].flatMap(doubledOfMonth);
  return { bills: doubled.map(({ bill }) => bill), diagnostics: told(doubled) };
}

function monthOf({ providerName, billingPeriodStart }: BillName): string {
  return JSON.stringify([providerName, billingPeriodStart]);
}

interface Doubled {
  readonly bill: BillName;
  readonly payer: string;
}

function doubledOfMonth(accounts: readonly BilledAccount[]): readonly Doubled[] {
  const bills = Map.groupBy(accounts, ({ billingAccountId }) => billingAccountId);
  return [...bills].flatMap(([own, parts]) => {
    const [first] = parts;
    const isOwn = parts.every(({ subAccountId }) => subAccountId === null || subAccountId === own);
    if (first === undefined || !isOwn) return [];
    const payer = accounts.find(
      (other) =>
        other.billingAccountId !== own &&
        other.subAccountId === own &&
        // An account that changed hands within the month has days of either.
        parts.some(({ start, end }) => start < other.end && other.start < end),
    );
    return payer === undefined ? [] : [{ bill: first, payer: payer.billingAccountId }];
  });
}

function told(doubled: readonly Doubled[]): readonly Diagnostic[] {
  const pairs = Map.groupBy(doubled, ({ bill, payer }) => JSON.stringify([bill.billingAccountId, payer]));
  return [...pairs].map(([pair, same]): Diagnostic => {
    const [account, payer] = JSON.parse(pair) as readonly [string, string];
    const months = same.map(({ bill }) => bill.billingPeriodStart.slice(0, "2026-11".length));
    return {
      severity: "info",
      code: "bill-counted-once",
      summary: `The bill of account ${account} for ${months.join(", ")} was left out: that of ${payer}, which pays for it, has its costs too`,
    };
  });
}
