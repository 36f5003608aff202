import type {
  AppliedResource,
  JsonValue,
  PlanActions,
  ProviderMode,
  TerraformDiagnostic,
  TerraformPlan,
} from "@apex/core";

/** How far a plan has come. */
export type PlanProgress =
  | { readonly kind: "copied"; readonly files: number }
  | { readonly kind: "initialised"; readonly providers: readonly string[] }
  | { readonly kind: "planned" }
  | { readonly kind: "applied" }
  | { readonly kind: "validated" };

/** A configuration to plan. Nothing in it is ever written to: Terraform works on a private copy. */
export interface PlanRequest {
  /** The Terraform root directory. */
  readonly directory: string;
  /** The state to plan against; absent: the directory's own `terraform.tfstate`, else none. */
  readonly stateFile?: string;
  /** As `-var-file`, in order. This path and `stateFile` are absolute or relative to `directory`. */
  readonly varFiles?: readonly string[];
  /** As `-var`. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Edited texts by file, relative to `directory` (may start with `../`), in place of what the files hold. */
  readonly overlay?: ReadonlyMap<string, string>;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: PlanProgress) => void;
}

/** One resource that a plan changes. */
export interface PlannedChange {
  readonly address: string;
  readonly actions: PlanActions;
  /** Changed attributes as paths; empty for a creation or deletion. */
  readonly attributes: readonly string[];
  /**
   * Those of `attributes` whose new value is known after apply only: no edit sets such a value, it follows from another
   * change (`latest_version` of a launch template, and the group that follows it).
   */
  readonly consequences: readonly string[];
}

/** The outcome of a plan. An error of Terraform's is a diagnostic and leaves `plan` null. */
export interface PlanResult {
  readonly providers: ProviderMode;
  readonly terraformVersion: string;
  readonly plan: TerraformPlan | null;
  readonly diagnostics: readonly TerraformDiagnostic[];
  /** What is not a no-op and not the reading of data. */
  readonly changes: readonly PlannedChange[];
  /** Where the stand-in had to assume, and what was left out of the copy: whole sentences for the report. */
  readonly notes: readonly string[];
  /** Types of data sources that were answered with placeholders, sorted. */
  readonly standIns: readonly string[];
}

/** The outcome of a validation. */
export interface ValidateResult {
  readonly providers: ProviderMode;
  readonly terraformVersion: string;
  readonly valid: boolean;
  readonly diagnostics: readonly TerraformDiagnostic[];
  readonly notes: readonly string[];
}

/** An output of the root module after an apply. */
export interface AppliedOutput {
  readonly sensitive: boolean;
  readonly value: JsonValue;
}

/** The outcome of an apply to the stand-ins. An error of Terraform's is a diagnostic and leaves the rest null. */
export interface ApplyResult {
  readonly providers: "stand-in";
  readonly terraformVersion: string;
  /** Everything that the state holds afterwards, sensitive values included: for computing, never for messages. */
  readonly resources: readonly AppliedResource[] | null;
  /** As sensitive as `resources`. */
  readonly outputs: Readonly<Record<string, AppliedOutput>> | null;
  readonly diagnostics: readonly TerraformDiagnostic[];
  readonly notes: readonly string[];
}
