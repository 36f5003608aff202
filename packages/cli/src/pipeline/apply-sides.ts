import type { AppliedResource, Diagnostic, TerraformDiagnostic } from "@apex/core";
import { changedServices, chooseTarget, computeServices, type ServicePair } from "@apex/sandbox-engine";
import type { Planner, PlanRequest } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { renderDiagnostics } from "../render-plan.ts";

/** The service to validate, before and after the change, and what was said while it was found. */
export interface AppliedSides {
  readonly pair: ServicePair;
  readonly diagnostics: readonly Diagnostic[];
  readonly notes: readonly string[];
}

/** What to apply. `overlay` is the change: edited texts by file, relative to the directory. */
export interface SidesRequest {
  readonly request: PlanRequest;
  readonly overlay: ReadonlyMap<string, string>;
  /** Address of the service to validate; absent: the only one that the change touches. */
  readonly target?: string;
}

const ADDRESSES_MAX = 20;

function requireApplied(
  io: Io,
  side: string,
  result: {
    readonly resources: readonly AppliedResource[] | null;
    readonly diagnostics: readonly TerraformDiagnostic[];
  },
): readonly AppliedResource[] {
  if (result.resources !== null) return result.resources;
  io.err(`\n${renderDiagnostics(result.diagnostics, { colour: io.colour })}`);
  throw new CommandError(
    EXIT_CODES.planRefused,
    `Terraform cannot apply the configuration ${side}: mend what is reported above first`,
  );
}

function list(addresses: readonly string[]): string {
  const shown = addresses.slice(0, ADDRESSES_MAX).map((address) => `  --target '${address}'`);
  if (addresses.length > shown.length) shown.push(`  and ${addresses.length - shown.length} more`);
  return shown.join("\n");
}

function requireTarget(pairs: readonly ServicePair[], wanted: string | undefined): ServicePair {
  const choice = chooseTarget(pairs, wanted);
  switch (choice.kind) {
    case "chosen":
      return choice.pair;
    case "none-changed":
      throw new CommandError(
        EXIT_CODES.nothingToDo,
        "the change leaves every machine, group and service that can be run as it is: there is nothing to validate by load",
      );
    case "several-changed":
      throw new CommandError(
        EXIT_CODES.wrongUse,
        `the change touches several services, and the workload is that of one: name it\n${list(choice.addresses)}`,
      );
    case "not-changed":
      throw new CommandError(
        EXIT_CODES.badInput,
        choice.nearest.length === 0
          ? `--target ${choice.wanted}: the change touches no service that can be run`
          : `--target ${choice.wanted} is no service that the change touches; those are\n${list(choice.nearest)}`,
      );
  }
}

/** Applies the configuration as it is and with the change, in the sandbox, and finds the service to validate in both. */
export async function applySides(io: Io, planner: Planner, wanted: SidesRequest): Promise<AppliedSides> {
  const { request, overlay, target } = wanted;
  const [before, after] = await Promise.all([planner.apply(request), planner.apply({ ...request, overlay })]);
  const baseline = computeServices(requireApplied(io, "as it is", before));
  const candidate = computeServices(requireApplied(io, "with the change", after));
  const pair = requireTarget(changedServices(baseline.services, candidate.services), target);
  const ofTarget = ({ address }: Diagnostic) => address === pair.address;
  return {
    pair,
    diagnostics: [...baseline.diagnostics, ...candidate.diagnostics].filter(ofTarget),
    notes: after.notes,
  };
}
