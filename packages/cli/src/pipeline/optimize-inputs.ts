import type { Policy } from "@apex/analysis";
import type { PriceBook, PrivatePrices } from "@apex/catalog";
import type { RepairMeans } from "../agent/repair-inputs.ts";
import type { PlanningOptions } from "./plan-source.ts";

/** What one optimization reads: absolute paths, already checked to exist. */
export interface OptimizeInputs extends Omit<PlanningOptions, "varFile"> {
  readonly terraformDirectory: string;
  readonly stateFile: string;
  readonly varFiles: readonly string[];
  readonly costFiles: readonly string[];
  readonly metricFiles: readonly string[];
  /** A directory that `apex collect` filled. */
  readonly collection?: string;
  readonly policy: Policy;
  readonly policyFile?: string;
  readonly prices: PriceBook;
  /** The user's private prices. */
  readonly contract?: PrivatePrices;
  readonly storeDirectory: string;
  readonly databaseUrl?: string;
  /** Whether the changed files will be written back. */
  readonly apply: boolean;
  /** How a configuration that does not plan is repaired first; absent: it is an error. */
  readonly fix?: RepairMeans;
}
