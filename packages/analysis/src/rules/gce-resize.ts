import type { MachineType } from "@apex/catalog";
import { compareDecimals, type Decimal, type IntendedChange } from "@apex/core";
import { blocksAt, isTrueAt, textAt } from "../fleet/attributes.ts";
import { gceDiskPerformance } from "../fleet/gce-disk.ts";
import { gceMachine } from "../fleet/gce-instance.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { machineCandidates } from "../rightsizing/machine-candidates.ts";
import { monthlyDifference } from "./draft.ts";
import { afterSustainedUse, withSustainedUse } from "./gce-sustained-use.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { sizeMachine } from "./size-machine.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** Compute Engine instances without GPU: the cheapest type that holds the measured need. */
export const gceResize: Rule = { name: "gce-resize", resourceTypes: ["google_compute_instance"], judge };

/**
 * Families that take only Hyperdisk, or no standard persistent disk: today's disks could not follow. Source:
 * Compute Engine docs, "Machine families".
 */
const OTHER_DISK_FAMILIES = /^(n4|n4a|n4d|c3|c3d|c4|c4a|c4d|h3|h4d|m4|x4|z3)$/;

/** Whether a machine takes other kinds of disks than most, which those of today may not be. */
export function takesOtherDisks({ family }: MachineType): boolean {
  return OTHER_DISK_FAMILIES.test(family);
}

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, prices } = context;
  const found = gceMachine(resource, prices);
  if (found.kind === "refused") return abstain(found.reason);
  const { machine, hourly, region } = found;
  if (machine.gpu !== undefined) return abstain("it has GPUs, which are not judged on GCE yet");
  const { attributes } = resource;
  if (blocksAt(attributes, "scratch_disk").length > 0) {
    return abstain("it has local SSDs, whose content a change of type would lose");
  }
  const keepsFamily = textAt(attributes, "min_cpu_platform") !== undefined;
  const candidates = machineCandidates(
    machine,
    { region, operatingSystem: "linux", prices },
    policy.candidates,
  ).filter(
    (candidate) =>
      canFollow(machine, candidate, keepsFamily) && isCheaperAfterDiscount(machine, hourly, candidate),
  );
  const volumes = gceDiskPerformance(context.fleet, resource);
  const sized = sizeMachine(context, { machine, hourly, candidates, volumes });
  if (sized.kind === "abstained") return abstain(sized.reason);
  const draft = resizeDraft(context, {
    part: "machine",
    noun: "instance",
    from: machine.name,
    hourlyNow: hourly,
    sized,
    count: 1,
    changes: changesFor(context, sized.option.name),
    restart: "the instance is stopped and started",
    unknowns: [
      "sustained-use discounts: not counted in the list saving",
      "operating system: Linux prices without licence are assumed",
    ],
  });
  const { option } = sized;
  const discounted = monthlyDifference(
    afterSustainedUse(hourly, machine.family),
    afterSustainedUse(option.hourly, option.machine.family),
  );
  const monthlySavings = withSustainedUse(draft.monthlySavings, discounted, context.cost?.commitmentCoverage);
  return proposeIfWorthwhile(context, { ...draft, monthlySavings });
}

function canFollow(now: MachineType, { machine }: Candidate<MachineType>, keepsFamily: boolean): boolean {
  if (machine.family === now.family) return true;
  return !keepsFamily && !takesOtherDisks(machine);
}

function isCheaperAfterDiscount(
  now: MachineType,
  hourly: Decimal,
  candidate: Candidate<MachineType>,
): boolean {
  const after = afterSustainedUse(candidate.hourly, candidate.machine.family);
  return compareDecimals(after, afterSustainedUse(hourly, now.family)) < 0;
}

/** Terraform refuses to change the type of a running instance unless it may stop it. */
function changesFor({ resource }: RuleContext, to: string): readonly IntendedChange[] {
  const { address, attributes } = resource;
  if (address === undefined) return [];
  const from = textAt(attributes, "machine_type") ?? null;
  const type: IntendedChange = { kind: "set-attribute", address, path: ["machine_type"], from, to };
  if (isTrueAt(attributes, "allow_stopping_for_update")) return [type];
  const mayStop = attributes["allow_stopping_for_update"] ?? null;
  return [
    type,
    { kind: "set-attribute", address, path: ["allow_stopping_for_update"], from: mayStop, to: true },
  ];
}
