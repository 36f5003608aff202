import { planFacts } from "@apex/agent";
import { AdapterError, type TerraformPlan } from "@apex/core";
import { rereadConfiguration } from "@apex/generators-hcl";
import type { Planner } from "@apex/sandbox-terraform";
import { CommandError } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { nearPath } from "../near-path.ts";
import { counted, shortened } from "./fix-wording.ts";
import { repairAside } from "./repair-aside.ts";
import { FIXERS_ALONE } from "./repair-defaults.ts";
import { type ReadInputs, readInputs, type RepairInputs } from "./repair-inputs.ts";
import type { RepairRun } from "./run-repair.ts";

/** What is to be planned, where Terraform has refused it. */
export interface Unplanned extends Omit<RepairInputs, "budget" | "model" | "diagnosticsFile"> {
  /** An edit of the configuration, by file relative to its directory; absent: it is refused as it is. */
  readonly texts?: ReadonlyMap<string, string>;
  /** The plan without `texts`; absent: it is made where it is needed. */
  readonly baseline?: TerraformPlan;
}

/** For the end of a preview, where the command has that option. */
export const WITH_FIX = "With --fix such repairs come first, as a patch of their own";

/** As many as a person reads in an error. */
const SENTENCES_MAX = 6;

/** What fixers alone would do. Writes nothing, asks no model. */
async function fixersAlone(io: Io, planner: Planner, unplanned: Unplanned): Promise<RepairRun> {
  const { texts, terraformDirectory, stateFile, varFiles } = unplanned;
  const inputs: RepairInputs = {
    ...unplanned,
    ...FIXERS_ALONE,
  };
  const found = await readInputs(io, inputs);
  const { files } = found.configuration.source;
  const read: ReadInputs =
    texts === undefined
      ? found
      : { ...found, configuration: rereadConfiguration(found.configuration, new Map([...files, ...texts])) };
  const asItIs = {
    directory: terraformDirectory,
    varFiles,
    ...(stateFile === undefined ? {} : { stateFile }),
  };
  const baseline =
    texts === undefined
      ? null
      : (unplanned.baseline ?? (await planner.plan({ ...asItIs, signal: io.signal })).plan);
  return repairAside(io, planner, {
    inputs,
    read,
    ...(texts === undefined ? {} : { texts, files: [...texts.keys()] }),
    ...(baseline === null ? {} : { baseline: planFacts(baseline) }),
  });
}

/** What of a command line decides whether a configuration plans. */
export type PlannedWith = Pick<
  RepairInputs,
  "terraformDirectory" | "varFiles" | "fixtures" | "providers" | "trust"
>;

function quoted(word: string): string {
  return /^[\w./-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}

/** The command that repairs a directory planned in this way, as a user types it where they stand. */
export function fixCommand(io: Pick<Io, "cwd">, planned: PlannedWith): string {
  const { terraformDirectory, varFiles, fixtures, providers, trust } = planned;
  return [
    "apex fix",
    quoted(nearPath(io, terraformDirectory)),
    ...varFiles.map((file) => `--var-file ${quoted(nearPath(io, file))}`),
    ...(fixtures === undefined ? [] : [`--fixtures ${quoted(fixtures)}`]),
    ...(providers === "real" ? ["--providers real"] : []),
    ...(trust === true ? ["--trust"] : []),
  ].join(" ");
}

/** The same for a change that is not on the disk yet. */
export function patchedFixCommand(io: Pick<Io, "cwd">, planned: PlannedWith): string {
  return `${fixCommand(io, planned)}, once the change is applied there,`;
}

/**
 * What `apex fix` would mend of what Terraform refuses, for the end of an error: whole sentences, the first line about how far it
 * comes. `command` is the command to run.
 */
export async function previewRepair(
  io: Io,
  planner: Planner,
  unplanned: Unplanned,
  command: string,
): Promise<string> {
  const run = await fixersAlone(io, planner, unplanned).catch((error: unknown) => {
    if (io.signal.aborted || !(error instanceof AdapterError || error instanceof CommandError)) throw error;
    return undefined;
  });
  const repairs = (run?.followed.repairs ?? []).map(
    ({ by, sentence }) => `  ${by}: ${shortened(sentence, 200)}`,
  );
  const shown = repairs.slice(0, SENTENCES_MAX);
  if (repairs.length > shown.length)
    shown.push(`  and ${counted(repairs.length - shown.length, "more repair")}`);
  if (run?.outcome.kind === "fixed") return [`${command} would mend it:`, ...shown].join("\n");
  return [`${command} can try${shown.length === 0 ? "" : "; of this much it is certain:"}`, ...shown].join(
    "\n",
  );
}
