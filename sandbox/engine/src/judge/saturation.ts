import type { RunMeasurement } from "@apex/core";

/** Chance of a trend without one; five rising intervals have 1/120, so that fewer show none. */
const TREND_CHANCE_MAX = 0.01;
/** Intervals are joined to no more blocks than this: neighbours are alike, and as so many witnesses they would count twice. */
const BLOCKS_MAX = 12;
/** A backlog of less than this is a burst. */
const BACKLOG_REQUESTS_MIN = 8;
/** Share of a replay's requests that is left over at its end because the service was too slow for them. */
const BACKLOG_SHARE_MIN = 0.02;
/** In flight at the end over in flight at the start. */
const GROWTH_FACTOR_MIN = 2;
/** Intervals over which the rate is taken, and how far below the mean it may count: a pause is no division by nothing. */
const RATE_INTERVALS = 3;
const RATE_SHARE_MIN = 0.25;
/** In flight in the last third over the first third: a straight line from nothing has 5. */
const PILE_UP_FACTOR_MIN = 3;

/** Share of a replay that may be left out while requests in flight fill up from none. */
const FILLING_SHARE_MAX = 1 / 3;

/** What of a run tells about requests in flight. */
export type Flight = Pick<RunMeasurement, "intervals" | "scheduled">;

/** And how long its requests take. */
type TimedFlight = Flight & Pick<RunMeasurement, "intervalMs" | "latency">;

/** How the requests in flight went up during one replay. */
export interface Growth {
  readonly from: number;
  readonly to: number;
}

/** In flight at the end of each interval as long as requests were sent: after the last one any queue drains. */
export function inFlightOf(run: Pick<Flight, "intervals">): readonly number[] {
  const last = run.intervals.findLastIndex((interval) => interval.sent > 0);
  return run.intervals.slice(0, last + 1).map((interval) => interval.inFlight);
}

/**
 * In flight as it would have been at the replay's mean rate (Little's law: in flight = rate × time in the service), so that a
 * recorded load that rises or falls by itself is level.
 */
export function levelledInFlight(run: Pick<Flight, "intervals">): readonly number[] {
  const counts = inFlightOf(run);
  const sent = run.intervals.slice(0, counts.length).map((interval) => interval.sent);
  const meanSent = mean(sent);
  return counts.map((count, index) => {
    const lately = mean(sent.slice(Math.max(0, index + 1 - RATE_INTERVALS), index + 1));
    return (count * meanSent) / Math.max(lately, RATE_SHARE_MIN * meanSent);
  });
}

/**
 * The growth of a backlog within a replay, `null` where there is none: levelled, in flight rises by Mann and Kendall's test (the
 * trend over ranks, so that a spike is no trend) and by the fitted line at least doubles, and what is left over at the end is a
 * material share of all requests. `usual` is taken off first where given: the other side's levelled in flight under the same
 * schedule. The start, which fills up from none, does not count.
 */
export function backlogGrowth(run: TimedFlight, usual: readonly number[] = []): Growth | null {
  const levelled = levelledInFlight(run);
  const excess = levelled
    .map((count, index) => count - (usual[index] ?? 0))
    .slice(fillingIntervals(run, levelled.length));
  if (trendChance(blocksOf(excess)) > TREND_CHANCE_MAX) return null;
  const line = fitLine(excess);
  const rise = line.to - line.from;
  const isMaterial = rise >= Math.max(BACKLOG_REQUESTS_MIN, BACKLOG_SHARE_MIN * run.scheduled);
  if (!isMaterial || line.to < GROWTH_FACTOR_MIN * Math.max(0, line.from)) return null;
  const counts = inFlightOf(run);
  return { from: counts[0] ?? 0, to: Math.max(...counts.slice(-2)) };
}

/**
 * Intervals in which requests in flight only fill up. At rate λ, requests that take w each fill up as λw(1 − e^(−t/w)): after w, the rest
 * of the rise is less than it takes to double. w is the larger of mean and median latency, which hold any wait; of a service that
 * is too slow they are most of the replay, so that only a third of it is left out, and a backlog triples in the rest.
 */
function fillingIntervals({ latency, intervalMs }: TimedFlight, length: number): number {
  const fillMs = Math.max(latency.p50Ms ?? 0, latency.meanMs ?? 0);
  const filling = intervalMs > 0 ? Math.ceil(fillMs / intervalMs) : 0;
  return Math.max(
    1,
    Math.min(Number.isFinite(filling) ? filling : 0, Math.floor(length * FILLING_SHARE_MAX)),
  );
}

/**
 * Whether requests piled up in the service: what then goes late, is dropped or unsent is the service's doing and not the
 * sender's. In flight stands at the connections that may be open for most of the replay, or in its last third is a multiple
 * of that in its first; a container that died is proof of its own.
 */
export function pilesUp(
  run: Flight & Pick<RunMeasurement, "oomKills" | "exitedContainers">,
  connectionsMax = Number.POSITIVE_INFINITY,
): boolean {
  if (run.oomKills > 0 || run.exitedContainers > 0) return true;
  const all = inFlightOf(run);
  if (all.length === 0) return false;
  if (all.filter((count) => count >= connectionsMax).length > all.length / 2) return true;
  const third = Math.ceil(all.length / 3);
  const first = mean(all.slice(0, third));
  const last = mean(all.slice(-third));
  return all.length >= 3 && last >= BACKLOG_REQUESTS_MIN && last >= PILE_UP_FACTOR_MIN * first;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Means of neighbouring values, at most {@link BLOCKS_MAX} of them. */
function blocksOf(values: readonly number[]): readonly number[] {
  const count = Math.min(values.length, BLOCKS_MAX);
  return Array.from({ length: count }, (_, block) =>
    mean(
      values.slice(
        Math.round((block * values.length) / count),
        Math.round(((block + 1) * values.length) / count),
      ),
    ),
  );
}

/**
 * How likely values in random order rise as much as these: Mann (1945) and Kendall's test, exact. Counts the pairs that fall
 * (ties as half) against all orders of n values, built up by inserting one value after the other.
 */
function trendChance(values: readonly number[]): number {
  let falling = 0;
  for (const [index, value] of values.entries()) {
    for (const later of values.slice(index + 1)) falling += later < value ? 1 : later === value ? 0.5 : 0;
  }
  let chances: readonly number[] = [1];
  for (let size = 2; size <= values.length; size += 1) {
    const before = chances;
    chances = Array.from({ length: before.length + size - 1 }, (_, pairs) =>
      before.slice(Math.max(0, pairs - size + 1), pairs + 1).reduce((sum, chance) => sum + chance / size, 0),
    );
  }
  return chances.slice(0, Math.ceil(falling) + 1).reduce((sum, chance) => sum + chance, 0);
}

/** The least-squares line's values at both ends. */
function fitLine(values: readonly number[]): Growth {
  const middle = (values.length - 1) / 2;
  const average = mean(values);
  let products = 0;
  let squares = 0;
  for (const [index, value] of values.entries()) {
    products += (index - middle) * (value - average);
    squares += (index - middle) ** 2;
  }
  const slope = squares === 0 ? 0 : products / squares;
  return { from: average - slope * middle, to: average + slope * middle };
}
