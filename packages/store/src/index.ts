/**
 * Where collected bills (Parquet through DuckDB), samples (segments of typed arrays), the records of runs (PostgreSQL) and the journals of
 * validations (JSON lines) live.
 * Not for deciding, pricing or collecting.
 */
export { type CampaignStore } from "./campaigns/campaign-store.ts";
export { INPUT_FILE_BYTES_MAX, type InputFileStore } from "./campaigns/input-file-store.ts";
export { checkHome, keepHome } from "./collection/collection-home.ts";
export { type CollectionRound, withRound } from "./collection/collection-round.ts";
export { failureDiagnostics } from "./collection/failure-diagnostics.ts";
export { type CollectedInventory, readCollection, requireCollection } from "./collection/read-collection.ts";
export { type PartFailure } from "./collection/round-journal.ts";
export {
  type BilledAccount,
  type BillingPeriod,
  type BillName,
  type StoredCosts,
} from "./costs/cost-store.ts";
export { withWriteLock } from "./files/write-lock.ts";
export { writeFocusParquet } from "./focus/write-focus-parquet.ts";
export { type ListedRun, type ListedRunState, listRuns } from "./journal/list-runs.ts";
export {
  type BillingStore,
  type KeptCharge,
  type KeptSavings,
  type LedgerAudit,
  type ModelUsageRecord,
  type SavingsProofRecord,
} from "./ledger/billing-store.ts";
export { openRunJournal } from "./journal/open-run-journal.ts";
export { readRunJournal } from "./journal/read-run-journal.ts";
export type { UsageTotal } from "./costs/usage-totals.ts";
export { openClickHouse } from "./clickhouse/open-clickhouse.ts";
export { openStore, type Store, type StoreOptions } from "./open-store.ts";
export {
  type DatabaseConnection,
  openRecordStores,
  type OpenRecordStores,
  type RecordStoreOptions,
} from "./records/open-records.ts";
export {
  type RecordedImport,
  type RecordedRecommendation,
  type RecordedRun,
  type RecordStore,
} from "./records/record-store.ts";
export { type Tenant, type TenantStore } from "./tenants/tenant-store.ts";
