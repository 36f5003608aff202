import type { Analysis } from "@apex/analysis";
import type { TerraformPlan } from "@apex/core";
import {
  applyTextEdits,
  type Configuration,
  patchConfiguration,
  rereadConfiguration,
} from "@apex/generators-hcl";
import { loadHclParser } from "@apex/generators-hcl/node";
import type { Planner, PlanRequest, PlanResult } from "@apex/sandbox-terraform";
import type { RepairObserver } from "../agent/observe-repair.ts";
import { fixCommand, previewRepair, WITH_FIX } from "../agent/preview-repair.ts";
import { patchRepairer } from "../agent/repair-patch.ts";
import { repairFirst, type RepairedFirst } from "../agent/repair-first.ts";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import type { OptimizeInputs } from "./optimize-inputs.ts";
import { isRefused, openPlannerFor, requirePlan } from "./plan-source.ts";
import { readTerraform } from "./read-terraform.ts";
import { type VerifiedPatches, verifyPatches } from "./verify-patches.ts";

/** The edits that passed, and the plans with and without them. */
export interface Generated {
  readonly configuration: Configuration;
  readonly verified: VerifiedPatches;
  readonly base: TerraformPlan;
  /** What Terraform said to the accepted edits. */
  readonly result: PlanResult;
  /** What was repaired first; `before` and `after` are without and with it. */
  readonly repaired?: RepairedFirst;
  /** The changed files, by path relative to the Terraform directory. */
  readonly before: ReadonlyMap<string, string>;
  readonly after: ReadonlyMap<string, string>;
}

function changedFiles(
  written: Configuration,
  edited: ReadonlyMap<string, string>,
): { readonly before: ReadonlyMap<string, string>; readonly after: ReadonlyMap<string, string> } {
  const after = new Map([...edited].filter(([file, text]) => written.source.files.get(file) !== text));
  const before = new Map(
    [...after.keys()].flatMap((file) => {
      const text = written.source.files.get(file);
      return text === undefined ? [] : [[file, text] as const];
    }),
  );
  return { before, after };
}

/** The configuration that changes are made to, planned without any of them; open until it is disposed of. */
export interface Basis extends AsyncDisposable {
  readonly planner: Planner;
  readonly request: PlanRequest;
  readonly inputs: OptimizeInputs;
  /** As it is on the disk. */
  readonly written: Configuration;
  /** As it is, or repaired where it does not plan and that is wanted. */
  readonly configuration: Configuration;
  readonly base: TerraformPlan;
  readonly result: PlanResult;
  readonly repaired?: RepairedFirst;
}

/** Plans the configuration as it is. Throws a CommandError where Terraform cannot, and no repair was wanted or found. */
export async function openBasis(
  io: Io,
  inputs: OptimizeInputs,
  progress: Progress,
  observer?: RepairObserver,
): Promise<Basis> {
  await using opened = new AsyncDisposableStack();
  const planner = await openPlannerFor(io, inputs);
  opened.defer(() => planner.close());
  const written = await readTerraform(await loadHclParser(), inputs.terraformDirectory, inputs.varFiles);
  const { terraformDirectory: directory, stateFile, varFiles } = inputs;
  const request = { directory, stateFile, varFiles, signal: io.signal };
  const planned = await plannedBasis(io, { planner, request, inputs, written, observer }, progress);
  const rest = opened.move();
  return { ...planned, planner, request, inputs, written, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

type PlannedBasis = Pick<Basis, "configuration" | "base" | "result" | "repaired">;

async function plannedBasis(
  io: Io,
  {
    planner,
    request,
    inputs,
    written,
    observer,
  }: Pick<Basis, "planner" | "request" | "inputs" | "written"> & {
    readonly observer: RepairObserver | undefined;
  },
  progress: Progress,
): Promise<PlannedBasis> {
  const result = await planner.plan(request);
  const { fix, storeDirectory } = inputs;
  if (!isRefused(result) || fix === undefined) {
    const advise = async () => {
      const preview = await previewRepair(io, planner, inputs, fixCommand(io, inputs));
      return `${preview}\n${WITH_FIX}`;
    };
    return { configuration: written, base: await requirePlan(io, result, advise), result };
  }
  const repaired = await repairFirst(
    io,
    planner,
    { inputs: { ...inputs, ...fix }, storeDirectory, observer },
    progress,
  );
  const texts = new Map([...written.source.files, ...repaired.texts]);
  const replanned = await planner.plan({ ...request, overlay: repaired.texts });
  const advise = () =>
    Promise.resolve("Please report this: a repair was checked, and does not plan a second time");
  return {
    configuration: rereadConfiguration(written, texts),
    base: await requirePlan(io, replanned, advise),
    result: replanned,
    repaired,
  };
}

/** Writes the recommended changes and plans with them, until the plan changes exactly what is intended. */
export async function generate(
  io: Io,
  basis: Basis,
  { recommendations, observer }: Pick<Analysis, "recommendations"> & { readonly observer?: RepairObserver },
  progress: Progress,
): Promise<Generated> {
  const { planner, request, written, configuration, base, result: baseResult, repaired } = basis;
  const results = new Map([[base, baseResult]]);
  const requests = recommendations.flatMap(({ id, address, changes }) =>
    address === null || changes.length === 0 ? [] : [{ id, changes }],
  );
  const verified = await verifyPatches(
    {
      patch: (wanted) => patchConfiguration(configuration, wanted),
      plan: async (edits) => {
        io.signal.throwIfAborted();
        const overlay = applyTextEdits(configuration.source.files, edits);
        const result = await planner.plan({ ...request, overlay });
        if (result.plan !== null) results.set(result.plan, result);
        return result;
      },
      repair: patchRepairer(io, basis, { progress, observer }),
      onAttempt: ({ plans, requests: count }) => progress.detail(`plan ${plans}, ${count} changes`),
    },
    base,
    requests,
  );
  const result = results.get(verified.plan) ?? baseResult;
  const edited = applyTextEdits(configuration.source.files, verified.textEdits);
  const common = { configuration, verified, base, result, ...changedFiles(written, edited) };
  return repaired === undefined ? common : { ...common, repaired };
}
