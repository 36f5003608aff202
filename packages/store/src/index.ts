/**
 * Where collected bills and samples (Parquet through DuckDB), the records of runs (PostgreSQL) and the journals of
 * validations (JSON lines) live.
 * Not for deciding, pricing or collecting.
 */
export { type BillingPeriod, type StoredCosts } from "./costs/cost-store.ts";
export { type ListedRun, type ListedRunState, listRuns } from "./journal/list-runs.ts";
export { openRunJournal } from "./journal/open-run-journal.ts";
export { readRunJournal } from "./journal/read-run-journal.ts";
export { openStore, type Store, type StoreOptions } from "./open-store.ts";
export {
  type RecordedImport,
  type RecordedRecommendation,
  type RecordedRun,
  type RecordStore,
} from "./records/record-store.ts";
