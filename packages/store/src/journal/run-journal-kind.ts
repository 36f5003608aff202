import type { RunEvent } from "@apex/core";
import { runEventSchema } from "@apex/report";
import type { JournalKind } from "../files/line-journal.ts";

/** The journals of validations: `runs/<runId>.jsonl`. */
export const RUN_JOURNAL: JournalKind<RunEvent> = {
  folder: "runs",
  title: "the run's journal",
  schema: runEventSchema,
  // Some ten replays take a megabyte.
  bytesMax: 256 * 1024 ** 2,
  nameOf: ({ kind }) => kind,
  isStart: ({ kind }) => kind === "started",
};
