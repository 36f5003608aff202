import type { Decimal } from "./decimal.ts";
import type { JsonPath, JsonValue } from "./json.ts";
import type { Currency } from "./money.ts";
import type { MetricName, SampleStatistic } from "./utilization.ts";

/** What a recommendation does to a resource. Order of precedence on one resource: idle actions before resizes before the rest. */
export type RecommendationAction =
  /** Stop an idle machine: reversible, keeps its disks. */
  | "stop"
  /** Snapshot now and delete after the hold: for storage that nothing uses. */
  | "snapshot-and-delete"
  /** Another machine type or instance class. */
  | "resize"
  /** Fewer instances, or a range where the size was fixed. */
  | "set-capacity"
  /** Another volume type with at least the same performance. */
  | "change-volume-type"
  /** Off in the hours of the week in which nothing runs. */
  | "schedule"
  /** Give back what nothing uses and what holds no data: an address, a load balancer, a NAT gateway. */
  | "release"
  /** Less provisioned IOPS, throughput or memory. */
  | "set-performance"
  /** Expiry or colder storage classes for objects, or of snapshots. */
  | "set-lifecycle"
  /** Several light users on one GPU instead of one each. */
  | "share-gpus";

/** Work that the change asks of its owner; design §4. */
export type MigrationEffort = "very-low" | "low" | "medium" | "high";

/** Risk of running short in one dimension: 0 none, 1 ≤ 0.05 %, 2 ≤ 0.5 %, 3 ≤ 5 %, 4 above, of the look-back's samples. */
export type RiskLevel = 0 | 1 | 2 | 3 | 4;

/** The dimensions that a machine is sized in. */
export type Dimension =
  | "cpu"
  | "memory"
  | "network"
  | "ebs-iops"
  | "ebs-throughput"
  | "gpu-compute"
  | "gpu-memory"
  | "connections"
  | "capacity";

/** What was measured in one dimension and how it compares with what is proposed. */
export interface DimensionEvidence {
  readonly dimension: Dimension;
  readonly metric: MetricName;
  readonly statistic: SampleStatistic;
  /** Which figure of the samples decided: "P99.5", "maximum". */
  readonly percentile: string;
  readonly samples: number;
  /** The demand in the dimension's own unit. */
  readonly demand: number;
  readonly maximum: number;
  readonly unit: string;
  /** demand / (1 − headroom) */
  readonly need: number;
  readonly headroom: number;
  /** The present and the proposed capacity in the same unit; `null` where it does not apply. */
  readonly capacityNow: number | null;
  readonly capacityAfter: number | null;
  /** Share of samples above the proposed capacity, 0–1. */
  readonly exceedance: number | null;
  readonly risk: RiskLevel;
}

/** Why anyone should believe a recommendation. */
export interface Evidence {
  /** ISO 8601. Without samples it is that of `windowEnd`, whatever it reads: `lookBackDays` is 0, and there was no window. */
  readonly windowStart: string;
  readonly windowEnd: string;
  readonly lookBackDays: number;
  /** Share of the expected samples that were there, 0–1, of the worst dimension that was used. */
  readonly coverage: number;
  readonly dimensions: readonly DimensionEvidence[];
  /** The named factors of {@link Recommendation.confidence}. */
  readonly confidenceFactors: Readonly<Record<string, number>>;
  /** Other acceptable candidates, cheapest first. */
  readonly alternatives: readonly {
    readonly to: string;
    readonly monthlySavings: Decimal;
    readonly risk: RiskLevel;
  }[];
  /** Whole sentences for people: what the rule saw. */
  readonly notes: readonly string[];
}

/**
 * What becomes of a recommendation when Terraform does not manage an attribute that it changes, because
 * `lifecycle.ignore_changes` covers it or the configuration does not set it: the change is left out, and the others either
 * have its effect (`still-saves`: a lower maximum lowers a group's desired capacity too) or let autoscaling do it
 * (`saves-as-it-scales`).
 */
export type WhenUnmanaged = "still-saves" | "saves-as-it-scales";

/** A nested block of a resource that is added: `rule { … }`. */
export interface NewBlock {
  readonly type: string;
  readonly attributes: Readonly<Record<string, JsonValue>>;
  readonly blocks?: readonly NewBlock[];
}

/**
 * What has to change in the configuration, in Terraform's terms. `from` is checked against the configuration before an edit.
 */
