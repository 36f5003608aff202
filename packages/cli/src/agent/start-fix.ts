import type { AgentEvent, ModelClient } from "@apex/agent";
import {
  lastTranscript,
  openTranscript,
  readPendingTexts,
  type TranscriptHeader,
} from "@apex/store/transcripts";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { freshLine } from "../progress.ts";
import { readInputs, type ReadInputs, type RepairInputs, settingsOf } from "./repair-inputs.ts";
import { type EarlierRun, resumptionOf } from "./resume.ts";
import { finishWriting, type FinishedWriting } from "./write-repair.ts";

/** What `apex fix` is asked for. */
export interface FixRequest {
  readonly inputs: RepairInputs;
  readonly storeDirectory: string;
  readonly isDryRun: boolean;
  /** Nothing is gone on with. */
  readonly isFresh: boolean;
  readonly client?: ModelClient;
  /** Gets what the repair does, in order. */
  readonly onEvent?: (event: AgentEvent) => void;
  /** Why no model is asked; absent where one is, or was not wanted. */
  readonly noModel?: string;
}

/** A line of our own on `err`. */
export function say(io: Io, text: string): void {
  io.err(`${freshLine(io)}apex: ${printable(text)}\n`);
}

/** Brings to its end what a killed run was writing, before anything of the directory is read. */
async function finishEarlier(
  io: Io,
  { inputs, storeDirectory }: FixRequest,
  header: TranscriptHeader | undefined,
): Promise<FinishedWriting> {
  if (header === undefined) return { kind: "none" };
  const { runId } = header;
  const transcript = await openTranscript(storeDirectory, runId);
  try {
    const place = { storeDirectory, runId, directory: inputs.terraformDirectory };
    const finished = await finishWriting(place, transcript, () => io.now().getTime());
    if (finished.kind === "completed") {
      const names = finished.files.map(({ file }) => file).join(", ");
      say(io, `the run ${runId} was killed while it wrote: what was left is written now (${names})`);
    }
    if (finished.kind === "edited-since") {
      const written = finished.written.length === 0 ? "none" : finished.written.join(", ");
      say(
        io,
        `warning: the run ${runId} was killed while it wrote, and ${finished.edited.join(", ")} was edited since: nothing more of it is written (written were: ${written})`,
      );
    }
    return finished;
  } finally {
    await transcript.close();
  }
}

/** A dry run changes nothing, and what it found would not be what a real run starts from. Throws a CommandError. */
async function requireNothingUnwritten(
  { storeDirectory }: FixRequest,
  header: TranscriptHeader | undefined,
): Promise<void> {
  if (header === undefined || (await readPendingTexts(storeDirectory, header.runId)) === undefined) return;
  throw new CommandError(
    EXIT_CODES.badInput,
    `the run ${header.runId} was killed while it wrote: run apex fix without --dry-run, which brings that to its end first`,
  );
}

/** What the run starts from: its inputs, and an earlier run that it goes on with. */
export interface Start {
  readonly read: ReadInputs;
  readonly earlier?: EarlierRun;
  /** Its files are written: only the report is left. */
  readonly isWritten: boolean;
}

/**
 * Finishes what a killed run was writing, and finds out whether an earlier run is gone on with. Throws a CommandError where a dry run
 * would have to write.
 */
export async function startOf(io: Io, request: FixRequest): Promise<Start> {
  const { inputs, storeDirectory, isFresh, isDryRun } = request;
  const header = await lastTranscript(storeDirectory, inputs.terraformDirectory);
  if (isDryRun) await requireNothingUnwritten(request, header);
  const finished = await finishEarlier(io, request, header);
  if (isFresh) return { read: await readInputs(io, inputs), isWritten: false };
  const isJustWritten = finished.kind === "completed";
  const originals = new Map(isJustWritten ? finished.files.map(({ file, before }) => [file, before]) : []);
  const read = await readInputs(io, inputs, originals);
  const settings = settingsOf(inputs);
  const resumption = await resumptionOf(storeDirectory, header, { ...read, settings, isJustWritten });
  switch (resumption.kind) {
    case "resumed": {
      const { run } = resumption;
      const what = run.isEnded ? "found a fix that was not written" : "was not finished";
      if (!isJustWritten)
        say(io, `goes on with the run ${run.header.runId}, which ${what} (--fresh starts anew)`);
      return { read, earlier: run, isWritten: isJustWritten };
    }
    case "changed":
      say(
        io,
        `an earlier run was not finished or not written, but ${resumption.what} has changed since: starts anew`,
      );
      break;
    case "none":
      break;
  }
  return { read: isJustWritten ? await readInputs(io, inputs) : read, isWritten: false };
}
