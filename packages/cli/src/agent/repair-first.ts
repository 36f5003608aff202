import type { Planner } from "@apex/sandbox-terraform";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import type { ReportedRepair } from "./fix-report.ts";
import type { RepairObserver } from "./observe-repair.ts";
import { fixCommand } from "./preview-repair.ts";
import { repairAloud } from "./repair-aloud.ts";
import { readInputs, type RepairInputs } from "./repair-inputs.ts";
import { requireRepaired } from "./require-repaired.ts";

/** Repairs that other changes are made upon. Written nowhere. */
export interface RepairedFirst {
  /** By file, relative to the Terraform directory. */
  readonly texts: ReadonlyMap<string, string>;
  readonly repairs: readonly ReportedRepair[];
}

/**
 * Repairs a configuration that does not plan, so that changes to it can be planned. Leaves a transcript. Throws a CommandError where
 * it cannot be repaired.
 */
export async function repairFirst(
  io: Io,
  planner: Planner,
  {
    inputs,
    storeDirectory,
    observer,
  }: {
    readonly inputs: RepairInputs;
    readonly storeDirectory: string;
    readonly observer?: RepairObserver | undefined;
  },
  progress: Progress,
): Promise<RepairedFirst> {
  const run = await repairAloud(
    io,
    planner,
    {
      inputs,
      read: await readInputs(io, inputs),
      storeDirectory,
      ...(observer === undefined ? {} : { observer }),
    },
    { progress, step: "Repairing the configuration" },
  );
  const next = `${fixCommand(io, inputs)} shows how far a repair comes`;
  return {
    texts: requireRepaired(run, "the configuration as it is", next),
    repairs: run.followed.repairs,
  };
}
