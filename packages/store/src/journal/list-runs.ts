import { AdapterError, type RunEvent, type VerdictKind } from "@apex/core";
import { journalFile, journalIds } from "../files/line-journal.ts";
import { readRunJournal } from "./read-run-journal.ts";
import { RUN_JOURNAL } from "./run-journal-kind.ts";

/**
 * How far a run came: `open` has no end, because it still goes on or was killed; `unreadable` was changed by something
 * else.
 */
export type ListedRunState = "ended" | "failed" | "open" | "unreadable";

/** A run that has a journal. */
export interface ListedRun {
  readonly runId: string;
  readonly file: string;
  readonly state: ListedRunState;
  /** Epoch milliseconds of its last start; `null` where that is not known. */
  readonly startedAt: number | null;
  /** Of its last start; `null` before it was judged. */
  readonly verdict: VerdictKind | null;
}

/** The runs of a store's directory, the latest first; none where there is no directory. */
export async function listRuns(directory: string): Promise<readonly ListedRun[]> {
  const runs: ListedRun[] = [];
  for (const runId of await journalIds(RUN_JOURNAL, directory)) runs.push(await listed(directory, runId));
  return runs.toSorted((a, b) => (b.startedAt ?? 0) - (a.startedAt ?? 0));
}

async function listed(directory: string, runId: string): Promise<ListedRun> {
  const file = journalFile(RUN_JOURNAL, directory, runId);
  try {
    return { runId, file, ...facts(await readRunJournal(file)) };
  } catch (error) {
    if (!(error instanceof AdapterError)) throw error;
    return { runId, file, state: "unreadable", startedAt: null, verdict: null };
  }
}

function facts(events: readonly RunEvent[]): Pick<ListedRun, "state" | "startedAt" | "verdict"> {
  const found: { state: ListedRunState; startedAt: number | null; verdict: VerdictKind | null } = {
    state: "open",
    startedAt: null,
    verdict: null,
  };
  for (const event of events) {
    if (event.kind === "started") Object.assign(found, { state: "open", startedAt: event.at, verdict: null });
    if (event.kind === "judged") found.verdict = event.verdict.kind;
    if (event.kind === "failed") found.state = "failed";
    if (event.kind === "ended" && found.state !== "failed") found.state = "ended";
  }
  return found;
}
