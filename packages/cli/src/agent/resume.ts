import type { LoopEvent } from "@apex/agent";
import { AdapterError } from "@apex/core";
import { readTranscript, type TranscriptEntry, type TranscriptHeader } from "@apex/store/transcripts";
import { APEX_VERSION } from "../version.ts";
import type { ReadInputs } from "./repair-inputs.ts";

/** What is known of an earlier run. */
export interface EarlierRun {
  readonly header: TranscriptHeader;
  readonly events: readonly LoopEvent[];
  /** How much of what the events told is in the transcript. */
  readonly newsCount: number;
  /** Whether the fold of the events comes to its end. */
  readonly isEnded: boolean;
  /** That made its checks; absent: it made none. */
  readonly terraformVersion?: string;
  /** Of the last event: time goes on from here. */
  readonly lastAtMs: number;
}

/** Whether an earlier run is gone on with. */
export type Resumption =
  | { readonly kind: "resumed"; readonly run: EarlierRun }
  /** A run was not finished, and what it was made from has changed. */
  | { readonly kind: "changed"; readonly what: string }
  /** There is nothing to go on with. */
  | { readonly kind: "none" };

/** What has changed of two sets of named texts: "main.tf and 2 more". */
function changedNames(
  before: Readonly<Record<string, string>>,
  now: Readonly<Record<string, string>>,
): string | undefined {
  const names = [...new Set([...Object.keys(before), ...Object.keys(now)])].toSorted();
  const changed = names.filter((name) => before[name] !== now[name]);
  if (changed.length === 0) return undefined;
  const [first = ""] = changed;
  return changed.length === 1 ? first : `${first} and ${changed.length - 1} more`;
}

function lastInstant(header: TranscriptHeader, events: readonly LoopEvent[]): number {
  return events.reduce((last, { atMs }) => Math.max(last, atMs), header.atMs);
}

/** Whether a run is left to be gone on with: it has no end, or a fix that nobody has written yet. */
function isUnfinished(entries: readonly TranscriptEntry[]): boolean {
  if (entries.some(({ kind }) => kind === "written" || kind === "abandoned")) return false;
  const end = entries.findLast((entry) => entry.kind === "ended");
  return end === undefined || (end.outcome === "fixed" && Object.keys(end.digests).length > 0);
}

/**
 * Whether the latest run of a directory is gone on with: it was not finished, and its inputs, its settings and this Apex are the
 * same. A transcript that cannot be read is none.
 */
export async function resumptionOf(
  storeDirectory: string,
  header: TranscriptHeader | undefined,
  now: Pick<ReadInputs, "digests"> & {
    readonly settings: Readonly<Record<string, string>>;
    /** Its writing was brought to its end just now: only its report is left. */
    readonly isJustWritten: boolean;
  },
): Promise<Resumption> {
  if (header === undefined) return { kind: "none" };
  let entries: readonly TranscriptEntry[];
  try {
    entries = await readTranscript(storeDirectory, header.runId);
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return { kind: "none" };
  }
  if (!now.isJustWritten && !isUnfinished(entries)) return { kind: "none" };
  const what =
    changedNames(header.digests, now.digests) ??
    changedNames(header.settings, now.settings) ??
    (header.apexVersion === APEX_VERSION ? undefined : "Apex itself");
  if (what !== undefined) return { kind: "changed", what };
  const terraform = entries.findLast((entry) => entry.kind === "terraform");
  const events = entries.flatMap((entry) => (entry.kind === "event" ? [entry.event] : []));
  return {
    kind: "resumed",
    run: {
      header,
      events,
      newsCount: entries.filter(({ kind }) => kind === "news").length,
      isEnded: entries.some(({ kind }) => kind === "ended"),
      lastAtMs: lastInstant(header, events),
      ...(terraform === undefined ? {} : { terraformVersion: terraform.version }),
    },
  };
}
