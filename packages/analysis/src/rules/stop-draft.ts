import { type Decimal, decimal, type IntendedChange, parseAddress, type RiskLevel } from "@apex/core";
import type { Idleness } from "../idle/idleness.ts";
import { type Draft, evidenceFrame, monthlyDifference, savingsOf, shownDays } from "./draft.ts";
import { monthEndDoubt } from "./month-end.ts";
import type { RuleContext } from "./rule.ts";

/** An idle machine and how it is stopped. */
export interface Stop {
  /** "instance", "database". */
  readonly noun: string;
  readonly from: string;
  readonly hourly: Decimal;
  readonly idleness: Idleness & { readonly kind: "idle" };
  readonly changes: readonly IntendedChange[];
  readonly rollback: string;
  readonly notes: readonly string[];
  readonly unknowns: readonly string[];
}

/**
 * Nothing in the look-back says that a stopped machine is missed, yet of 17 machines of the Bitbrains traces that
 * these thresholds call idle two were busy in the following weeks: never risk 0.
 */
const STOP_RISK: RiskLevel = 1;

/** The draft of stopping an idle machine: its hours are saved, what it stores stays and stays billed. */
export function stopDraft(context: RuleContext, stop: Stop): Draft {
  const { idleness } = stop;
  const monthEnd = monthEndDoubt(context);
  return {
    part: "machine",
    action: "stop",
    from: stop.from,
    to: "stopped",
    summary: `This ${stop.noun} was idle for ${Math.floor(idleness.days)} days; stop it and keep its storage`,
    changes: stop.changes,
    monthlySavings: savingsOf(monthlyDifference(stop.hourly, decimal(0)), context.cost?.commitmentCoverage),
    risk: STOP_RISK,
    confidence: idleness.confidence * monthEnd.confidence,
    effort: "low",
    restartRequired: false,
    rollback: stop.rollback,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: shownDays(idleness.days),
      coverage: idleness.coverage,
      dimensions: idleness.dimensions.map((dimension) => ({ ...dimension, risk: STOP_RISK })),
      confidenceFactors: { ...idleness.confidenceFactors, ...monthEnd.factors },
      alternatives: [],
      notes: stop.notes,
    },
    unknowns: [...idleness.unknowns, ...stop.unknowns, ...monthEnd.unknowns],
  };
}

/** A block name made from an address: `aws_instance.web["eu-1"]` and "stopped" give `web_eu_1_stopped`. */
export function blockNameFor(address: string, suffix: string): string {
  const parsed = parseAddress(address);
  const parts =
    parsed === undefined
      ? ["resource"]
      : [parsed.name, ...(parsed.key === undefined ? [] : [String(parsed.key)])];
  return [...parts, suffix].join("_").replaceAll(/[^A-Za-z0-9_-]+/g, "_");
}
