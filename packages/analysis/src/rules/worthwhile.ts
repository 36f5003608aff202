import {
  compareDecimals,
  type IntendedChange,
  type JsonPath,
  type JsonValue,
  type Resource,
} from "@apex/core";
import type { Draft } from "./draft.ts";
import { abstain, type Judgement, propose, type RuleContext } from "./rule.ts";

/** Proposes a draft unless it saves less than the policy thinks worth a review. */
export function proposeIfWorthwhile(
  { policy }: Pick<RuleContext, "policy">,
  draft: Draft,
): readonly Judgement[] {
  const { minimumMonthly } = policy.savings;
  if (compareDecimals(draft.monthlySavings.list, minimumMonthly) >= 0) return propose(draft);
  return abstain(`${draft.from} to ${draft.to} would save less than ${minimumMonthly} a month`);
}

/** One attribute to change, or nothing for what is not under Terraform. */
export function setAttribute(
  resource: Resource,
  path: JsonPath,
  value: { readonly from: JsonValue; readonly to: JsonValue },
): readonly IntendedChange[] {
  return resource.address === undefined
    ? []
    : [{ kind: "set-attribute", address: resource.address, path, ...value }];
}
