import { join } from "node:path";
import type { Resource } from "@apex/core";
import { makeDirectory, writeError } from "@apex/core/node";
import { withWriteLock } from "../files/write-lock.ts";
import { type MetricMarks, readMarks, writeMarks } from "./metric-marks.ts";
import { emptyPartFolder, type PartWriter, preparePartFolder, readParts, writePart } from "./part-files.ts";
import {
  appendEvent,
  type PartFailure,
  readRound,
  resumeRound,
  type RoundState,
  startRound,
} from "./round-journal.ts";

/** A round that stopped longer ago is not gone on with: half of its inventory would be of another day. */
const RESUMED_WITHIN_MS = 24 * 60 * 60 * 1_000;

/** Where a source's inventory, journal and marks lie in a collection. */
export function sourceFiles(
  directory: string,
  source: string,
): {
  readonly folder: string;
  /** Inventory, bills and opinions: what a part yielded stays until it is collected again. */
  readonly parts: string;
  /** What parts of metrics told beside their samples; it belongs to one round. */
  readonly metricParts: string;
  readonly journal: string;
  readonly marks: string;
} {
  const folder = join(directory, "sources", source);
  return {
    folder,
    parts: join(folder, "parts"),
    metricParts: join(folder, "metric-parts"),
    journal: join(folder, "round.jsonl"),
    marks: join(folder, "metrics.json"),
  };
}

/** One round over a source (a cloud, a metrics server): each part is done whole, and what is done is not done again. */
export interface CollectionRound {
  /** What this round calls now; a round that goes on keeps that of its first start. */
  readonly startedMs: number;
  readonly isResumed: boolean;
  /**
   * Starts or goes on in the journal, and empties what parts of metrics told; the first event does so at the latest. A start that
   * could ask nothing leaves the round before as it was.
   */
  begin(): Promise<void>;
  isDone(key: string): boolean;
  /** Starts to write a part; it counts once it is committed and `markDone` was told. */
  part(key: string, title: string): PartWriter;
  /** As {@link part}, for what a part of metrics tells beside its samples. */
  metricPart(key: string, title: string): PartWriter;
  /** What the parts of this round have found. */
  resources(): AsyncIterable<Resource>;
  markDone(keys: readonly string[]): Promise<void>;
  markFailed(failure: PartFailure): Promise<void>;
  /** Until when metrics are there, as the rounds before left it. */
  readonly marks: MetricMarks;
  setMarks(marks: MetricMarks): Promise<void>;
  /** Says that everything was tried, and that the next start goes on with what failed. */
  pause(nowMs: number): Promise<void>;
  /** Ends the round: the next start begins a new one. */
  end(nowMs: number): Promise<void>;
}

/**
 * Runs `work` as the only round of a source in a collection, among all processes. A round that was stopped, or that lacks parts
 * which can be tried again, goes on; else a new one begins.
 */
export async function withRound<T>(
  directory: string,
  source: string,
  options: {
    readonly nowMs: number;
    readonly signal?: AbortSignal | undefined;
    /** Told of the process whose round is waited for. */
    readonly onWait?: (pid: string) => void;
  },
  work: (round: CollectionRound) => Promise<T>,
): Promise<T> {
  const files = sourceFiles(directory, source);
  const next = "mend that, and start the same command again: what was collected is kept";
  await makeDirectory(files.folder, next, { mode: 0o700 });
  const locked = async (): Promise<T> => {
    try {
      await preparePartFolder(files.parts);
      await preparePartFolder(files.metricParts);
      const last = await readRound(files.journal);
      const resumed = last !== undefined && isGoingOn(last, options.nowMs) ? last : undefined;
      return await work(await openRound(files, resumed, options.nowMs));
    } catch (error) {
      throw writeError(directory, error, next);
    }
  };
  return withWriteLock(files.folder, options.signal, locked, options.onWait);
}

function isGoingOn({ startedMs, isEnded }: RoundState, nowMs: number): boolean {
  return !isEnded && nowMs >= startedMs && nowMs - startedMs < RESUMED_WITHIN_MS;
}

async function openRound(
  files: ReturnType<typeof sourceFiles>,
  resumed: RoundState | undefined,
  nowMs: number,
): Promise<CollectionRound> {
  const startedMs = resumed?.startedMs ?? nowMs;
  const done = new Set(resumed?.done);
  const write = async (): Promise<void> => {
    if (resumed !== undefined) return resumeRound(files.journal, nowMs);
    await emptyPartFolder(files.metricParts);
    return startRound(files.journal, nowMs);
  };
  let last: Promise<void> | undefined;
  const begin = (): Promise<void> => {
    last ??= write();
    return last;
  };
  const append = (event: Parameters<typeof appendEvent>[1]): Promise<void> => {
    last = begin().then(() => appendEvent(files.journal, event));
    return last;
  };
  return {
    startedMs,
    isResumed: resumed !== undefined,
    begin,
    isDone: (key) => done.has(key),
    part: (key, title) => writePart(files.parts, { key, title, at: startedMs }),
    metricPart: (key, title) => writePart(files.metricParts, { key, title, at: startedMs }),
    resources: async function* () {
      for await (const { at, items } of readParts(files.parts)) {
        if (at !== startedMs) continue;
        for (const item of items) if (item.kind === "resource") yield item.resource;
      }
    },
    markDone: async (keys) => {
      await append({ kind: "done", keys: [...keys] });
      for (const key of keys) done.add(key);
    },
    markFailed: (failure) => append({ kind: "failed", ...failure }),
    marks: await readMarks(files.marks),
    setMarks: (marks) => writeMarks(files.marks, marks),
    pause: (pauseMs) => append({ kind: "paused", at: pauseMs }),
    end: (endMs) => append({ kind: "ended", at: endMs }),
  };
}
