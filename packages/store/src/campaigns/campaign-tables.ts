import type { CampaignState, RunState, StopReason, VerdictKind } from "@apex/core";
import type { Generated } from "kysely";
import type { Numeric } from "../records/tables.ts";

/** Tables of campaigns and their runs, as queries see them. */
export interface CampaignTables {
  campaigns: CampaignsTable;
  validation_runs: ValidationRunsTable;
  campaign_runs: CampaignRunsTable;
  run_attempts: RunAttemptsTable;
  readings: ReadingsTable;
  input_files: InputFilesTable;
  input_file_pieces: InputFilePiecesTable;
  run_files: RunFilesTable;
  installation: InstallationTable;
}

/** One row. */
interface InstallationTable {
  is_only: Generated<boolean>;
  id: string;
}

interface CampaignsTable {
  tenant: string;
  id: string;
  name: string;
  state: CampaignState;
  stop_reason: Exclude<StopReason, "cap"> | null;
  priority: number;
  rate_card: string;
  currency: string;
  quote: Numeric;
  /** `null`: the quote is the budget. */
  budget: Numeric | null;
  deadline: Date | null;
  /** JSON: a list of core's Diagnostic. */
  diagnostics: string;
  created_at: Generated<Date>;
  started_at: Date | null;
  ended_at: Date | null;
}

interface ValidationRunsTable {
  tenant: string;
  id: string;
  campaign_id: string;
  kind: string;
  job: string;
  cores: Numeric;
  memory_bytes: string;
  gpus: number;
  gpu_model: string | null;
  max_seconds: number;
  rate_card: string;
  cap: Numeric;
  state: RunState;
  attempt: Generated<number>;
  /** Attempts that failed or whose worker died; a released one does not count. */
  failures: Generated<number>;
  worker: string | null;
  lease_until: Date | null;
  not_before: Date | null;
  stop_requested: StopReason | null;
  progress: string | null;
  verdict: VerdictKind | null;
  result: string | null;
  reason: string | null;
  free_reason: string | null;
  created_at: Generated<Date>;
  started_at: Date | null;
  ended_at: Date | null;
}

interface CampaignRunsTable {
  tenant: string;
  campaign_id: string;
  run_id: string;
  position: number;
  target: string;
  change: string;
  savings_list: Numeric;
  savings_net: Numeric | null;
  is_reused: boolean;
  cap: Numeric;
  /** How it ended here, once a later campaign has it done again. */
  left_state: "done" | "dead" | "cancelled" | null;
  left_reason: string | null;
  left_free_reason: string | null;
  left_verdict: VerdictKind | null;
  left_result: string | null;
  /** When, in the campaign that had it done; those that only had it too keep none. */
  left_ended_at: Date | null;
}

interface RunAttemptsTable {
  tenant: string;
  run_id: string;
  attempt: number;
  /** Which one pays for it. */
  campaign_id: string;
  sandbox_run_id: string;
  worker: string;
  host: string;
  started_at: Generated<Date>;
  ended_at: Date | null;
  ending: "verdict" | "failed" | "stopped" | "released" | "crashed" | null;
  failure: string | null;
  /** By its last reading, once its worker has ended it. */
  cpu_ns: Numeric | null;
}

interface ReadingsTable {
  tenant: string;
  run_id: string;
  attempt: number;
  seq: number;
  at: Date;
  monotonic_ms: number;
  boot_id: string;
  cpu_ns: Numeric;
  memory_reserved_byte_ms: Numeric;
  gpu_ms: Numeric;
  network_bytes: Numeric;
  block_bytes: Numeric;
}

interface InputFilesTable {
  tenant: string;
  sha256: string;
  bytes: string;
  /** The last time: again for another campaign. */
  sent_at: Generated<Date>;
}

interface InputFilePiecesTable {
  tenant: string;
  sha256: string;
  position: number;
  content: Buffer;
}

interface RunFilesTable {
  tenant: string;
  run_id: string;
  sha256: string;
}