export type IntendedChange =
  | {
      readonly kind: "set-attribute";
      /** Absolute address of the instance whose attribute changes. */
      readonly address: string;
      /** `["instance_type"]`, `["root_block_device", 0, "volume_type"]`. */
      readonly path: JsonPath;
      /** `null` when the attribute is not set today: it is then added. */
      readonly from: JsonValue;
      readonly to: JsonValue;
      /** For attributes that others may manage; absent: refused when ignored, added when not set. */
      readonly whenUnmanaged?: WhenUnmanaged;
    }
  | {
      /** Adds a resource block after the block of `besideAddress`, in the same file. */
      readonly kind: "add-resource";
      readonly besideAddress: string;
      readonly type: string;
      /** Wanted block name; the generator makes it unique in its module. */
      readonly name: string;
      /** Attribute values; `{ ref: "id" }` stands for that attribute of `besideAddress`, written as a reference. */
      readonly attributes: Readonly<Record<string, JsonValue | { readonly ref: string }>>;
      /** Nested blocks, in order; absent for none. */
      readonly blocks?: readonly NewBlock[];
    }
  | {
      /**
       * Removes the block of a resource, so that the next apply destroys it. Only for {@link REMOVABLE_TYPES}, and only
       * where nothing that stays refers to it: blocks that go together are one list of changes.
       */
      readonly kind: "remove-resource";
      /** Absolute address; of a block without `count` and `for_each`. */
      readonly address: string;
      /** What else it is known by (ids, ARNs, public addresses): a text that holds one refers to it as well. */
      readonly names?: readonly string[];
    };

/**
 * Terraform types that hold no data: what is destroyed can be made again from the same block, though an address is then
 * another one. Nothing else is ever removed, and no plan that destroys anything else is accepted.
 */
export const REMOVABLE_TYPES: ReadonlySet<string> = new Set([
  "aws_alb",
  "aws_alb_listener",
  "aws_alb_listener_certificate",
  "aws_alb_listener_rule",
  "aws_eip",
  "aws_eip_association",
  "aws_elb",
  "aws_lb",
  "aws_lb_listener",
  "aws_lb_listener_certificate",
  "aws_lb_listener_rule",
  "aws_nat_gateway",
  "aws_route",
  "google_compute_address",
  "google_compute_global_address",
]);

/**
 * When a saving comes: with the merge; as autoscaling makes use of the lower floor; or only once the second step (deleting
 * what was snapshotted) is merged.
 */
export type SavingsRealisation = "on-merge" | "as-it-scales" | "after-hold";

/** Savings of a recommendation per month (730 h), before and after commitments. */
export interface MonthlySavings {
  /** At on-demand list prices, less the discounts that come by themselves, as in an estimate: Google Cloud's sustained use. */
  readonly list: Decimal;
  /** After private discounts and commitments; `null` when the coverage is not known. */
  readonly net: Decimal | null;
  readonly currency: Currency;
  /** When the saving comes. */
  readonly realised: SavingsRealisation;
}

/** A decision for one resource with all its reasons: what the analysis hands to the generator. */
export interface Recommendation {
  /** Derived from rule, resource and target, so that the same decision has the same id in every run. */
  readonly id: string;
  /** The rule that made it: "ec2-resize". */
  readonly rule: string;
  readonly resourceId: string;
  /** As `Resource.name`: what people call it in its region and account. */
  readonly resourceName?: string;
  /** `null` for what is not under Terraform. */
  readonly address: string | null;
  readonly resourceType: string;
  readonly action: RecommendationAction;
  readonly from: string;
  readonly to: string;
  readonly summary: string;
  readonly changes: readonly IntendedChange[];
  readonly monthlySavings: MonthlySavings;
  readonly risk: RiskLevel;
  /** 0–0.93, the product of {@link Evidence.confidenceFactors}; never 1. */
  readonly confidence: number;
  readonly effort: MigrationEffort;
  readonly restartRequired: boolean;
  readonly rollback: string;
  readonly evidence: Evidence;
  /** What was not known, as sentences. */
  readonly unknowns: readonly string[];
}

/** A resource on which a rule looked and recommends nothing, and why: shown so that silence is never mistaken for "fine". */
export interface Abstention {
  readonly rule: string;
  readonly resourceId: string;
  readonly resourceName?: string;
  readonly address: string | null;
  readonly reason: string;
}
