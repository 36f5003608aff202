import type { CostRow, Diagnostic } from "@apex/core";

/** Bills named in one diagnostic. */
const NAMED_MAX = 10;

/** What a row tells of the delivery that it came with. */
export type DeliveredMonth = Pick<CostRow, "BillingPeriodStart" | "ProviderName" | "BillingAccountId">;

/** Notes which file delivers which month of which account, to say where several do. */
export class Deliveries {
  private readonly files = new Map<string, Set<string>>();
  private lastKey = "";
  private lastFile = "";

  /** Notes the months of these rows. */
  add(file: string, rows: readonly DeliveredMonth[]): void {
    for (const row of rows) {
      const key = `${row.BillingPeriodStart.slice(0, 7)} of ${row.ProviderName} account ${row.BillingAccountId}`;
      // Rows of one month follow each other.
      if (key === this.lastKey && file === this.lastFile) continue;
      this.lastKey = key;
      this.lastFile = file;
      const files = this.files.get(key) ?? new Set<string>();
      this.files.set(key, files.add(file));
    }
  }

  /** One remark per set of files that share a month. */
  diagnostics(): readonly Diagnostic[] {
    const shared = new Map<string, string[]>();
    for (const [month, files] of this.files) {
      if (files.size < 2) continue;
      const names = [...files].join(", ");
      shared.set(names, [...(shared.get(names) ?? []), month]);
    }
    return [...shared].map(([names, months]) => ({
      severity: "warning",
      code: "month-in-several-files",
      summary: `Several files hold rows of ${months.slice(0, NAMED_MAX).join("; ")}; they are added up`,
      detail: `The files are ${names}. Parts of one delivery belong together; of two deliveries of a month give only the newer.`,
    }));
  }
}
