import type { CostDifference, Currency, Decimal, ProviderMode, TerraformDiagnostic } from "@apex/core";
import type { ReportedValidation } from "../validation/reported-validation.ts";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
export const ESTIMATE_SCHEMA = "apex.estimate/v1";

/** Terraform's or our own message; what Terraform quotes of the files is not kept. */
export type EstimateProblem = Pick<TerraformDiagnostic, "severity" | "summary" | "detail" | "address"> & {
  /** Relative to the repository. */
  readonly file?: string | undefined;
  readonly line?: number | undefined;
};

/** One root module of a pull request: what it costs without and with the change. */
export interface EstimatedProject {
  /** Relative to the repository, with forward slashes; "." for its root. With `varFiles` it names the project. */
  readonly directory: string;
  /** Relative to the repository; those that tell one environment of a directory from another. */
  readonly varFiles: readonly string[];
  /** `null` when one of the sides could not be planned: `problems` says why. */
  readonly difference: CostDifference | null;
  /** Terraform's errors, and Apex's own, where there is no difference. A detail says what to do. */
  readonly problems: readonly EstimateProblem[];
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
  readonly currency: Currency;
}

/** `apex.estimate/v1`: what a pull request does to the monthly cost. */
export interface EstimateReport {
  readonly schema: typeof ESTIMATE_SCHEMA;
  readonly apexVersion: string;
  /** The commits that were compared; `null` for plan files, which belong to no commit. */
  readonly commits: { readonly base: string; readonly head: string } | null;
  /** What planned both sides; `null` for plan files, which somebody else made. */
  readonly terraform: { readonly version: string; readonly providers: ProviderMode } | null;
  /** Where the amounts are from: "on-demand list prices". */
  readonly basis: string;
  /** Relative to the repository; `null` when no usage was given. */
  readonly usageFile: string | null;
  /** Those that the pull request touches, ordered by directory and variable files. */
  readonly projects: readonly EstimatedProject[];
  /** Root modules that the pull request does not touch, which were not planned. */
  readonly untouched: number;
  /** At most five are shown, those that save most first. */
  readonly missed: readonly MissedRecommendation[];
  readonly validation: readonly ReportedValidation[];
}
