import type { JsonObject } from "./json.ts";

/** The clouds whose machines Apex sizes. */
export type CloudProvider = "aws" | "gcp";

/**
 * A cloud resource as Terraform's state (or an inventory) knows it: the join between a cloud id, which bills and
 * metrics speak of, and a Terraform address, which an edit needs.
 */
export interface Resource {
  /** The id that bills and metrics use: "i-0abc…", "vol-0abc…", an Auto Scaling group's or database's name, a GCE instance's name. */
  readonly id: string;
  readonly provider: CloudProvider;
  /** Terraform's type: "aws_instance". */
  readonly type: string;
  /** The absolute Terraform address; absent for what is not under Terraform. */
  readonly address?: string;
  /** All other names the same thing has in bills and metrics: ARN, self link, numeric id. */
  readonly aliases: readonly string[];
  readonly region?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Terraform's attributes as in the state; sensitive values are absent. */
  readonly attributes: JsonObject;
}
