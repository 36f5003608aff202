import type { LoopNews, ModelClient } from "@apex/agent";
import type { TerraformDiagnostic } from "@apex/core";
import type { Planner } from "@apex/sandbox-terraform";
import type { Transcript } from "@apex/store/transcripts";
import type { Io } from "../../io.ts";
import { meansOf } from "../choose-model.ts";
import { redactorFor } from "../redactor-for.ts";
import { REPAIR_DEFAULTS } from "../repair-defaults.ts";
import { readInputs, type RepairInputs } from "../repair-inputs.ts";
import { type RepairRun, runRepair } from "../run-repair.ts";
import { surroundingsOf } from "../surroundings.ts";
import { newHeader } from "../transcript-lines.ts";

/** What is to be repaired, and by whom. */
export interface RepairTask {
  readonly directory: string;
  readonly planner: Planner;
  /** Absent: fixers alone. */
  readonly client?: ModelClient;
  /** What an apply said of the configuration; its places are those of its files. */
  readonly reported?: readonly TerraformDiagnostic[];
  readonly tell?: (news: LoopNews) => void;
}

const NOWHERE: Transcript = { append: () => Promise.resolve(), close: () => Promise.resolve() };

/** Repairs a directory as `apex fix --dry-run` does with its defaults, but for the transcript, which goes nowhere. */
export async function repairDirectory(io: Io, task: RepairTask): Promise<RepairRun> {
  const { directory, planner, client, reported, tell } = task;
  const { budget } = meansOf({ kind: "none", why: "" }, REPAIR_DEFAULTS);
  const inputs: RepairInputs = { terraformDirectory: directory, varFiles: [], budget };
  const read = await readInputs(io, inputs);
  const surroundings = await surroundingsOf(directory, read.configuration, undefined);
  const redactor = redactorFor(read.configuration, surroundings, {});
  return runRepair(io, {
    inputs,
    read,
    surroundings,
    redactor,
    planner: () => Promise.resolve(planner),
    header: newHeader(io, inputs, read.digests),
    transcript: NOWHERE,
    tell: tell ?? (() => undefined),
    think: () => undefined,
    onWork: () => undefined,
    onDone: () => undefined,
    ...(reported === undefined ? {} : { reported: redactor.diagnostics(reported) }),
    ...(client === undefined ? {} : { client }),
  });
}
