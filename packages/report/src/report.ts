import type {
  Abstention,
  Currency,
  Decimal,
  Diagnostic,
  DifferenceKind,
  Edit,
  Evidence,
  IntendedChange,
  LineItem,
  MigrationEffort,
  MonthlySavings,
  ProviderMode,
  RecommendationAction,
  Repair,
  RiskLevel,
  SecondOpinion,
} from "@apex/core";
import type { LoneOpinion } from "./second-opinions.ts";
import type { ReportedValidation } from "./validation/reported-validation.ts";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
export const REPORT_SCHEMA = "apex.report/v1";

/**
 * What became of a recommendation: `applied` is written into the user's files, `planned` is in the patch and passed
 * the plan, `not-applicable` could not be written or was refused, and says why.
 */
export type RecommendationStatus = "applied" | "planned" | "not-applicable";

/** One recommendation with its edits and what became of it. */
export interface ReportedRecommendation {
  readonly id: string;
  readonly rule: string;
  readonly address: string | null;
  readonly resourceId: string;
  /** What it is called in its region and account, where the id is an ARN. */
  readonly resourceName?: string;
  readonly resourceType: string;
  readonly action: RecommendationAction;
  readonly from: string;
  readonly to: string;
  readonly summary: string;
  readonly monthlySavings: MonthlySavings;
  readonly risk: RiskLevel;
  readonly confidence: number;
  readonly effort: MigrationEffort;
  readonly restartRequired: boolean;
  readonly rollback: string;
  readonly evidence: Evidence;
  readonly unknowns: readonly string[];
  readonly edits: readonly Edit[];
  /** What the edits change in the plan: nothing else may. Absent where there are no edits, and in reports before 2026-11-22. */
  readonly changes?: readonly IntendedChange[];
  readonly status: RecommendationStatus;
  /** Always there when `not-applicable`. */
  readonly reason?: string;
  /** What the cloud's own recommender thinks of the resource: beside the decision, no part of it. */
  readonly secondOpinions?: readonly SecondOpinion[];
}

/** A resource whose price, or a part of it, is not known. */
export interface UnpricedResource {
  readonly address: string;
  readonly type: string;
  readonly reason: string;
  /** Where that is so. Absent in reports before 2026-11-23. */
  readonly side?: "before" | "after" | "both";
}

/** How a resource differs in what it costs, in the words of `apex.cost/v1`. */
export interface ReportedResourceDifference {
  readonly kind: DifferenceKind;
  /** Where it was before a `moved` block. */
  readonly previousAddress?: string;
  /** after − before, where a side that does not have it costs nothing; `null` when a side that has it cannot tell its cost. */
  readonly delta: Decimal | null;
  /** As in {@link ReportedDifference}. */
  readonly mayBeMore: boolean;
  readonly mayBeLess: boolean;
  readonly differsByUse: boolean;
}

/** One resource's monthly list price on both sides; `null` where it does not exist or has no price. */
export interface ResourceCostChange {
  readonly address: string;
  readonly type: string;
  readonly before: Decimal | null;
  readonly after: Decimal | null;
  /** The sides on which all that it costs depends on use that nobody told: the amount there is no price. Absent where there is none. */
  readonly byUse?: "before" | "after" | "both";
  /** Absent for what is the same at the same address, and in reports before 2026-11-23. */
  readonly difference?: ReportedResourceDifference;
  /** Only for resources whose line items differ. */
  readonly lineItems?: { readonly before: readonly LineItem[]; readonly after: readonly LineItem[] };
}

/** How the configuration differs in what it costs, as far as that is known; the words are those of `apex.cost/v1`. */
export interface ReportedDifference {
  /** The sum of the differences that are known. */
  readonly delta: Decimal;
  /** Whether the true difference may be more: `delta` is "at least". */
  readonly mayBeMore: boolean;
  /** Whether it may be less: "at most"; with both it is unknown. */
  readonly mayBeLess: boolean;
  /** Whether something paid by use that nobody told comes, goes or changes: it is in no amount. */
  readonly differsByUse: boolean;
}

