import type { MachineType } from "@apex/catalog";
import type { IntendedChange } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import { armTwinOf } from "../fleet/arm-image.ts";
import { familyName } from "../rightsizing/as-much.ts";
import { effortRank } from "../rightsizing/effort.ts";
import { machineCandidates } from "../rightsizing/machine-candidates.ts";
import { type Ec2Subject, ec2Subject } from "./ec2-subject.ts";
import { noEdit } from "./no-edit.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { holdsText, type Successor, successorDraft, successors } from "./successor-draft.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Instances and groups whose image is known to come for arm64 too: a Graviton type of the same kind, not older, that has no
 * less of anything by CoreMark and costs less. What else runs on them is not known, so it is always effort medium, and an
 * edit is written only where the image is named in a way that can follow and the policy allows arm64.
 */
export const ec2Graviton: Rule = {
  name: "ec2-graviton",
  resourceTypes: ["aws_instance", "aws_autoscaling_group"],
  judge,
};

function judge(context: RuleContext): readonly Judgement[] {
  const subject = ec2Subject(context);
  if (subject === undefined) return [];
  const { machine, hourly, market } = subject;
  const isPlain = machine.gpu === undefined && machine.accelerator === undefined;
  if (machine.architecture !== "amd64" || !isPlain || market.operatingSystem === "windows") return [];
  const image = readiness(context, subject);
  if (image.kind === "unknown") return abstain(image.reason, true);
  const found = successors(context, {
    machine,
    hourly,
    candidates: gravitonTypes(context, subject),
    isTrusted: () => false,
  });
  const [chosen, ...others] = found;
  if (chosen === undefined) {
    return abstain("no Graviton type of its kind has as much of everything for less", true);
  }
  const { maximumEffort } = context.policy.generation;
  if (effortRank(chosen.effort) > effortRank(maximumEffort)) {
    return abstain(
      `${chosen.name} has as much of everything for less, at ${chosen.effort} effort; the policy accepts at most ${maximumEffort}`,
    );
  }
  const edit = editOf(context, subject, image, chosen);
  const draft = successorDraft(context, {
    part: subject.part,
    from: machine.name,
    hourlyNow: hourly,
    chosen,
    others,
    count: subject.count,
    summary: `Its image comes for arm64 too; ${chosen.name} ${holdsText(chosen)} and costs less than ${machine.name}`,
    changes: edit.changes,
    restart: subject.restart,
    notes: [...subject.notes, image.note, ...edit.notes],
    unknowns: [
      ...subject.unknowns,
      "software: whether all that is installed on top of the image runs on arm64 is not known",
      "cpu speed: compared by benchmark, not with this load",
    ],
  });
  return proposeIfWorthwhile(context, { ...draft, touches: [subject.launched] });
}

type Readiness =
  | { readonly kind: "ready"; readonly twin: string | undefined; readonly note: string }
  | { readonly kind: "unknown"; readonly reason: string };

/** Whether the image is known to come for arm64: the inventory says so, or it is named by a parameter that has a twin. */
function readiness({ resource }: RuleContext, { launched, noun }: Ec2Subject): Readiness {
  const written = textAt(launched.attributes, "image_id") ?? textAt(launched.attributes, "ami");
  const twin = written === undefined ? undefined : armTwinOf(written);
  if (twin !== undefined) {
    return { kind: "ready", twin, note: `Its image is named by a parameter that has one for arm64: ${twin}` };
  }
  const architectures =
    launched.observed?.imageArchitectures ?? resource.observed?.imageArchitectures ?? undefined;
  if (architectures?.includes("arm64") === true) {
    return { kind: "ready", twin: undefined, note: "The inventory knows its image for arm64 as well" };
  }
  return {
    kind: "unknown",
    reason:
      architectures === undefined
        ? `whether the image of this ${noun} runs on arm64 is not known`
        : `its image is only for ${architectures.join(", ")}`,
  };
}

function gravitonTypes({ policy }: RuleContext, { machine, market }: Ec2Subject) {
  const name = familyName(machine.family);
  const allowed = {
    ...policy.candidates,
    allowedFamilies: policy.candidates.allowedFamilies ?? ["*"],
    architectures: ["arm64"],
    burstable: machine.isBurstable,
    crossFamily: true,
  };
  return machineCandidates(machine, market, allowed).filter(({ machine: after }) => {
    const other = familyName(after.family);
    return isGraviton(after) && other?.series === name?.series && isSameKind(machine, after);
  });
}

function isGraviton({ architecture, cpuManufacturer }: MachineType): boolean {
  return architecture === "arm64" && cpuManufacturer === "aws";
}

function isSameKind(now: MachineType, after: MachineType): boolean {
  return after.vcpu === now.vcpu && after.isBurstable === now.isBurstable && !after.isFlex;
}

function editOf(
  { policy }: RuleContext,
  { launched, changesTo, isEditable }: Ec2Subject,
  { twin }: Readiness & { readonly kind: "ready" },
  chosen: Successor,
): { readonly changes: readonly IntendedChange[]; readonly notes: readonly string[] } {
  if (!isEditable) return { changes: [], notes: [] };
  const attribute = textAt(launched.attributes, "image_id") === undefined ? "ami" : "image_id";
  const image = textAt(launched.attributes, attribute);
  if (twin === undefined || image === undefined) {
    const note =
      "the type cannot change without the image, and how the image is chosen does not say which one follows";
    return { changes: [], notes: [noEdit(note)] };
  }
  if (!policy.candidates.architectures.includes("arm64")) {
    const note = "the policy does not list arm64 under candidates.architectures";
    return { changes: [], notes: [noEdit(`${note}; with it the image changes to ${twin}`)] };
  }
  return {
    changes: [...setAttribute(launched, [attribute], { from: image, to: twin }), ...changesTo(chosen.name)],
    notes: ["The image changes with the type, in one edit"],
  };
}
