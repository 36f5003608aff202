import type { CostRow } from "@apex/core";

/** Whose bill a row is in. */
export interface BillAccount {
  /** "AWS" */
  readonly provider: string;
  readonly billingAccountId: string;
  /** `null` where the bill has none. */
  readonly subAccountId: string | null;
}

/** The account of a row. */
export function accountOf({ ProviderName, BillingAccountId, SubAccountId }: CostRow): BillAccount {
  return { provider: ProviderName, billingAccountId: BillingAccountId, subAccountId: SubAccountId };
}

/** What an account is known by among others: the same text for the same account. */
export function accountKey({ provider, billingAccountId, subAccountId }: BillAccount): string {
  return [provider, billingAccountId, subAccountId ?? ""].join("\n");
}

/** Every account once, in one order. */
export function distinctAccounts(accounts: readonly BillAccount[]): readonly BillAccount[] {
  const byKey = new Map(accounts.map((account) => [accountKey(account), account]));
  return [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, account]) => account);
}
