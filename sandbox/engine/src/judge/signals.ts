import type { RunMeasurement, Side, VerdictReason } from "@apex/core";
import { figures } from "./compare.ts";
import { medianOf } from "./intervals.ts";
import { backlogGrowth, type Growth, inFlightOf, levelledInFlight } from "./saturation.ts";
import { counted, formatNumber, formatPercent, joined } from "./wording.ts";

/** Share of a side's replays in which a backlog must grow for "does not hold the load"; one in five may look calm. */
const GROWING_SHARE_MIN = 0.8;
/** From here on it is not clear. */
const GROWING_SHARE_UNCLEAR = 0.5;
/** CPU over the limit below which nothing can pile up in a twin: it queues for CPU alone, and waits for the rest without end. */
const TWIN_QUEUE_CPU_SHARE_MIN = 0.8;
/** Fewer replays prove neither. */
const GROWING_RUNS_MIN = 3;
/** Major page faults a second of a service whose own pages are thrown out and read again; measured: 3 calm, 400 thrashing. */
const THRASH_FAULTS_PER_SECOND_MIN = 100;
/** The same over the baseline's. */
const THRASH_FACTOR_MIN = 10;
/** Memory peak over the limit, from which page faults are a lack of memory. */
const THRASH_MEMORY_SHARE_MIN = 0.9;

/** Something that no statistics is needed for. Codes: out-of-memory, container-exited, does-not-hold-the-load, thrashing. */
export interface Signal {
  readonly code: VerdictReason["code"];
  readonly isCertain: boolean;
  /** One whole sentence. */
  readonly summary: string;
}

/** One side's runs: all of them (a killed container is a fact on a noisy host too), and those that are faithful. */
export interface SideRuns {
  readonly all: readonly RunMeasurement[];
  readonly faithful: readonly RunMeasurement[];
  /** Who it is, as the subject of a sentence: "2 × m5.large". */
  readonly subject: string;
  /** A twin queues for nothing but CPU. */
  readonly isTwin?: boolean;
}

/** One side of `runs`, in the order in which they ran. */
export function sideRuns(
  runs: readonly RunMeasurement[],
  side: Side,
  about: Partial<Pick<SideRuns, "subject" | "isTwin">> = {},
): SideRuns {
  const all = runs.filter((run) => run.side === side).toSorted((a, b) => a.ordinal - b.ordinal);
  const faithful = all.filter((run) => run.unfit.length === 0);
  return { all, faithful, subject: `the ${side}`, ...about };
}

/** The hard signals of one side; `other` is what it is compared with, where that makes sense. */
export function signalsOf(side: SideRuns, other?: SideRuns): readonly Signal[] {
  return [outOfMemory(side), exited(side), backlog(side, other), thrashing(side, other)].filter(
    (signal) => signal !== null,
  );
}

function outOfMemory({ all, subject }: SideRuns): Signal | null {
  const killed = all.filter((run) => run.oomKills > 0);
  if (killed.length === 0) return null;
  const kills = killed.reduce((sum, run) => sum + run.oomKills, 0);
  return {
    code: "out-of-memory",
    isCertain: true,
    summary: `The kernel killed ${subject} for want of memory ${counted(kills, "time")}, in ${killed.length} of ${counted(all.length, "replay")}.`,
  };
}

function exited({ all, subject }: SideRuns): Signal | null {
  const ended = all.filter((run) => run.exitedContainers > 0 && run.oomKills === 0);
  if (ended.length === 0) return null;
  return {
    code: "container-exited",
    isCertain: true,
    summary: `The service ended by itself on ${subject} in ${ended.length} of ${counted(all.length, "replay")}.`,
  };
}

/** The growth of a backlog in one run, or what it dropped, which a faithful replay does only when the service holds all that may be in flight. */
export function backlogIn(run: RunMeasurement, isTwin: boolean): Growth | null {
  const growth = growthIn(run, isTwin);
  if (growth !== null || run.dropped === 0) return growth;
  return { from: inFlightOf(run)[0] ?? 0, to: Math.max(0, ...inFlightOf(run)) };
}

