import type { Decimal } from "./decimal.ts";
import type { JsonObject } from "./json.ts";

/** The clouds whose machines Apex sizes. */
export type CloudProvider = "aws" | "gcp";

/**
 * A cloud resource as Terraform's state (or an inventory) knows it: the join between a cloud id, which bills and
 * metrics speak of, and a Terraform address, which an edit needs.
 */
export interface Resource {
  /**
   * No other resource in any region or account has it: "i-0abc…", "vol-0abc…", the ARN of what its owner names (a database, an
   * Auto Scaling group), "projects/p/zones/z/instances/web". Samples, costs and recommendations are filed under it. Only where a
   * state tells no ARN it is the name.
   */
  readonly id: string;
  /**
   * What metrics and people call it where `id` is an ARN: unique among its type, in its region and account alone. It is among
   * `aliases` too.
   */
  readonly name?: string;
  readonly provider: CloudProvider;
  /** Terraform's type: "aws_instance". */
  readonly type: string;
  /** The absolute Terraform address; absent for what is not under Terraform. */
  readonly address?: string;
  /** All other names the same thing has in bills and metrics: ARN, self link, numeric id. */
  readonly aliases: readonly string[];
  readonly region?: string;
  /** The AWS account or Google Cloud project that it lives in, where the source tells. */
  readonly account?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Terraform's attributes as in the state, or what an inventory knows of them under the same names; sensitive values are absent. */
  readonly attributes: JsonObject;
  /** What only the cloud's own API tells; absent when it was not asked. */
  readonly observed?: ObservedFacts;
}

/** What a resource is called in its region and account: "orders", "i-0abc…". */
export function nameOfResource({ name, id }: Pick<Resource, "name" | "id">): string {
  return name ?? id;
}

/** The attribute by which a group of one service tells what it is made of: each member is measured and billed under a name of its own. */
const MEMBER_ATTRIBUTES: Readonly<Record<string, string>> = {
  aws_elasticache_replication_group: "member_clusters",
  aws_rds_cluster: "cluster_members",
};

/** The names of a group's members, which are parts of it; empty for what is none. */
export function memberNames({ type, attributes }: Pick<Resource, "type" | "attributes">): readonly string[] {
  const attribute = Object.hasOwn(MEMBER_ATTRIBUTES, type) ? MEMBER_ATTRIBUTES[type] : undefined;
  const listed = attribute === undefined ? undefined : attributes[attribute];
  return Array.isArray(listed) ? listed.filter((name) => typeof name === "string" && name !== "") : [];
}

/**
 * What the cloud's API says of a resource beyond Terraform's attributes. A field that is absent is not known; an empty list
 * is known to be empty.
 */
export interface ObservedFacts {
  /** When it was looked at; ISO 8601 UTC, as all instants here. */
  readonly at: string;
  readonly createdAt?: string;
  /** Life cycle in the cloud's own word, lower case: "running", "stopped", "available", "in-use". */
  readonly state?: string;
  /** Since when it is in that state. */
  readonly stateSince?: string;
  /** When it was last used or attached, where the cloud tells. */
  readonly lastUsedAt?: string;
  /** CPU architectures that its image runs on: "x86_64", "arm64". */
  readonly imageArchitectures?: readonly string[];
  /** Operating system and licence as the bill words them: "Linux/UNIX", "Windows", "Red Hat Enterprise Linux". */
  readonly platform?: string;
  readonly purchaseOption?: "on-demand" | "spot" | "dedicated";
  /** Ids of what uses it: the instance of a volume, the images of a snapshot, the registered targets of a load balancer. */
  readonly usedBy?: readonly string[];
  /** What has no field of its own, under the cloud's names. */
  readonly details?: JsonObject;
}

/** What the cloud's own recommender thinks of a resource: shown beside our decision, never mixed into it. */
export interface SecondOpinion {
  readonly resourceId: string;
  readonly source: "aws-compute-optimizer" | "gcp-recommender";
  /** In its own word: "Overprovisioned", "Optimized", "CHANGE_MACHINE_TYPE". */
  readonly finding: string;
  readonly reasonCodes: readonly string[];
  /** The type that it would choose first; absent when it proposes none. */
  readonly target?: string;
  /** Its own scale: 0–4 for Compute Optimizer. */
  readonly performanceRisk?: number;
  /** A month, in `currency`. */
  readonly monthlySavings?: Decimal;
  readonly currency?: string;
  readonly at: string;
}
