import { marketOf, scalingGroup } from "../fleet/group.ts";
import { machineCandidates } from "../rightsizing/machine-candidates.ts";
import { knowsOnlyMeans } from "./group-capacity.ts";
import { templateVolumes } from "./group-volumes.ts";
import { noEdit } from "./no-edit.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { sizeMachine } from "./size-machine.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/** Auto Scaling groups: another instance type in their launch template. */
export const asgResize: Rule = { name: "asg-resize", resourceTypes: ["aws_autoscaling_group"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, fleet, prices } = context;
  const group = scalingGroup(fleet, resource, prices);
  // What cannot be read at all is asg-floor's to say, once.
  if (group.kind === "refused" || group.machine.gpu !== undefined) return [];
  if (group.hasOverrides) {
    return abstain(
      "its mixed instances policy lists its types, which are chosen by what EC2 has, not by need",
    );
  }
  if (group.minimum === 0) return abstain("its floor is 0, so no saving is certain");
  if (group.templateGroups.length > 1) {
    const others = group.templateGroups.filter((other) => other !== resource).map((other) => other.id);
    return abstain(
      `its launch template also feeds ${others.join(", ")}; give each group its own to size them apart`,
    );
  }
  const { machine, hourly } = group;
  const sized = sizeMachine(context, {
    machine,
    hourly,
    candidates: machineCandidates(machine, marketOf(group, prices), policy.candidates),
    volumes: templateVolumes(group.template),
  });
  if (sized.kind === "abstained") return abstain(sized.reason);
  const isMeanOfMembers = knowsOnlyMeans(context.profile);
  const draft = resizeDraft(context, {
    part: "group",
    noun: "group",
    from: group.machine.name,
    hourlyNow: group.hourly,
    sized,
    count: group.minimum,
    changes:
      group.keptVersion === undefined
        ? setAttribute(group.template, ["instance_type"], { from: group.machine.name, to: sized.option.name })
        : [],
    restart: "running instances keep their type until an instance refresh replaces them",
    unknowns: [
      ...(isMeanOfMembers ? ["differences between members: CPU is the mean over the group"] : []),
      ...group.unknowns,
    ],
    notes: [
      `Counted for the ${group.minimum} instances of its floor`,
      ...(group.keptVersion === undefined ? [] : [noEdit(group.keptVersion)]),
    ],
  });
  return proposeIfWorthwhile(context, { ...draft, restartRequired: false, touches: [group.template] });
}
