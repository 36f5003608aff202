import { underPresentId } from "@apex/collectors";
import type { CollectionPart, LiveCollector, Resource } from "@apex/core";
import { AdapterError } from "@apex/core";
import {
  checkHome,
  type CollectionRound,
  keepHome,
  openStore,
  type PartFailure,
  readCollection,
  type Store,
  withRound,
} from "@apex/store";
import { collectPart, failureOf } from "./collect-part.ts";
import {
  EVERYTHING,
  everythingGroup,
  markKey,
  marksWithin,
  type MetricGroup,
  metricGroups,
  touchedBy,
  marksOf,
  questioned,
} from "./metric-windows.ts";
import { SampleBatches } from "./sample-batches.ts";
import { sideBySide } from "./side-by-side.ts";

/** Parts wait for the network; a collector bounds what it asks of one account and region itself. */
const PARTS_AT_ONCE = 16;
/** A part of metrics holds its samples until it is whole: some 32 MB each. */
const METRIC_PARTS_AT_ONCE = 6;

/** What is to be collected, and where to. */
export interface RoundRequest {
  /** "aws": what `apex collect` calls it, and its part of the collection. */
  readonly source: string;
  /** What is asked of it, where one source may be asked differently: marks of one question say nothing of another. */
  readonly question?: string | undefined;
  readonly directory: string;
  /** Where samples and bills go, in place of files in the directory. */
  readonly clickHouseUrl?: string;
  /** How far back metrics are asked for of what is new. */
  readonly days: number;
  readonly nowMs: number;
  /** `nowMs` is the round's own now. */
  readonly open: (nowMs: number) => Promise<LiveCollector>;
  /** Whether metrics are asked for of all that lies in the collection, not only of what this source found. */
  readonly measuresOthers: boolean;
  readonly signal: AbortSignal;
  readonly onStep: (name: string) => void;
  readonly onProgress: (text: string) => void;
}

/** What a run did; what lies in the collection is read from there. */
export interface RoundOutcome {
  readonly isResumed: boolean;
  /** Of this run; what an earlier start of the round brought is not counted again. */
  readonly points: number;
  readonly costRows: number;
  /** Parts that are there now, of metrics too; those of an earlier start among them. */
  readonly partsDone: number;
  readonly failures: readonly PartFailure[];
  /** Whether no metrics were asked for, because the round before had them all. */
  readonly isUpToDate: boolean;
}

/**
 * One round of a source into a collection: inventory, bills and opinions first, then the metrics of what was found. Parts that an
 * earlier, interrupted start finished are not done again; one that fails costs only itself. The round ends when no part is missing
 * that could be had by trying again. Throws AdapterErrors when nothing can be asked at all, and the signal's reason.
 */
export async function collectRound(request: RoundRequest): Promise<RoundOutcome> {
  const { directory, clickHouseUrl, source, nowMs, signal } = request;
  await checkHome(directory, clickHouseUrl);
  const onWait = (pid: string): void =>
    request.onStep(`Waiting for process ${pid}, which collects ${source} too`);
  return withRound(directory, source, { nowMs, signal, onWait }, async (round) => {
    const store = await openStore({
      directory,
      ...(clickHouseUrl === undefined ? {} : { clickHouseUrl }),
      signal,
    });
    try {
      const collector = await request.open(round.startedMs);
      const work = new RoundWork(request, round, store);
      request.onStep(`Looking for what ${source} has`);
      const parts = await collector.parts(signal);
      await keepHome(directory, clickHouseUrl);
      await round.begin();
      request.onStep(`Collecting ${source}`);
      await work.inventory(parts);
      request.onStep(`Collecting metrics of ${source}`);
      await work.metrics(collector);
      if (work.failures.some(({ isPassing }) => isPassing)) await round.pause(nowMs);
      else await round.end(nowMs);
      const { points, costRows, partsDone, failures, isUpToDate } = work;
      return { isResumed: round.isResumed, points, costRows, partsDone, failures, isUpToDate };
    } finally {
      await store.close();
    }
  });
}

class RoundWork {
  readonly failures: PartFailure[] = [];
  costRows = 0;
  partsDone = 0;
  isUpToDate = false;
  private readonly request: RoundRequest;
  private readonly round: CollectionRound;
  private readonly store: Store;
  private readonly samples: SampleBatches;

