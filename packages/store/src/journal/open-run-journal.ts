import type { RunJournal } from "@apex/core";
import { openLineJournal } from "../files/line-journal.ts";
import { RUN_JOURNAL } from "./run-journal-kind.ts";

/**
 * The journal of a run in a store's directory, `runs/<runId>.jsonl`, so that what was read and judged survives the end of the
 * process and of the machine. A run that is done again continues its journal with another `started`.
 */
export function openRunJournal(directory: string, runId: string): Promise<RunJournal> {
  return openLineJournal(RUN_JOURNAL, directory, runId);
}
