import { nameOfResource, type Resource } from "@apex/core";
import { isTrueAt, numberAt, textAt } from "../fleet/attributes.ts";
import { dependents } from "../fleet/by-attribute.ts";
import { isBeside } from "../fleet/fleet.ts";
import type { RuleContext } from "./rule.ts";

/** The scheduled actions that a group has. */
export function scheduledActions({ fleet, resource }: RuleContext): readonly Resource[] {
  return dependents(fleet, ["aws_autoscaling_schedule"], "autoscaling_group_name", [resource]).filter(
    (action) => isBeside(action, resource),
  );
}

/** What a scheduled action is called. */
export function actionName(action: Resource): string {
  return textAt(action.attributes, "scheduled_action_name") ?? nameOfResource(action);
}

/**
 * Why a group would not end instances, whatever its sizes are; `undefined` when it would. `processes` are those that this takes.
 * Source: Auto Scaling user guide, "Suspend and resume processes", "Use instance scale-in protection".
 */
export function whyNotScaledIn(
  { attributes }: Resource,
  processes: ReadonlySet<string>,
): { readonly protectedMembers: true } | { readonly suspended: string } | undefined {
  if (isTrueAt(attributes, "protect_from_scale_in")) return { protectedMembers: true };
  const { suspended_processes: suspended } = attributes;
  const process = Array.isArray(suspended)
    ? suspended.find((name) => typeof name === "string" && processes.has(name))
    : undefined;
  return typeof process === "string" ? { suspended: process } : undefined;
}

/** -1 leaves a size as it is. Source: Terraform, aws_autoscaling_schedule. */
export const AS_IT_IS = -1;

const ENDING: ReadonlySet<string> = new Set(["Terminate"]);

/** Why a lower size of a group would not last, or end no instance: then it saves nothing. `undefined` when it would. */
export function whySizeStays(context: RuleContext): string | undefined {
  const fixed = whyNotScaledIn(context.resource, ENDING);
  if (fixed !== undefined) {
    return "suspended" in fixed
      ? `its process ${fixed.suspended} is suspended, so a lower size ends no instance`
      : "its instances are protected from scaling in, so a lower size ends none";
  }
  const setting = scheduledActions(context).find(({ attributes }) =>
    ["min_size", "desired_capacity"].some((name) => (numberAt(attributes, name) ?? AS_IT_IS) !== AS_IT_IS),
  );
  return setting === undefined
    ? undefined
    : `its scheduled action ${actionName(setting)} sets its size, which a lower one here would not outlast`;
}