  constructor(request: RoundRequest, round: CollectionRound, store: Store) {
    this.request = request;
    this.round = round;
    this.store = store;
    this.samples = new SampleBatches(store.samples, (keys) => round.markDone(keys));
  }

  get points(): number {
    return this.samples.points;
  }

  async inventory(parts: readonly CollectionPart[]): Promise<void> {
    const writer = (part: CollectionPart) => this.round.part(part.key, part.title);
    const journalKey = ({ key }: CollectionPart) => questioned(key, this.request.question);
    await this.collectAll(parts, PARTS_AT_ONCE, journalKey, writer);
    await this.samples.flush();
  }

  async metrics(collector: LiveCollector): Promise<void> {
    const resources = await this.measured();
    const { round, request } = this;
    const { marks: all, startedMs } = round;
    const until = marksOf(all, request.question);
    const everything = everythingGroup(until, startedMs, request.days);
    const groups =
      resources.length === 0 && request.measuresOthers
        ? everything === undefined
          ? []
          : [everything]
        : metricGroups(resources, until, startedMs, request.days);
    this.isUpToDate = groups.length === 0 && until.size > 0;
    // Machines come and go: their marks are not kept for ever.
    const marks = marksWithin(all, startedMs, request.days);
    const asked = (key: string): string => questioned(key, request.question);
    for (const [index, group] of groups.entries()) {
      const failedBefore = this.failures.length;
      await this.metricGroup(collector, group, index);
      const missing = new Set(
        this.failures.slice(failedBefore).flatMap(({ key }) => touchedBy(key, group.resources)),
      );
      for (const resource of group.resources)
        if (!missing.has(resource)) marks.set(asked(markKey(resource)), group.window.endMs);
      if (group.resources.length === 0 && this.failures.length === failedBefore)
        marks.set(asked(EVERYTHING), group.window.endMs);
    }
    await this.samples.flush();
    await round.setMarks(marks);
  }

  private async measured(): Promise<readonly Resource[]> {
    const { directory, measuresOthers } = this.request;
    if (measuresOthers) return (await readCollection(directory)).resources.map(underPresentId);
    const found: Resource[] = [];
    // A round that an earlier Apex began may go on here.
    for await (const resource of this.round.resources()) found.push(underPresentId(resource));
    return found;
  }

  private async metricGroup(collector: LiveCollector, group: MetricGroup, index: number): Promise<void> {
    const { round, request } = this;
    let parts: readonly CollectionPart[];
    try {
      parts = await collector.metricParts(group.resources, group.window, request.signal);
    } catch (error) {
      if (request.signal.aborted || !(error instanceof AdapterError)) throw error;
      const part = { key: `${request.source}/metrics`, title: "all metrics", collect: () => fail(error) };
      parts = [part];
    }
    // Of the same key there may be a part in every group; and with other resources it asks something else.
    const suffix = index === 0 ? "" : `:${index}`;
    await this.collectAll(
      parts,
      METRIC_PARTS_AT_ONCE,
      ({ key }) => questioned(`${group.digest}:${key}`, request.question),
      (part) => round.metricPart(`${part.key}${suffix}`, part.title),
    );
  }

  private async collectAll(
    parts: readonly CollectionPart[],
    limit: number,
    journalKey: (part: CollectionPart) => string,
    writer: (part: CollectionPart) => ReturnType<CollectionRound["part"]>,
  ): Promise<void> {
    const { request, round, store, samples } = this;
    const open = parts.filter((part) => !round.isDone(journalKey(part)));
    let ended = parts.length - open.length;
    this.partsDone += ended;
    await sideBySide(open, limit, async (part) => {
      const { signal } = request;
      signal.throwIfAborted();
      try {
        const { series, costRows } = await collectPart(part, writer(part), store.costs, signal);
        this.costRows += costRows;
        if (series.length > 0) await samples.add(journalKey(part), series);
        else await round.markDone([journalKey(part)]);
        this.partsDone += 1;
      } catch (error) {
        signal.throwIfAborted();
        const failure = failureOf(part, error);
        if (failure === undefined) throw error;
        this.failures.push(failure);
        await round.markFailed({ ...failure, key: journalKey(part) });
      }
      ended += 1;
      request.onProgress(`${ended} of ${parts.length}: ${part.title}`);
    });
  }
}

function fail(error: Error): AsyncIterable<never> {
  return { [Symbol.asyncIterator]: () => ({ next: () => Promise.reject(error) }) };
}