/** Monthly list prices (730 h) of the configuration before and after. `null` is "not known", never zero. */
export interface ReportedCost {
  /** The sum of what is priced: "at least", whenever something is `unpriced` on that side. */
  readonly before: Decimal | null;
  readonly after: Decimal | null;
  /** after − before, exactly; `null` where something without a price came, went or may have changed: `difference` says what is known. */
  readonly delta: Decimal | null;
  /** Absent where there was no plan to price, and in reports before 2026-11-23. */
  readonly difference?: ReportedDifference;
  readonly currency: Currency;
  readonly unpriced: readonly UnpricedResource[];
  /** The dates of the price tables that were used, by table. */
  readonly priceDates: Readonly<Record<string, string>>;
  readonly resources: readonly ResourceCostChange[];
}

/** What Terraform would do to one resource because of the edits. */
export interface PlannedChange {
  readonly address: string;
  /** Terraform's own list: `["delete", "create"]` is a replacement. */
  readonly actions: readonly string[];
  /** Attribute paths that differ: `root_block_device[0].volume_type`. */
  readonly attributes: readonly string[];
}

/** The plan that the edits were checked with. */
export interface ReportedPlan {
  readonly providers: ProviderMode;
  /** `null` when no plan could be made. */
  readonly terraformVersion: string | null;
  /** The regions of the planned resources, where they are known. */
  readonly regions?: readonly string[];
  readonly changes: readonly PlannedChange[];
  /** Whole sentences: what the plan could not check. */
  readonly notes: readonly string[];
}

/** One file that was read, and what it gave; counts are absent where they do not apply. */
export interface InputFile {
  readonly path: string;
  readonly kind: "terraform" | "state" | "cost" | "metrics" | "policy" | "other";
  /** Of the file's bytes, in hexadecimal: which delivery it was. */
  readonly sha256?: string;
  readonly rows?: number;
  readonly points?: number;
}

/** What the report rests on. */
export interface ReportInputs {
  readonly files: readonly InputFile[];
  /** Cost rows. */
  readonly rows: number;
  /** Metric samples. */
  readonly points: number;
  /** ISO 8601; what the samples span, `null` without samples. */
  readonly window: { readonly start: string; readonly end: string } | null;
  readonly repairs: readonly Repair[];
}

/** Savings of several recommendations per month. */
export interface SavingsTotal {
  readonly list: Decimal;
  /** `null` when the commitments of any of them are not known. */
  readonly net: Decimal | null;
  /** The net savings of those of them whose commitments are known. */
  readonly netKnown: Decimal;
  /** For how many the net saving is not known. */
  readonly netUnknown: number;
}

/** Counts and totals over what is applied or planned; derived, never given. */
export interface ReportSummary {
  readonly recommendations: {
    readonly total: number;
    readonly applied: number;
    readonly planned: number;
    readonly notApplicable: number;
  };
  readonly abstentions: number;
  readonly unpriced: number;
  readonly diagnostics: { readonly errors: number; readonly warnings: number; readonly infos: number };
  readonly savings: {
    readonly currency: Currency;
    readonly onMerge: SavingsTotal;
    /** What comes on top as autoscaling makes use of the lower floors. */
    readonly asItScales: SavingsTotal;
    /** What comes on top once the second step, deleting what was snapshotted, is merged. */
    readonly afterHold: SavingsTotal;
    readonly total: SavingsTotal;
  };
}

/** `apex.report/v1`: all that one run of Apex found, did and could not do. */
export interface Report {
  readonly schema: typeof REPORT_SCHEMA;
  /** ISO 8601 UTC. */
  readonly generatedAt: string;
  readonly apexVersion: string;
  readonly terraformDirectory: string;
  readonly summary: ReportSummary;
  /** Applied and planned ones first, by saving, then by address, then by id. */
  readonly recommendations: readonly ReportedRecommendation[];
  readonly abstentions: readonly Abstention[];
  /** What only the clouds' own recommenders would change; absent when there is nothing. */
  readonly loneOpinions?: readonly LoneOpinion[];
  readonly cost: ReportedCost;
  readonly plan: ReportedPlan;
  /** What was tried in the sandbox; absent when nothing was. */
  readonly validation?: readonly ReportedValidation[];
  readonly inputs: ReportInputs;
  readonly diagnostics: readonly Diagnostic[];
}
