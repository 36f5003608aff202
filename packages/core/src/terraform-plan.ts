import type { JsonObject, JsonValue } from "./json.ts";

/** Which providers answered Terraform: our offline stand-ins, or the real ones. */
export type ProviderMode = "stand-in" | "real";

/** What Terraform will do to one resource; the list is Terraform's own: `["delete", "create"]` is a replacement. */
export type PlanActions = readonly ("no-op" | "create" | "read" | "update" | "delete" | "forget")[];

/** One resource instance of a plan, before and after. Includes those that do not change. */
export interface PlannedResource {
  readonly address: string;
  /** Where the state has it still, when a `moved` block gives it this address. */
  readonly previousAddress?: string;
  readonly mode: "managed" | "data";
  readonly type: string;
  readonly name: string;
  /** "registry.terraform.io/hashicorp/aws". */
  readonly providerName: string;
  /** The region of the provider configuration that serves it, where a constant or a resolved variable tells. */
  readonly region?: string;
  readonly actions: PlanActions;
  /** `null` when it does not exist before. */
  readonly before: JsonObject | null;
  /** `null` when it does not exist after; unknown values are absent here and `true` in `afterUnknown`. */
  readonly after: JsonObject | null;
  readonly afterUnknown: JsonValue;
  /** Attribute paths that differ, formatted: `root_block_device[0].volume_type`. */
  readonly changedAttributes: readonly string[];
  /**
   * Which resources an attribute's expression refers to, where the plan's configuration tells: formatted attribute path
   * (`launch_template[0].id`) to the addresses of those resources, without the resource's own instance key
   * (`module.a["x"].aws_launch_template.worker`). Needed for values that are known only after apply.
   */
  readonly references?: Readonly<Record<string, readonly string[]>>;
}

/** A Terraform plan as the rest of Apex reads it: every managed resource, before and after. */
export interface TerraformPlan {
  readonly terraformVersion: string;
  readonly resources: readonly PlannedResource[];
  /** The root module's outputs by name; absent where the plan tells none. */
  readonly outputs?: Readonly<Record<string, PlannedOutput>>;
  /**
   * What an earlier apply could not destroy after it made a replacement, as Terraform names it: `aws_instance.web (deposed a1b2c3d4)`.
   * It is none of `resources`: the next apply destroys it, whatever it changes. Absent where there is none.
   */
  readonly deposed?: readonly string[];
}

/** One output of a plan. */
export interface PlannedOutput {
  readonly actions: PlanActions;
  /** `null` when there is none, or when it is sensitive. */
  readonly after: JsonValue;
  readonly afterUnknown: JsonValue;
  readonly isSensitive: boolean;
}

/** Terraform's own diagnostic object, as `validate -json` and `plan -json` print it. */
export interface TerraformDiagnostic {
  readonly severity: "error" | "warning";
  readonly summary: string;
  readonly detail?: string | undefined;
  readonly address?: string | undefined;
  readonly range?:
    | {
        readonly filename: string;
        readonly start: { readonly line: number; readonly column: number; readonly byte: number };
        readonly end: { readonly line: number; readonly column: number; readonly byte: number };
      }
    | undefined;
  readonly snippet?: JsonObject | null | undefined;
}
