import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  type IntendedChange,
  type MonthlySavings,
  multiply,
} from "@apex/core";
import { numberAt } from "../fleet/attributes.ts";
import type { ScalingGroup } from "../fleet/group.ts";
import { evidenceFrame, monthlyDifference, savingsOf, shownDays, STORAGE_COVERAGE } from "./draft.ts";
import { templateVolumesMonthly } from "./group-volumes.ts";
import { groupEvidence, type GroupNeed } from "./group-capacity.ts";
import { monthEndDoubt } from "./month-end.ts";
import { abstain, type Judgement, propose, type RuleContext } from "./rule.ts";

/** A group with its need and the new sizes. */
export interface CapacityChange {
  readonly group: ScalingGroup & { readonly kind: "group" };
  readonly need: GroupNeed & { readonly kind: "needed" };
  readonly instances: number;
  /** Also lowers the maximum, for a group that stays fixed. */
  readonly keepsFixed: boolean;
  readonly summary: string;
}

const NO_PRICE: Decimal = decimal(0);

/** Lowers the sizes of a group; abstains when that is riskier than the policy accepts or saves too little. */
export function proposeCapacity(context: RuleContext, change: CapacityChange): readonly Judgement[] {
  const { policy } = context;
  const { group, need, instances } = change;
  const found = groupEvidence(need, instances, group.machine);
  if (found.risk > policy.sizing.maximumRisk) {
    return abstain(`${instances} instances would run short too often (risk ${found.risk})`);
  }
  const fewer = group.minimum - instances;
  const machines = monthlyDifference(group.hourly, NO_PRICE, fewer);
  const volumes = templateVolumesMonthly(group.template, group.region, context.prices);
  const disks = volumes.kind === "known" ? multiply(volumes.value, decimal(fewer)) : NO_PRICE;
  const monthlySavings = together(
    savingsOf(machines, context.cost?.commitmentCoverage),
    savingsOf(disks, STORAGE_COVERAGE),
  );
  if (compareDecimals(monthlySavings.list, policy.savings.minimumMonthly) < 0) {
    return abstain(`${instances} instances would save less than ${policy.savings.minimumMonthly} a month`);
  }
  const monthEnd = monthEndDoubt(context);
  const maximum = change.keepsFixed ? instances : group.maximum;
  return propose({
    part: "group",
    action: "set-capacity",
    from: sizes(group.minimum, group.maximum),
    to: sizes(instances, maximum),
    summary: change.summary,
    changes: changesFor(context, change, maximum),
    monthlySavings,
    risk: found.risk,
    confidence: found.confidence * monthEnd.confidence,
    effort: "very-low",
    restartRequired: false,
    rollback: `set min_size and desired_capacity back to ${group.minimum}; new instances start within minutes`,
    evidence: {
      ...evidenceFrame(context.window, policy),
      lookBackDays: shownDays(found.days),
      coverage: found.coverage,
      dimensions: found.dimensions,
      confidenceFactors: { ...found.factors, ...monthEnd.factors },
      alternatives: [],
      notes: [
        need.inService.fewest === need.inService.most
          ? `${need.inService.most} instances were in service throughout`
          : `Between ${need.inService.fewest} and ${need.inService.most} instances were in service`,
        ...need.notes,
      ],
    },
    unknowns: [
      ...need.unknowns,
      "intent: whether the floor is kept for failover or a known event is not in the metrics",
      ...group.unknowns,
      ...(volumes.kind === "known" ? [] : [`volumes: ${volumes.reason}; they are not in the saving`]),
      ...monthEnd.unknowns,
    ],
    instancesAfter: instances,
  });
}

/** The savings of two parts of one bill. */
function together(a: MonthlySavings, b: MonthlySavings): MonthlySavings {
  return {
    ...a,
    list: addDecimals(a.list, b.list),
    net: a.net === null || b.net === null ? null : addDecimals(a.net, b.net),
  };
}

function sizes(minimum: number, maximum: number): string {
  return minimum === maximum ? `${minimum} instances` : `${minimum} to ${maximum} instances`;
}

function changesFor(
  { resource }: RuleContext,
  { group, instances }: CapacityChange,
  maximum: number,
): readonly IntendedChange[] {
  const { address, attributes } = resource;
  if (address === undefined) return [];
  const set = (name: string, from: number | null, to: number) =>
    ({ kind: "set-attribute", address, path: [name], from, to }) as const;
  // AWS lowers the desired capacity with the maximum; above it, only autoscaling does.
  const whenUnmanaged = maximum === instances ? "still-saves" : "saves-as-it-scales";
  const desired = numberAt(attributes, "desired_capacity");
  return [
    set("min_size", group.minimum, instances),
    ...(desired !== undefined && desired > instances
      ? [{ ...set("desired_capacity", desired, instances), whenUnmanaged } as const]
      : []),
    ...(maximum < group.maximum ? [set("max_size", group.maximum, maximum)] : []),
  ];
}
