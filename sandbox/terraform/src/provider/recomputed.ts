import type { ObjectValue } from "./dynamic-value.ts";

interface Recomputed {
  readonly attribute: string;
  /** Changes of these alone leave it as it is. */
  readonly unlessOnly: readonly string[];
  /** Recomputed only while this argument is true. */
  readonly when?: string;
}

/**
 * Computed attributes that get a new value when the resource changes in place; what refers to them changes with them.
 * Source: CustomizeDiff of the resource in hashicorp/terraform-provider-aws.
 */
const RECOMPUTED: Readonly<Record<string, readonly Recomputed[]>> = {
  // internal/service/ec2/ec2_launch_template.go: every change but these makes a new version.
  aws_launch_template: [
    {
      attribute: "latest_version",
      unlessOnly: ["name", "name_prefix", "description", "default_version", "update_default_version"],
    },
    {
      attribute: "default_version",
      unlessOnly: ["name", "name_prefix", "description"],
      when: "update_default_version",
    },
  ],
};

/** The computed attributes of a type that become unknown when `changed` top-level attributes change. */
export function recomputedAttributes(
  type: string,
  changed: readonly string[],
  planned: ObjectValue,
): readonly string[] {
  return (RECOMPUTED[type] ?? [])
    .filter((entry) => changed.some((name) => !entry.unlessOnly.includes(name) && name !== entry.attribute))
    .filter((entry) => entry.when === undefined || planned[entry.when] === true)
    .map((entry) => entry.attribute);
}
