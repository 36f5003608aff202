import type { MachineType } from "@apex/catalog";
import { familyName } from "../rightsizing/as-much.ts";
import { effortRank } from "../rightsizing/effort.ts";
import { machineCandidates } from "../rightsizing/machine-candidates.ts";
import { type Ec2Subject, ec2Subject } from "./ec2-subject.ts";
import { noEdit } from "./no-edit.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { holdsText, successorDraft, successors } from "./successor-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * Instances and groups of an older generation: a newer type of the same kind that has no less of anything and costs less.
 * Needs no measurements, so it also speaks where the rules that size cannot.
 */
export const ec2Generation: Rule = {
  name: "ec2-generation",
  resourceTypes: ["aws_instance", "aws_autoscaling_group"],
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const subject = ec2Subject(context);
  if (subject === undefined || !isSuperseded(subject.machine)) return [];
  const { machine, hourly } = subject;
  const found = successors(context, {
    machine,
    hourly,
    candidates: newerTypes(context, subject),
    isTrusted: (after) => after.name === machine.supersededBy,
  });
  if (found.length === 0) {
    return abstain(
      `${machine.name} is of an older generation, but no newer type of its kind has as much of everything for less`,
      true,
    );
  }
  const { maximumEffort } = context.policy.generation;
  const acceptable = found.filter(({ effort }) => effortRank(effort) <= effortRank(maximumEffort));
  const [chosen, ...others] = acceptable;
  if (chosen === undefined) {
    return abstain(
      `${found[0]?.name} has as much of everything for less, at ${found[0]?.effort} effort; the policy accepts at most ${maximumEffort} for a newer generation`,
    );
  }
  const needsDrivers = machine.hypervisor !== chosen.machine.hypervisor;
  const draft = successorDraft(context, {
    part: subject.part,
    from: machine.name,
    hourlyNow: hourly,
    chosen,
    others,
    count: subject.count,
    summary: `${machine.name} is of an older generation; ${chosen.name} ${holdsText(chosen)} and costs less`,
    // Without the drivers it would not come up again: nobody should merge that unseen.
    changes: needsDrivers ? [] : subject.changesTo(chosen.name),
    restart: subject.restart,
    notes: [
      ...subject.notes,
      ...(needsDrivers
        ? [
            noEdit(
              "the newer type needs ENA and NVMe drivers in the image and device names that do not change, which no inventory shows",
            ),
          ]
        : []),
    ],
    unknowns: [...subject.unknowns, ...unknownsOf(machine, chosen.machine)],
  });
  return proposeIfWorthwhile(context, { ...draft, touches: [subject.launched] });
}

function isSuperseded({ isCurrentGeneration, supersededBy, gpu, accelerator }: MachineType): boolean {
  const isOld = isCurrentGeneration === false || supersededBy !== undefined;
  return isOld && gpu === undefined && accelerator === undefined;
}

function newerTypes({ policy }: RuleContext, { machine, market }: Ec2Subject) {
  const name = familyName(machine.family);
  // Another architecture is ec2-graviton's to say, and a burstable type where there was none ec2-resize's.
  const allowed = {
    ...policy.candidates,
    // A curated successor may have one itself by now.
    allowedFamilies: policy.candidates.allowedFamilies ?? ["*"],
    architectures: [],
    burstable: machine.isBurstable,
    crossFamily: true,
  };
  return machineCandidates(machine, market, allowed).filter(({ machine: after }) => {
    const other = familyName(after.family);
    const isNewer = name !== undefined && other?.series === name.series && other.generation > name.generation;
    return (
      (isNewer || after.name === machine.supersededBy) &&
      // Software licences count vCPUs: more of them are no gift.
      after.vcpu === machine.vcpu &&
      after.isBurstable === machine.isBurstable &&
      !after.isFlex
    );
  });
}

function unknownsOf(now: MachineType, after: MachineType): readonly string[] {
  return [
    ...(now.cpuManufacturer === after.cpuManufacturer
      ? []
      : [
          `instruction sets: the CPU is made by ${after.cpuManufacturer ?? "another maker"} instead of ${now.cpuManufacturer ?? "today's maker"}; programs built for one make are not checked`,
        ]),
    "cpu speed: compared by benchmark, not with this load",
    "network interfaces: the limits of the new type are not checked",
    ...(now.family === "t2"
      ? [
          "CPU credits: T3 and later launch in unlimited mode unless told otherwise, T2 does not; what the account's default is is not known",
        ]
      : []),
  ];
}
