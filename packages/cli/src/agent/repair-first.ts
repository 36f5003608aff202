import type { Planner } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { reportedOutcome, type ReportedRepair } from "./fix-report.ts";
import type { RepairObserver } from "./observe-repair.ts";
import { fixCommand } from "./preview-repair.ts";
import { repairAside } from "./repair-aside.ts";
import { readInputs, type RepairInputs } from "./repair-inputs.ts";
import { tellNews } from "./tell-news.ts";

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
  const { tell, think } = tellNews(io, progress, { quiet: false });
  const { outcome, followed } = await repairAside(io, planner, {
    inputs,
    read: await readInputs(io, inputs),
    storeDirectory,
    ...(observer === undefined ? {} : { observer }),
    tell,
    think,
    onWork: (work) =>
      progress.step(work === "ask" ? `Asking ${inputs.model?.model ?? ""}` : "Repairing the configuration"),
    onDone: () => progress.done(),
  });
  if (outcome.kind === "fixed") return { texts: outcome.files, repairs: followed.repairs };
  const reported = reportedOutcome(outcome);
  const why =
    reported.kind === "gave-up"
      ? reported.sentence
      : reported.kind === "refused"
        ? `the only ways that were found break a rule: ${reported.violations.map(({ sentence }) => sentence).join("; ")}`
        : "";
  throw new CommandError(
    reported.kind === "refused" ? EXIT_CODES.ruleBroken : EXIT_CODES.planRefused,
    `Terraform cannot plan the configuration as it is, and it could not be repaired: ${why}\n${fixCommand(io, inputs)} shows how far a repair comes`,
  );
}
