import { planFacts } from "@apex/agent";
import { applyTextEdits, rereadConfiguration } from "@apex/generators-hcl";
import type { Planner } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { isRefused } from "../pipeline/plan-source.ts";
import type { Progress } from "../progress.ts";
import type { ReportedRepair } from "./fix-report.ts";
import { fixCommand } from "./preview-repair.ts";
import { repairAloud } from "./repair-aloud.ts";
import { repairFirst } from "./repair-first.ts";
import { readInputs, type RepairInputs, type RepairMeans } from "./repair-inputs.ts";
import { requireRepaired } from "./require-repaired.ts";
import { textDifference } from "./text-difference.ts";

type Texts = ReadonlyMap<string, string>;

/** A change and what it is made to, so that Terraform plans both; by file, relative to the Terraform directory. */
export interface RepairedSides {
  /** Of the files that are touched, as they are on the disk. */
  readonly written: Texts;
  /** Repairs of the files; empty where they plan as they are. */
  readonly base: Texts;
  /** The change, with those repairs and its own. */
  readonly overlay: Texts;
  /** What was repaired, for reports; none where both plan as they are. */
  readonly notes: readonly string[];
}

/** What is to be planned, how far a repair may go, and where its transcript is kept. */
export interface SidesToRepair extends Omit<RepairInputs, keyof RepairMeans> {
  readonly fix: RepairMeans;
  readonly overlay: Texts;
  readonly storeDirectory: string;
}

/** A change of the files, made to the files as they are repaired. Throws a CommandError where both touch the same text. */
function rebased(files: Texts, base: Texts, overlay: Texts): Texts {
  const merged = new Map([...base, ...overlay]);
  for (const [file, repaired] of base) {
    const [written, changed] = [files.get(file), overlay.get(file)];
    if (written === undefined || changed === undefined) continue;
    const [repairs, changes] = [repaired, changed].map((after) => textDifference(file, written, after));
    const isShared = repairs?.some(({ start, end }) =>
      changes?.some((change) => change.start <= end && start <= change.end),
    );
    if (isShared === true) {
      throw new CommandError(
        EXIT_CODES.planRefused,
        `Terraform cannot plan ${file} as it is, and what mends it touches the text that the change touches: run apex fix first, and make the change to what it leaves`,
      );
    }
    const both = applyTextEdits(new Map([[file, written]]), [...(repairs ?? []), ...(changes ?? [])]);
    merged.set(file, both.get(file) ?? changed);
  }
  return merged;
}

function notesOf(
  { base }: Pick<RepairedSides, "base">,
  repairs: readonly ReportedRepair[],
): readonly string[] {
  if (repairs.length === 0) return [];
  const first = base.size === 0 ? "" : " repair.diff comes first,";
  return [
    `Terraform could not plan it as it was, so it was repaired:${first} patch.diff is the change that was tried.`,
    ...repairs.map(({ by, sentence }) => `Repaired (${by}): ${sentence}`),
  ];
}

/**
 * Repairs a configuration that Terraform does not plan, and then a change to it that Terraform does not plan, in the files that the
 * change touches. Writes nothing of the user's. Throws a CommandError where it cannot be done.
 */
export async function repairSides(
  io: Io,
  planner: Planner,
  { fix, overlay, storeDirectory, ...planned }: SidesToRepair,
  progress: Progress,
): Promise<RepairedSides> {
  const { terraformDirectory: directory, stateFile, varFiles } = planned;
  const inputs: RepairInputs = { ...planned, ...fix };
  const plan = (texts: Texts) =>
    planner.plan({
      directory,
      varFiles,
      overlay: texts,
      signal: io.signal,
      ...(stateFile === undefined ? {} : { stateFile }),
    });
  progress.step("Planning both sides");
  let baseline = await plan(new Map());
  const first = isRefused(baseline)
    ? await repairFirst(io, planner, { inputs, storeDirectory }, progress)
    : { texts: new Map<string, string>(), repairs: [] };
  if (first.texts.size > 0) baseline = await plan(first.texts);
  const read = await readInputs(io, inputs);
  const { configuration } = read;
  const texts = rebased(configuration.source.files, first.texts, overlay);
  const written = new Map([...configuration.source.files].filter(([file]) => texts.has(file)));
  const sides = { written, base: first.texts, overlay: texts };
  if (!isRefused(await plan(texts))) return { ...sides, notes: notesOf(sides, first.repairs) };
  const all = new Map([...configuration.source.files, ...texts]);
  const run = await repairAloud(
    io,
    planner,
    {
      inputs,
      read: { ...read, configuration: rereadConfiguration(configuration, all) },
      texts,
      files: [...overlay.keys()],
      ...(baseline.plan === null ? {} : { baseline: planFacts(baseline.plan) }),
      storeDirectory,
    },
    { progress, step: "Repairing the change" },
  );
  const next = `Mend it in the patch; ${fixCommand(io, inputs)}, once it is applied, shows how far a repair comes`;
  const mended = requireRepaired(run, "the change", next);
  return {
    ...sides,
    overlay: new Map([...texts, ...mended]),
    notes: notesOf(sides, [...first.repairs, ...run.followed.repairs]),
  };
}