/** The growth of a backlog in one run, beyond what the other side has of its own share of the same stretch of the load. */
function growthIn(run: RunMeasurement, isTwin: boolean, other?: SideRuns): Growth | null {
  if (isTwin && run.cpuShare < TWIN_QUEUE_CPU_SHARE_MIN) return null;
  if (other === undefined) return backlogGrowth(run);
  const same = other.faithful.filter(({ pair }) => pair !== undefined && pair === run.pair);
  const others = same.length > 0 ? same : other.faithful;
  const otherSent = medianOf(others.map(({ sent }) => sent)) ?? 0;
  const share = otherSent > 0 ? run.sent / otherSent : 1;
  return backlogGrowth(
    run,
    usualInFlight(others).map((count) => share * count),
  );
}

function backlog({ faithful, subject, isTwin = false }: SideRuns, other?: SideRuns): Signal | null {
  const growing = faithful.flatMap((run) => {
    const growth = growthIn(run, isTwin, other);
    if (growth !== null) return [growth];
    // A faithful replay drops requests only when the service holds all that may be in flight.
    const most = Math.max(0, ...inFlightOf(run));
    return run.dropped > 0 ? [{ from: inFlightOf(run)[0] ?? 0, to: most }] : [];
  });
  const share = growing.length / Math.max(1, faithful.length);
  if (share < GROWING_SHARE_UNCLEAR) return null;
  const from = formatNumber(medianOf(growing.map((growth) => growth.from)) ?? 0);
  const to = formatNumber(medianOf(growing.map((growth) => growth.to)) ?? 0);
  const isCertain = share >= GROWING_SHARE_MIN && faithful.length >= GROWING_RUNS_MIN;
  const times = `${growing.length} of ${counted(faithful.length, "usable replay")}`;
  const grew = `In-flight requests grew from ${from} to ${to} within the replay, in ${times}`;
  return {
    code: "does-not-hold-the-load",
    isCertain,
    summary: isCertain
      ? `${grew}: ${subject} cannot hold this load.`
      : `${grew}: whether ${subject} can hold this load takes more or longer replays.`,
  };
}

/** Levelled in flight per interval, the middle of one side's runs. */
function usualInFlight(runs: readonly RunMeasurement[]): readonly number[] {
  const profiles = runs.map(levelledInFlight);
  const length = Math.max(0, ...profiles.map((profile) => profile.length));
  return Array.from(
    { length },
    (_, index) => medianOf(profiles.flatMap((profile) => profile[index] ?? [])) ?? 0,
  );
}

function thrashing({ faithful, subject }: SideRuns, other?: SideRuns): Signal | null {
  const own = figures(faithful, faultsPerSecond);
  const usual = other === undefined ? [] : figures(other.faithful, faultsPerSecond);
  const [perSecond, usualPerSecond] = [medianOf(own), medianOf(usual) ?? 0];
  const memoryShare = medianOf(figures(faithful, (run) => run.memoryPeakShare)) ?? 1;
  if (perSecond === null || own.length < faithful.length || memoryShare < THRASH_MEMORY_SHARE_MIN)
    return null;
  const floor = Math.max(THRASH_FAULTS_PER_SECOND_MIN, THRASH_FACTOR_MIN * usualPerSecond);
  if (own.some((rate) => rate < floor)) return null;
  const against = other === undefined ? [] : [`${formatNumber(usualPerSecond)} with the baseline`];
  const figuresSeen = joined([`${formatNumber(perSecond)} major page faults a second`, ...against]);
  return {
    code: "thrashing",
    isCertain: true,
    summary: `Memory is too small: ${subject} reads its own pages from disk again and again (${figuresSeen}, memory peak ${formatPercent(memoryShare)} of the limit).`,
  };
}

function faultsPerSecond(run: RunMeasurement): number | null {
  if (run.majorFaults === null || !(run.durationMs > 0)) return null;
  return run.majorFaults / (run.durationMs / 1000);
}
