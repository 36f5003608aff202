import type { PriceBook } from "@apex/catalog";
import type { MetricName, Resource, ResourceCost, TimeWindow, UtilizationProfile } from "@apex/core";
import type { Fleet } from "../fleet/fleet.ts";
import type { Policy } from "../policy/policy.ts";
import type { RuleName } from "../policy/rule-names.ts";
import type { Draft } from "./draft.ts";

/** What a rule sees: one resource with its measurements, and the fleet around it. */
export interface RuleContext {
  readonly resource: Resource;
  /** Without series when nothing was measured. */
  readonly profile: UtilizationProfile;
  readonly fleet: Fleet;
  readonly cost: ResourceCost | undefined;
  readonly policy: Policy;
  readonly window: TimeWindow;
  /**
   * Where every price comes from: hand it to the catalogue's functions as their last argument, as in
   * `unitPrice(name, region, context.prices)`. Without it they only know the committed tables, not the user's synced ones.
   */
  readonly prices: PriceBook;
  /**
   * Whether a resource of its type, in its account and region, came with samples, of a metric where one is named: only then does
   * having none say something. Known once all profiles are read, so for resources without a profile; `false` before.
   */
  readonly isMeasuredBeside: (metric?: MetricName) => boolean;
}

/** A rule's word on a resource. An empty list means that the rule does not concern it. */
export type Judgement =
  | { readonly kind: "proposed"; readonly draft: Draft }
  | {
      readonly kind: "abstained";
      readonly reason: string;
      /** Whether it is the normal case, which another rule's word on the resource implies: "it is not idle". */
      readonly isRoutine: boolean;
    };

/** One kind of waste. Pure: the same context gives the same judgements. */
export interface Rule {
  readonly name: RuleName;
  /** Terraform types that it looks at. */
  readonly resourceTypes: readonly string[];
  readonly judge: (context: RuleContext) => readonly Judgement[];
}

/** The word of a rule that looked and proposes nothing. */
export function abstain(reason: string, isRoutine = false): readonly Judgement[] {
  return [{ kind: "abstained", reason, isRoutine }];
}

/** The word of a rule that proposes one change. */
export function propose(draft: Draft): readonly Judgement[] {
  return [{ kind: "proposed", draft }];
}
