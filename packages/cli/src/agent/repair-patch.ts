import { type Budget, planFacts, type Used } from "@apex/agent";
import { AdapterError, type IntendedChange, minus, type TerraformPlan, type TextEdit } from "@apex/core";
import { applyTextEdits, type Configuration, rereadConfiguration, reviewEdits } from "@apex/generators-hcl";
import { comparePlans, unintendedDifferences } from "@apex/generators-hcl/compare-plans";
import type { Planner } from "@apex/sandbox-terraform";
import { CommandError } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import type { PatchRequest, RepairedPatch, VerificationPorts } from "../pipeline/verify-patches.ts";
import type { Progress } from "../progress.ts";
import type { RepairObserver } from "./observe-repair.ts";
import { repairAside } from "./repair-aside.ts";
import { FIXERS_ALONE } from "./repair-defaults.ts";
import type { RepairInputs, RepairMeans } from "./repair-inputs.ts";
import { textDifference } from "./text-difference.ts";
import { digestOfText } from "./write-repair.ts";

/** What Apex's own edits are made to. */
export interface PatchBasis {
  readonly planner: Planner;
  readonly inputs: Omit<RepairInputs, keyof RepairMeans> & {
    readonly storeDirectory: string;
    /** How far the user lets repairs go; absent: fixers alone. */
    readonly fix?: RepairMeans;
  };
  /** As it is on the disk. */
  readonly written: Configuration;
  /** What the edits are of: as written, or repaired first. */
  readonly configuration: Configuration;
  /** Its plan. */
  readonly base: TerraformPlan;
}

/** All patches of a command together may take no more than one repair. */
function rest(budget: Budget, used: readonly Used[]): Budget {
  const sum = (of: (each: Used) => number): number => used.reduce((total, each) => total + of(each), 0);
  const { costMax } = budget;
  const costs = used.flatMap(({ cost }) => (cost === null ? [] : [cost]));
  return {
    ...budget,
    ...(costMax === undefined ? {} : { costMax: costs.reduce(minus, costMax) }),
    attemptsMax: Math.max(0, budget.attemptsMax - sum(({ attempts }) => attempts)),
    tokensMax: Math.max(
      0,
      budget.tokensMax -
        sum(({ tokens, estimatedTokens }) => tokens.inputTokens + tokens.outputTokens + estimatedTokens),
    ),
    timeMaxMs: Math.max(0, budget.timeMaxMs - sum(({ ms }) => ms)),
  };
}

/** The files whose texts are not those of the disk. */
function unwritten(
  { source }: Configuration,
  texts: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  return new Map([...texts].filter(([file, text]) => source.files.get(file) !== text));
}

/** The changes that a patch is to make, without those that it left out. */
function intendedOf({ changes }: PatchRequest, patch: RepairedPatch["patch"]): readonly IntendedChange[] {
  return changes.filter((change) => !patch.skipped.includes(change));
}

/**
 * Mends patches that Terraform refuses, or plans otherwise than intended: in the files that the patch edits already, by the rules of
 * every repair, and only so that the plan changes exactly what was intended. Those rules let no repair destroy anything, so nobody
 * is asked about a removal.
 */
export function patchRepairer(
  io: Io,
  basis: PatchBasis,
  {
    progress,
    observer,
  }: { readonly progress: Pick<Progress, "detail">; readonly observer?: RepairObserver | undefined },
): NonNullable<VerificationPorts["repair"]> {
  const used: Used[] = [];
  const { configuration, base, written, planner, inputs } = basis;
  const { fix, storeDirectory } = inputs;
  const { files } = configuration.source;
  const means = fix ?? FIXERS_ALONE;
  const baseline = planFacts(base);

  async function repaired(
    request: PatchRequest,
    patch: RepairedPatch["patch"],
  ): Promise<RepairedPatch | null> {
    const intended = intendedOf(request, patch);
    const texts = applyTextEdits(files, patch.textEdits);
    const { outcome, followed } = await repairAside(io, planner, {
      ...(observer === undefined ? {} : { observer }),
      inputs: { ...inputs, ...means, budget: rest(means.budget, used) },
      read: {
        configuration: rereadConfiguration(configuration, texts),
        digests: { intention: digestOfText(JSON.stringify(intended)) },
      },
      texts: unwritten(written, texts),
      files: [...new Set(patch.textEdits.map(({ file }) => file))],
      baseline,
      objections: (plan) => unintendedDifferences(comparePlans(base, plan), intended),
      onWork: (work) =>
        progress.detail(
          work === "ask"
            ? `asking ${means.model?.model ?? ""} about a change`
            : "mending a change that does not plan as intended",
        ),
      ...(fix === undefined ? {} : { storeDirectory }),
    });
    used.push(outcome.used);
    if (outcome.kind !== "fixed" || outcome.files.size === 0) return null;
    const after = new Map([...texts, ...outcome.files]);
    const textEdits: readonly TextEdit[] = [...after].flatMap(([file, text]) =>
      textDifference(file, files.get(file) ?? "", text),
    );
    return {
      patch: { ...patch, textEdits, edits: reviewEdits(files, textEdits) },
      repairs: followed.repairs,
    };
  }

  return async (request, patch) => {
    const isRemoval = request.changes.some(({ kind }) => kind === "remove-resource");
    if (isRemoval || rest(means.budget, used).timeMaxMs === 0) return null;
    try {
      return await repaired(request, patch);
    } catch (error) {
      // Without a repair the change is not applicable, as it would have been: nothing else is lost.
      if (io.signal.aborted || !(error instanceof AdapterError || error instanceof CommandError)) throw error;
      return null;
    }
  };
}
