import type { Decimal, IntendedChange, MonthlySavings } from "@apex/core";
import type { Sized } from "../rightsizing/rightsize.ts";
import { type Draft, evidenceFrame, monthlyDifference, savingsOf, shownDays } from "./draft.ts";
import { commitmentFamily, paidAnyway } from "./commitment-family.ts";
import { monthEndDoubt } from "./month-end.ts";
import type { RuleContext } from "./rule.ts";

/** A size that was found, and what the rule knows around it. */
export interface Resize<Machine> {
  readonly part: string;
  /** What is resized, for the summary: "instance", "database". */
  readonly noun: string;
  readonly from: string;
  readonly hourlyNow: Decimal;
  readonly sized: Sized<Machine> & { readonly kind: "sized" };
  /** How many machines change. */
  readonly count: number;
  readonly changes: readonly IntendedChange[];
  /** Besides those of the dimensions. */
  readonly unknowns: readonly string[];
  /** What happens at the change, as a clause. */
  readonly restart: string;
  readonly notes?: readonly string[];
  /** What is left of list savings after discounts that nobody has to ask for; all of them when absent. */
  readonly netOf?: (savings: MonthlySavings, after: Sizing<Machine>) => MonthlySavings;
}

type Sizing<Machine> = (Sized<Machine> & { readonly kind: "sized" })["option"];

/** The draft of a resize: savings at list prices less discounts that come by themselves, risk, confidence and evidence from the sizing. */
export function resizeDraft<Machine>(context: RuleContext, resize: Resize<Machine>): Draft {
  const { sized, from, hourlyNow, count } = resize;
  const { option } = sized;
  const { note } = commitmentFamily(context.cost);
  const monthEnd = monthEndDoubt(context);
  const savingsWith = (after: Sizing<Machine>): MonthlySavings => {
    const list = monthlyDifference(hourlyNow, after.hourly, count);
    const savings = savingsOf(list, context.cost?.commitmentCoverage);
    return resize.netOf?.(savings, after) ?? savings;
  };
  const monthlySavings = savingsWith(option);
  return {
    part: resize.part,
    action: "resize",
    from,
    to: option.name,
    summary: `${from} is larger than this ${resize.noun} needs; ${option.name} holds ${needsText(resize)}`,
    changes: resize.changes,
    monthlySavings,
    risk: option.risk,
    confidence: sized.confidence * monthEnd.confidence,
    effort: option.effort,
    restartRequired: true,
    rollback: `set it back to ${from}; ${resize.restart}`,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: shownDays(sized.lookBackDays),
      coverage: sized.coverage,
      dimensions: option.dimensions,
      confidenceFactors: { ...sized.confidenceFactors, ...monthEnd.factors },
      alternatives: sized.alternatives.map((alternative) => ({
        to: alternative.name,
        monthlySavings: savingsWith(alternative).list,
        risk: alternative.risk,
      })),
      notes: [
        `At the change ${resize.restart}`,
        ...sized.notes,
        ...(resize.notes ?? []),
        ...(note === undefined ? [] : [note]),
        ...paidAnyway(monthlySavings),
      ],
    },
    unknowns: [...sized.unknowns, ...resize.unknowns, ...monthEnd.unknowns],
  };
}

function needsText<Machine>(resize: Resize<Machine>): string {
  const { dimensions } = resize.sized.option;
  const [leading] = dimensions;
  if (leading === undefined) return "its need";
  const headroom = Math.round(leading.headroom * 100);
  // Where today's capacity is all that is asked for, so is its headroom.
  const asToday = leading.need === leading.capacityNow ? ", as today" : "";
  return `its ${leading.dimension} demand of ${Number(leading.demand.toPrecision(3))} ${leading.unit} (${leading.percentile}) with ${headroom} % headroom${asToday}`;
}
