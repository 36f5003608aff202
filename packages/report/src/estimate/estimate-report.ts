import type { CostDifference, Decimal, TerraformDiagnostic } from "@apex/core";
import type { ReportedValidation } from "../validation/reported-validation.ts";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
export const ESTIMATE_SCHEMA = "apex.estimate/v1";

/** One root module of a pull request: what it costs without and with the change. */
export interface EstimatedProject {
  /** Relative to the repository, with forward slashes; "." for its root. With `varFiles` it names the project. */
  readonly directory: string;
  /** Relative to the repository; those that tell one environment of a directory from another. */
  readonly varFiles: readonly string[];
  /** `null` when one of the sides could not be planned: `problems` says why. */
  readonly difference: CostDifference | null;
  /** Terraform's errors, and Apex's own, where there is no difference. */
  readonly problems: readonly TerraformDiagnostic[];
  /** Whole sentences: what the plan could not check or had to assume. */
  readonly notes: readonly string[];
}

/** A recommendation for a resource that the pull request changes and that it does not follow. */
export interface MissedRecommendation {
  readonly address: string;
  readonly directory: string;
  /** "m5.4xlarge → m5.2xlarge". */
  readonly change: string;
  readonly summary: string;
  readonly monthlySavings: Decimal;
}

/** `apex.estimate/v1`: what a pull request does to the monthly cost. */
export interface EstimateReport {
  readonly schema: typeof ESTIMATE_SCHEMA;
  readonly apexVersion: string;
  /** The commits that were compared; `null` for plan files, which belong to no commit. */
  readonly commits: { readonly base: string; readonly head: string } | null;
  /** Where the amounts are from: "on-demand list prices". */
  readonly basis: string;
  readonly usageFile: string | null;
  /** Those that the pull request touches, ordered by directory and variable files. */
  readonly projects: readonly EstimatedProject[];
  /** Root modules that the pull request does not touch, which were not planned. */
  readonly untouched: number;
  /** At most five are shown. */
  readonly missed: readonly MissedRecommendation[];
  readonly validation: readonly ReportedValidation[];
}
