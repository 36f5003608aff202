import type { RunEvent } from "@apex/core";
import { readLineJournal } from "../files/line-journal.ts";
import { RUN_JOURNAL } from "./run-journal-kind.ts";

/** The events of a run's journal in their order. Throws an AdapterError, `not-found` or, with the line, `invalid`. */
export function readRunJournal(file: string): Promise<readonly RunEvent[]> {
  return readLineJournal(RUN_JOURNAL, file);
}
