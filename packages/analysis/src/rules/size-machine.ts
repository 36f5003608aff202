import type { MachineType } from "@apex/catalog";
import type { Decimal } from "@apex/core";
import type { VolumePerformance } from "../fleet/volume.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { creditedSpeed, machineRequirements } from "../rightsizing/machine-requirements.ts";
import type { Requirement } from "../rightsizing/requirement.ts";
import { rightsize, type Sized, type Unchecked } from "../rightsizing/rightsize.ts";
import { coveredCandidates } from "./commitment-family.ts";
import { monthEndShortage } from "./month-end.ts";
import type { RuleContext } from "./rule.ts";

/** A machine of a context with what could stand in for it. */
export interface MachineToSize {
  readonly machine: MachineType;
  /** USD. */
  readonly hourly: Decimal;
  readonly candidates: readonly Candidate<MachineType>[];
  /** What its volumes can deliver at most, where that is known. */
  readonly volumes: VolumePerformance | undefined;
  /** Requirements that come before those of CPU, memory, network and disks: the leading one decides on the history. */
  readonly leading?: readonly Requirement<MachineType>[];
  /** What shrinks unseen besides what CoreMark lends. */
  readonly unchecked?: (after: MachineType) => readonly Unchecked[];
}

/** Sizes a machine by all that is measured of it, within the families that what is already paid for follows to. */
export function sizeMachine(context: RuleContext, subject: MachineToSize): Sized<MachineType> {
  const { machine, hourly } = subject;
  const { profile, window, policy } = context;
  const requirements = [
    ...(subject.leading ?? []),
    ...machineRequirements({ machine, profile, window, policy, volumes: subject.volumes }),
  ];
  const credited = creditedSpeed(requirements, machine);
  const sized = rightsize({
    now: { machine, name: machine.name, hourly },
    candidates: coveredCandidates(context.cost, machine, subject.candidates),
    requirements,
    unchecked: (after) => [...credited(after), ...(subject.unchecked?.(after) ?? [])],
    policy,
  });
  if (sized.kind === "abstained") return sized;
  const shortage = monthEndShortage(context, machine, sized.option.machine);
  return shortage === undefined ? sized : { kind: "abstained", reason: shortage };
}
