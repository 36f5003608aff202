import { DAY_MS, type RiskLevel } from "@apex/core";
import { coverageOf } from "../statistics/coverage.ts";
import { between, type History, type RecordedMachine, usableSamples } from "./recorded-machine.ts";
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
  /** Averages over longer periods hide peaks: neither a size nor a shortage can be told from them. */
  readonly longestAverageMs: number;
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

/** A machine that no rule was replayed on, and why. */
export interface UnusedMachine {
  readonly machine: string;
  readonly reason: string;
}

/** A trace replayed by every rule on the same machines at the same times. */
export interface Replay {
  readonly rules: readonly ReplayedRule[];
  readonly machines: number;
  readonly unused: readonly UnusedMachine[];
}

/**
 * Replays rules on recorded machines: at each decision a rule sees what lay before it and nothing else, and the days
 * after it judge. Decisions of one machine follow each other closely and are not independent. `pause` is awaited before each
 * time of decision with the number of machines that are done: what it throws ends the replay.
 */
export async function replayRules(
  machines: Iterable<RecordedMachine> | AsyncIterable<RecordedMachine>,
  rules: readonly SizingRule[],
  plan: ReplayPlan,
  pause: (machinesDone: number) => Promise<void>,
): Promise<Replay> {
  const replayed = rules.map((rule) => ({ rule, decisions: new Array<ReplayedDecision>() }));
  const unused: UnusedMachine[] = [];
  let complete = 0;
  for await (const machine of machines) {
    let sights = 0;
    const found = sightsOf(machine, plan);
    for (let next = found.next(); ; next = found.next()) {
      await pause(complete + unused.length);
      if (next.done === true) {
        if (sights === 0) unused.push({ machine: machine.id, reason: next.value });
        else complete += 1;
        break;
      }
      sights += 1;
      for (const { rule, decisions } of replayed)
        decisions.push(decide(rule, machine, next.value, plan.sizes));
    }
  }
  return { rules: replayed, machines: complete, unused };
}

interface Sight {
  readonly before: History;
  readonly after: History;
}

/** The times of a machine at which enough is known before and after; returns why there was none, where there was none. */
function* sightsOf(machine: RecordedMachine, plan: ReplayPlan): Generator<Sight, string> {
  const { periodMs, statistic } = machine.series;
  const { seenDays, laterDays, longestAverageMs } = plan;
  if (statistic === "average" && periodMs > longestAverageMs)
    return `is known only as averages over ${duration(periodMs)}, which hide peaks: ${duration(longestAverageMs)} at most are replayed`;
  const all = usableSamples(machine);
  const [startMs] = all.timestampsMs;
  if (startMs === undefined) return "has no sample";
  const [seenMs, laterMs] = [seenDays * DAY_MS, laterDays * DAY_MS];
  // The trace may lack a period at its ends.
  const lastDecisionMs = all.nowMs - laterMs + periodMs;
  let [mostBefore, mostAfter] = [0, 0];
  for (let atMs = startMs + seenMs; atMs <= lastDecisionMs; atMs += plan.everyDays * DAY_MS) {
    const before = between(all, startMs, atMs);
    const after = between(all, atMs, atMs + laterMs);
    const shareBefore = coverageOf(before.timestampsMs, periodMs, {
      startMs: atMs - seenMs,
      endMs: atMs,
    }).share;
    const shareAfter = coverageOf(after.timestampsMs, periodMs, {
      startMs: atMs,
      endMs: atMs + laterMs,
    }).share;
    mostBefore = Math.max(mostBefore, shareBefore);
    mostAfter = Math.max(mostAfter, shareAfter);
    if (Math.min(shareBefore, shareAfter) >= plan.minimumCoverage) yield { before, after };
  }
  if (startMs + seenMs > lastDecisionMs)
    return `spans ${duration(all.nowMs - startMs)}; ${duration(seenMs)} before a decision and ${duration(laterMs)} after it are needed`;
  return `has too few samples: at most ${percent(mostBefore)} of those before a decision and ${percent(mostAfter)} of those after it, ${percent(plan.minimumCoverage)} of both are needed at one time`;
}

function percent(share: number): string {
  return `${Math.floor(share * 100)} %`;
}

/** "8.21 days", "30 minutes". */
function duration(ms: number): string {
  const [amount, unit] = ms < DAY_MS / 4 ? [ms / MINUTE_MS, "minute"] : [ms / DAY_MS, "day"];
  const text = String(Number(amount.toFixed(2)));
  return `${text} ${unit}${text === "1" ? "" : "s"}`;
}

const MINUTE_MS = 60_000;

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
