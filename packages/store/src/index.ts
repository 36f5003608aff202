/**
 * Where collected bills and samples (Parquet through DuckDB) and the records of runs (PostgreSQL) live.
 * Not for deciding, pricing or collecting.
 */
export { type BillingPeriod, type StoredCosts } from "./costs/cost-store.ts";
export { openStore, type Store, type StoreOptions } from "./open-store.ts";
export {
  type RecordedImport,
  type RecordedRecommendation,
  type RecordedRun,
  type RecordStore,
} from "./records/record-store.ts";
