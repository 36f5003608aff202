import type { Resource } from "@apex/core";
import { matchesPattern } from "../rightsizing/pattern.ts";
import type { IgnoreRule, Policy } from "./policy.ts";
import type { RuleName } from "./rule-names.ts";

/** The exception of the policy that keeps a rule off a resource; `undefined` when there is none. */
export function ignoredBy(policy: Policy, rule: RuleName, resource: Resource): IgnoreRule | undefined {
  return policy.ignore.find((entry) => holdsFor(entry, rule) && matches(entry, resource));
}

/** The word on a resource that an exception keeps a rule off. */
export function leftAlone({ reason }: IgnoreRule): string {
  return `left alone: ${reason ?? "an exception of the policy"}`;
}

function holdsFor(entry: IgnoreRule, rule: RuleName): boolean {
  return entry.rules === undefined || entry.rules.includes(rule);
}

function matches(entry: IgnoreRule, resource: Resource): boolean {
  if (entry.address === undefined && entry.resourceId === undefined && entry.tag === undefined) return false;
  if (entry.address !== undefined) {
    if (resource.address === undefined || !matchesPattern(entry.address, resource.address)) return false;
  }
  if (entry.resourceId !== undefined) {
    if (entry.resourceId !== resource.id && !resource.aliases.includes(entry.resourceId)) return false;
  }
  if (entry.tag === undefined) return true;
  const value = Object.hasOwn(resource.tags, entry.tag.key) ? resource.tags[entry.tag.key] : undefined;
  return value !== undefined && (entry.tag.value === undefined || entry.tag.value === value);
}

/**
 * Exceptions by address or id that no resource matches: a misspelt one protects nothing, and its author should
 * hear of it. Tags may well be on nothing today.
 */
export function idleExceptions(policy: Policy, resources: readonly Resource[]): readonly IgnoreRule[] {
  return policy.ignore.filter(
    (entry) => entry.tag === undefined && !resources.some((resource) => matches(entry, resource)),
  );
}
