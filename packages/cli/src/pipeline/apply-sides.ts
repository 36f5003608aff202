import type { AppliedResource, Diagnostic, TerraformDiagnostic } from "@apex/core";
import {
  changedServices,
  chooseTarget,
  computeServices,
  type ServicePair,
  type TargetChoice,
} from "@apex/sandbox-engine";
import type { Planner, PlanRequest } from "@apex/sandbox-terraform";
import { CommandError, EXIT_CODES } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { freshLine } from "../progress.ts";
import { tellAdvice } from "../render-advice.ts";
import { renderDiagnostics } from "../render-plan.ts";

/** The service to validate, before and after the change, and what was said while it was found. */
export interface AppliedSides {
  readonly pair: ServicePair;
  /** Addresses of the other services that the change touches or takes away: nothing is tried of them. */
  readonly untried: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
  readonly notes: readonly string[];
}

/** What to apply. `overlay` is the change: edited texts by file, relative to the directory. */
export interface SidesRequest {
  readonly request: PlanRequest;
  readonly overlay: ReadonlyMap<string, string>;
  /** Address of the service to validate; absent: the only one that the change touches. */
  readonly target?: string;
  /** What would mend a side that Terraform refuses: the configuration as it is, or with the change. */
  readonly advise: (side: "as it is" | "with the change") => Promise<string>;
}

const ADDRESSES_MAX = 20;

/** As many diagnostics as fit on a screen. */
const DIAGNOSTICS_MAX = 20;

async function requireApplied(
  io: Io,
  side: "as it is" | "with the change",
  result: {
    readonly resources: readonly AppliedResource[] | null;
    readonly diagnostics: readonly TerraformDiagnostic[];
  },
  advise: SidesRequest["advise"],
): Promise<readonly AppliedResource[]> {
  if (result.resources !== null) return result.resources;
  io.err(`${freshLine(io)}${renderDiagnostics(result.diagnostics, { colour: io.colour })}`);
  throw new CommandError(
    EXIT_CODES.planRefused,
    `Terraform cannot apply the configuration ${side}: mend what is reported above first\n${await advise(side)}`,
  );
}

function list(addresses: readonly string[]): string {
  const shown = addresses.slice(0, ADDRESSES_MAX).map((address) => `  --target '${address}'`);
  if (addresses.length > shown.length) shown.push(`  and ${addresses.length - shown.length} more`);
  return shown.join("\n");
}

/** The services that nothing was tried of, one a line. */
export function listUntried(untried: readonly string[]): string {
  const shown = untried.slice(0, ADDRESSES_MAX);
  const more = untried.length - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join("\n");
}

function requireChosen(choice: TargetChoice): ServicePair {
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

/** The same is said of both sides where they do not differ. */
function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const found = new Map(
    diagnostics.map((each) => [JSON.stringify([each.code, each.address, each.summary]), each]),
  );
  return [...found.values()];
}

/**
 * What was said of the wanted address, else of all: a service that could not be read is not among the changed ones, and only
 * this says why.
 */
function reasonsFor(diagnostics: readonly Diagnostic[], wanted: string | undefined): readonly Diagnostic[] {
  const ofWanted = diagnostics.filter(({ address }) => wanted !== undefined && address === wanted);
  return (ofWanted.length > 0 ? ofWanted : diagnostics).slice(0, DIAGNOSTICS_MAX);
}

/** The services of two applied states, and which of them is to be validated. Throws a CommandError, after the advice, for none. */
export function chosenSides(
  io: Pick<Io, "err" | "isTerminal" | "colour">,
  [before, after]: readonly [readonly AppliedResource[], readonly AppliedResource[]],
  wanted: string | undefined,
): Omit<AppliedSides, "notes"> {
  const [baseline, candidate] = [computeServices(before), computeServices(after)];
  const diagnostics = withoutRepeats([...baseline.diagnostics, ...candidate.diagnostics]);
  const pairs = changedServices(baseline.services, candidate.services);
  const choice = chooseTarget(pairs, wanted);
  const isMissing = choice.kind === "none-changed" || choice.kind === "not-changed";
  if (isMissing) tellAdvice(io, reasonsFor(diagnostics, wanted));
  const pair = requireChosen(choice);
  const kept = new Set(candidate.services.map(({ address }) => address));
  const gone = baseline.services.map(({ address }) => address).filter((address) => !kept.has(address));
  const untried = [...pairs.map(({ address }) => address), ...gone].filter(
    (address) => address !== pair.address,
  );
  return { pair, untried, diagnostics: diagnostics.filter(({ address }) => address === pair.address) };
}

/** Applies the configuration as it is and with the change, in the sandbox, and finds the service to validate in both. */
export async function applySides(io: Io, planner: Planner, wanted: SidesRequest): Promise<AppliedSides> {
  const { request, overlay, target, advise } = wanted;
  const [before, after] = await Promise.all([planner.apply(request), planner.apply({ ...request, overlay })]);
  const states = [
    await requireApplied(io, "as it is", before, advise),
    await requireApplied(io, "with the change", after, advise),
  ] as const;
  return { ...chosenSides(io, states, target), notes: after.notes };
}
