import {
  type Decimal,
  decimal,
  HOURS_PER_MONTH,
  type IntendedChange,
  multiply,
  type Resource,
} from "@apex/core";
import { switchTimesOf, switchTimeText } from "../schedule/off-blocks.ts";
import type { WeeklySchedule } from "../schedule/weekly-schedule.ts";
import { HOURS_PER_WEEK } from "../statistics/hourly.ts";
import { UTC } from "../statistics/local-time.ts";
import { paidAnyway } from "./commitment-family.ts";
import { type Draft, evidenceFrame, savingsOf, shownDays } from "./draft.ts";
import { monthEndDoubt } from "./month-end.ts";
import type { RuleContext } from "./rule.ts";

/** A machine that can be off in the same hours of every week. */
export interface Schedule {
  readonly part: string;
  /** "instance", "database". */
  readonly noun: string;
  readonly from: string;
  /** USD an hour of all that is off together. */
  readonly hourly: Decimal;
  readonly found: WeeklySchedule & { readonly kind: "schedule" };
  readonly changes: readonly IntendedChange[];
  readonly effort: Draft["effort"];
  readonly rollback: string;
  readonly notes: readonly string[];
  readonly unknowns: readonly string[];
}

/** Tags by which the usual schedulers know their machines. Sources: AWS Instance Scheduler; Cloud Custodian, off-hours. */
const SCHEDULER_TAG =
  /^(schedule|maid_offhours|custodian_(off|on)hours|(instance-?)?scheduler.*|auto-?(stop|start).*)$/i;

/** Why nothing is written that stops and starts a machine on time. */
export const SCHEDULER_NEEDS_ROLE =
  "a scheduler (EventBridge Scheduler, AWS Instance Scheduler) needs an IAM role that may stop and start it, which is its owner's to grant";

/** The draft of switching something off in the hours of the week in which it does nothing. */
export function scheduleDraft(context: RuleContext, schedule: Schedule): Draft {
  const { found } = schedule;
  const { timezone } = context.policy.schedule;
  const monthEnd = monthEndDoubt(context);
  const switches = switchTimesOf(found.blocks);
  const textOf = (does: "stop" | "start"): string =>
    switches
      .filter((one) => one.does === does)
      .map((time) => switchTimeText(time, timezone))
      .join(", and ");
  const hoursOn = HOURS_PER_WEEK - found.hoursOff;
  const monthlySavings = savingsOf(
    multiply(schedule.hourly, monthlyHoursOff(found.hoursOff)),
    context.cost?.commitmentCoverage,
  );
  return {
    part: schedule.part,
    action: "schedule",
    from: schedule.from,
    to: `on for ${hoursOn} of 168 hours a week`,
    summary: `This ${schedule.noun} does nothing for ${found.hoursOff} of the 168 hours of every week; stop it at ${textOf("stop")} and start it at ${textOf("start")}`,
    changes: schedule.changes,
    monthlySavings,
    risk: 1,
    confidence: found.confidence * monthEnd.confidence,
    effort: schedule.effort,
    restartRequired: true,
    rollback: schedule.rollback,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: shownDays(found.days),
      coverage: found.coverage,
      dimensions: found.dimensions,
      confidenceFactors: { ...found.confidenceFactors, ...monthEnd.factors },
      alternatives: [],
      notes: [marginNote(context), ...schedule.notes, ...paidAnyway(monthlySavings)],
    },
    unknowns: [
      ...found.unknowns,
      "holidays and releases: work outside of the hours seen finds it off",
      "dependants: what asks for it only when it is busy itself was not looked at",
      ...schedule.unknowns,
      ...monthEnd.unknowns,
    ],
    shareLeft: hoursOn / HOURS_PER_WEEK,
  };
}

/** Hours of a month of 730 that some hours a week make, rounded down to a thousandth. */
function monthlyHoursOff(hoursOffPerWeek: number): Decimal {
  return decimal(Math.floor((hoursOffPerWeek * HOURS_PER_MONTH * 1000) / HOURS_PER_WEEK) / 1000);
}

function marginNote({ policy }: RuleContext): string {
  const { marginBeforeHours, marginAfterHours, timezone } = policy.schedule;
  const times =
    timezone === UTC
      ? "times are UTC and hold in both halves of the year where clocks change"
      : `times are those of ${timezone}, and move with its clocks`;
  return `It is on from ${marginBeforeHours} h before the first busy hour until ${marginAfterHours} h after the last one; ${times}`;
}

/** Why something already has a schedule; `undefined` when nothing says so. */
export function whyScheduled({ tags }: Resource): string | undefined {
  const tag = Object.keys(tags).find((key) => SCHEDULER_TAG.test(key));
  return tag === undefined ? undefined : `its tag ${tag} says that a scheduler already looks after it`;
}
