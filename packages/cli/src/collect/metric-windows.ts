import { createHash } from "node:crypto";
import { DAY_MS, type Resource, type TimeWindow } from "@apex/core";

/** CloudWatch's and Cloud Monitoring's finest common period: windows begin and end at its multiples. */
const PERIOD_MS = 300_000;

/**
 * What comes late: data points may take as much as two hours to become available (CloudWatch API reference, PutMetricData), and the
 * last period of the round before may have been looked at half-way.
 */
const OVERLAP_MS = 2 * 60 * 60_000 + PERIOD_MS;

/** The mark of what is measured without an inventory. */
export const EVERYTHING = "everything";

/** Resources whose metrics are asked for over the same window. */
export interface MetricGroup {
  readonly window: TimeWindow;
  readonly resources: readonly Resource[];
  /** Names this question: the same resources and window have the same. */
  readonly digest: string;
}

/** What a resource's mark is kept under: names are unique in an account, region and type alone. */
export function markKey({ account, region, type, id }: Resource): string {
  return [account ?? "", region ?? "", type, id].join("/");
}

/** A name under a question: what one has brought says nothing of another. */
export function questioned(name: string, question: string | undefined): string {
  return question === undefined ? name : `${question}?${name}`;
}

/** The marks of one question, by {@link markKey}. */
export function marksOf(
  marks: ReadonlyMap<string, number>,
  question: string | undefined,
): ReadonlyMap<string, number> {
  if (question === undefined) return marks;
  const start = questioned("", question);
  return new Map(
    [...marks].flatMap(([key, until]) => (key.startsWith(start) ? [[key.slice(start.length), until]] : [])),
  );
}

/**
 * Cuts resources by what is missing of their metrics: all `days` for those that are new, and for the others what is newer than the
 * end of the window that was last finished, with an overlap for what came late.
 */
export function metricGroups(
  resources: readonly Resource[],
  until: ReadonlyMap<string, number>,
  nowMs: number,
  days: number,
): readonly MetricGroup[] {
  const endMs = endOf(nowMs);
  const byStart = new Map<number, Resource[]>();
  for (const resource of resources) {
    const startMs = startOf(until.get(markKey(resource)), endMs, days);
    if (startMs === undefined) continue;
    const same = byStart.get(startMs);
    if (same === undefined) byStart.set(startMs, [resource]);
    else same.push(resource);
  }
  return [...byStart]
    .toSorted(([a], [b]) => a - b)
    .map(([startMs, some]) => ({
      window: { startMs, endMs },
      resources: some,
      digest: digestOf({ startMs, endMs }, some),
    }));
}

/**
 * The group of a source that measures what others find where they have found nothing: everything that it knows. `undefined` when
 * it has been asked for all already.
 */
export function everythingGroup(
  until: ReadonlyMap<string, number>,
  nowMs: number,
  days: number,
): MetricGroup | undefined {
  const endMs = endOf(nowMs);
  const startMs = startOf(until.get(EVERYTHING), endMs, days);
  if (startMs === undefined) return undefined;
  const window = { startMs, endMs };
  return { window, resources: [], digest: digestOf(window, []) };
}

/** The marks that still say something: what was last measured before the window is asked for all of it, as if it were new. */
export function marksWithin(
  until: ReadonlyMap<string, number>,
  nowMs: number,
  days: number,
): Map<string, number> {
  const earliestMs = earliestOf(endOf(nowMs), days);
  return new Map([...until].filter(([, last]) => last > earliestMs));
}

function endOf(nowMs: number): number {
  return Math.floor(nowMs / PERIOD_MS) * PERIOD_MS;
}

/** Where to go on after the window that ended at `last`; `undefined` when nothing is missing. */
function startOf(last: number | undefined, endMs: number, days: number): number | undefined {
  if (last !== undefined && last >= endMs) return undefined;
  const earliestMs = earliestOf(endMs, days);
  return last === undefined ? earliestMs : Math.max(earliestMs, last - OVERLAP_MS);
}

function earliestOf(endMs: number, days: number): number {
  return endMs - Math.ceil((days * DAY_MS) / PERIOD_MS) * PERIOD_MS;
}

function digestOf(window: TimeWindow, resources: readonly Resource[]): string {
  const names = resources.map(({ type, id, account, region }) => JSON.stringify([type, id, account, region]));
  const text = JSON.stringify([window, names.toSorted()]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/**
 * The resources that a part which failed may have been about: the accounts and regions among the segments of its key narrow
 * them down.
 */
export function touchedBy(failedKey: string, resources: readonly Resource[]): readonly Resource[] {
  const segments = new Set(failedKey.split("/"));
  const named = (values: readonly (string | undefined)[]): ReadonlySet<string | undefined> =>
    new Set(values.filter((value) => value !== undefined && segments.has(value)));
  const accounts = named(resources.map(({ account }) => account));
  const regions = named(resources.map(({ region }) => region));
  return resources.filter(
    ({ account, region }) =>
      (accounts.size === 0 || accounts.has(account)) && (regions.size === 0 || regions.has(region)),
  );
}
