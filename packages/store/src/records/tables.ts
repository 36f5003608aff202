import type { ColumnType, Generated } from "kysely";
import type { CampaignTables } from "../campaigns/campaign-tables.ts";
import type { LedgerTables } from "../ledger/ledger-tables.ts";
import type { TenantTables } from "../tenants/tenant-tables.ts";

/** The schema all tables of Apex are in, so that a server may be shared. */
export const SCHEMA = "apex";

/** NUMERIC: text both ways, since a float would lose digits. */
export type Numeric = string;

/** What a run was for. */
export type RunKind = "optimization";

/** The tables as queries see them; made by the migrations. */
export interface Tables extends TenantTables, CampaignTables, LedgerTables {
  runs: RunsTable;
  resources: ResourcesTable;
  recommendations: RecommendationsTable;
  imports: ImportsTable;
  diagnostics: DiagnosticsTable;
}

interface RunsTable {
  tenant: Generated<string>;
  id: string;
  /** Ascends with recording: times of machines may repeat or run backwards. */
  sequence: Generated<string>;
  kind: RunKind;
  recorded_at: Generated<Date>;
  generated_at: Date;
  apex_version: string;
  terraform_directory: string;
  currency: string;
  savings_list: Numeric;
  savings_net: Numeric | null;
  cost_before: Numeric | null;
  cost_after: Numeric | null;
  /** `apex.report/v1`, byte for byte. */
  report: ColumnType<string, string, never>;
}

interface ResourcesTable {
  tenant: Generated<string>;
  run_id: string;
  address: string;
  type: string;
  cost_before: Numeric | null;
  cost_after: Numeric | null;
}

interface RecommendationsTable {
  tenant: Generated<string>;
  run_id: string;
  id: string;
  position: number;
  rule: string;
  resource_id: string;
  address: string | null;
  resource_type: string;
  action: string;
  from_value: string;
  to_value: string;
  status: string;
  reason: string | null;
  savings_list: Numeric;
  savings_net: Numeric | null;
  currency: string;
  realised: string;
  risk: number;
  confidence: number;
}

interface ImportsTable {
  tenant: Generated<string>;
  run_id: string;
  position: number;
  path: string;
  kind: string;
  sha256: string | null;
  rows: string | null;
  points: string | null;
  /** JSON: a list of core's Repair. */
  repairs: string;
}

interface DiagnosticsTable {
  tenant: Generated<string>;
  run_id: string;
  position: number;
  severity: string;
  code: string;
  summary: string;
  detail: string | null;
  address: string | null;
  file: string | null;
  line: number | null;
}
