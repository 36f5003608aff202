import type { ModelClient } from "@apex/agent";
import type { ModelSettings } from "@apex/agent/openai";
import type { Planner } from "@apex/sandbox-terraform";
import { openTranscript, pruneTranscripts, type Transcript } from "@apex/store/transcripts";
import type { Io } from "../io.ts";
import { redactorFor } from "./redactor-for.ts";
import type { ReadInputs, RepairInputs } from "./repair-inputs.ts";
import { type RepairRun, type RepairSetting, runRepair } from "./run-repair.ts";
import { surroundingsOf } from "./surroundings.ts";
import { endOf, newHeader } from "./transcript-lines.ts";

/** A repair that another command makes on its way. */
export interface AsideRepair
  extends Pick<
    RepairSetting,
    "objections" | "files" | "baseline" | "texts" | "observer" | "onWork" | "onDone"
  > {
  readonly inputs: RepairInputs;
  readonly read: ReadInputs;
  /**
   * Where its transcript is kept. Absent: nowhere, and no model is asked: fixers cost nothing, and a run of theirs that is lost is
   * done again.
   */
  readonly storeDirectory?: string;
  readonly tell?: RepairSetting["tell"];
  readonly think?: RepairSetting["think"];
}

const NOWHERE: Transcript = { append: () => Promise.resolve(), close: () => Promise.resolve() };

async function transcriptIn(storeDirectory: string | undefined, runId: string): Promise<Transcript> {
  if (storeDirectory === undefined) return NOWHERE;
  await pruneTranscripts(storeDirectory);
  return openTranscript(storeDirectory, runId);
}

/** The client of a model is loaded where one is asked: most repairs of this kind are those of fixers. */
async function clientOf(model: ModelSettings | undefined): Promise<ModelClient | undefined> {
  if (model === undefined) return undefined;
  const { createOpenAiClient } = await import("@apex/agent/openai");
  return createOpenAiClient(model);
}

/** Runs such a repair. Writes nothing of the user's. Throws what {@link runRepair} throws. */
export async function repairAside(io: Io, planner: Planner, aside: AsideRepair): Promise<RepairRun> {
  const { inputs, read, storeDirectory, tell, think, ...rest } = aside;
  const surroundings = await surroundingsOf(inputs.terraformDirectory, read.configuration, inputs.stateFile);
  // What comes of it is written with what it was made for, or not at all.
  const header = { ...newHeader(io, inputs, read.digests), isAside: true } as const;
  const client = storeDirectory === undefined ? undefined : await clientOf(inputs.model);
  const transcript = await transcriptIn(storeDirectory, header.runId);
  try {
    await transcript.append(header);
    const run = await runRepair(io, {
      ...rest,
      inputs,
      read,
      surroundings,
      redactor: redactorFor(read.configuration, surroundings, io.env),
      planner: () => Promise.resolve(planner),
      header,
      transcript,
      tell: tell ?? (() => undefined),
      think: think ?? (() => undefined),
      ...(client === undefined ? {} : { client }),
    });
    await transcript.append(endOf(run.outcome, io.now().getTime()));
    return run;
  } finally {
    await transcript.close();
  }
}
