import { DAY_MS, type RiskLevel } from "@apex/core";
import { coverageOf } from "../statistics/coverage.ts";
import { type History, historyOf, type RecordedMachine } from "./recorded-machine.ts";
import type { SizingRule } from "./sizing-rule.ts";

/** How a trace is replayed: from the first day on that `seenDays` lie before, a decision each `everyDays`. */
export interface ReplayPlan {
  /** Sizes that can be chosen, in vCPU; they cost by the vCPU. */
  readonly sizes: readonly number[];
  /** Days that lie before the first decision; rules look back as far as they like, and no further than the trace. */
  readonly seenDays: number;
  /** Days after a decision that judge it. */
  readonly laterDays: number;
  readonly everyDays: number;
  /** Share of the samples that must be there, before and after, 0–1. */
  readonly minimumCoverage: number;
}

/** What one rule decided for one machine at one time, and how that fared. */
export interface ReplayedDecision {
  readonly machine: string;
  readonly atMs: number;
  readonly vcpuBefore: number;
  readonly vcpuAfter: number;
  readonly confidence: number | null;
  readonly risk: RiskLevel | null;
  /** Share of the later samples above the chosen size, 0–1. */
  readonly shortShare: number;
  /** Work of the later samples, and the part of it above the chosen size, in vCPU summed over samples. */
  readonly work: number;
  readonly workAbove: number;
}

/** All decisions of one rule, in the order of machines and times. */
export interface ReplayedRule {
  readonly rule: SizingRule;
  readonly decisions: readonly ReplayedDecision[];
}

/** A trace replayed by every rule on the same machines at the same times. */
export interface Replay {
  readonly rules: readonly ReplayedRule[];
  readonly machines: number;
  /** Machines without a single time at which enough was recorded before and after. */
  readonly incomplete: number;
}

/**
 * Replays rules on recorded machines: at each decision a rule sees what lay before it and nothing else, and the days
 * after it judge. Decisions of one machine follow each other closely and are not independent.
 */
export function replayRules(
  machines: Iterable<RecordedMachine>,
  rules: readonly SizingRule[],
  plan: ReplayPlan,
): Replay {
  const replayed = rules.map((rule) => ({ rule, decisions: new Array<ReplayedDecision>() }));
  let complete = 0;
  let incomplete = 0;
  for (const machine of machines) {
    const sights = sightsOf(machine, plan);
    if (sights.length === 0) incomplete += 1;
    else complete += 1;
    for (const { rule, decisions } of replayed) {
      for (const sight of sights) decisions.push(decide(rule, machine, sight, plan.sizes));
    }
  }
  return { rules: replayed, machines: complete, incomplete };
}

interface Sight {
  readonly before: History;
  readonly after: History;
}

function sightsOf(machine: RecordedMachine, plan: ReplayPlan): readonly Sight[] {
  const { timestampsMs, periodMs } = machine.series;
  const startMs = timestampsMs[0];
  const lastMs = timestampsMs.at(-1);
  if (startMs === undefined || lastMs === undefined) return [];
  const endMs = lastMs + periodMs;
  const sights: Sight[] = [];
  const laterMs = plan.laterDays * DAY_MS;
  // The trace may lack a period at its ends.
  const lastDecisionMs = endMs - laterMs + periodMs;
  for (let atMs = startMs + plan.seenDays * DAY_MS; atMs <= lastDecisionMs; atMs += plan.everyDays * DAY_MS) {
    const before = historyOf(machine, startMs, atMs);
    const after = historyOf(machine, atMs, atMs + laterMs);
    const isComplete = (seen: History, window: { startMs: number; endMs: number }): boolean =>
      coverageOf(seen.timestampsMs, periodMs, window).share >= plan.minimumCoverage;
    const recent = { startMs: atMs - plan.seenDays * DAY_MS, endMs: atMs };
    if (isComplete(before, recent) && isComplete(after, { startMs: atMs, endMs: atMs + laterMs }))
      sights.push({ before, after });
  }
  return sights;
}

function decide(
  rule: SizingRule,
  machine: RecordedMachine,
  { before, after }: Sight,
  sizes: readonly number[],
): ReplayedDecision {
  const { vcpu, confidence, risk } = rule.choose(before, machine, sizes);
  let short = 0;
  let work = 0;
  let workAbove = 0;
  for (const percent of after.values) {
    const demand = (percent / 100) * machine.vcpu;
    work += demand;
    if (demand <= vcpu) continue;
    short += 1;
    workAbove += demand - vcpu;
  }
  return {
    machine: machine.id,
    atMs: before.nowMs,
    vcpuBefore: machine.vcpu,
    vcpuAfter: vcpu,
    confidence: confidence ?? null,
    risk: risk ?? null,
    shortShare: short / after.values.length,
    work,
    workAbove,
  };
}
