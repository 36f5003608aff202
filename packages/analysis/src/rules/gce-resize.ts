import type { MachineType } from "@apex/catalog";
import { textAt } from "../fleet/attributes.ts";
import { gceDiskPerformance } from "../fleet/gce-disk.ts";
import { gceMachine } from "../fleet/gce-instance.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { machineCandidates } from "../rightsizing/machine-candidates.ts";
import {
  changesToType,
  gceMarket,
  hasLocalSsds,
  isCheaperAfterDiscount,
  takesOtherDisks,
} from "./gce-machine-type.ts";
import { netOfSustainedUse } from "./gce-sustained-use.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { sizeMachine } from "./size-machine.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** Compute Engine instances without GPU: the cheapest type that holds the measured need. */
export const gceResize: Rule = { name: "gce-resize", resourceTypes: ["google_compute_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, prices } = context;
  const found = gceMachine(resource, prices);
  if (found.kind === "refused") return abstain(found.reason);
  const { machine, hourly, region } = found;
  // Those with GPUs are gpu-over-provisioned's.
  if (machine.gpu !== undefined) return [];
  const { attributes } = resource;
  if (hasLocalSsds(resource, machine)) {
    return abstain("it has local SSDs, whose content a change of type would lose");
  }
  const { unknowns, ...market } = gceMarket(resource, { region, prices });
  const keepsFamily = textAt(attributes, "min_cpu_platform") !== undefined;
  const candidates = machineCandidates(machine, market, policy.candidates).filter(
    (candidate) =>
      canFollow(machine, candidate, keepsFamily) && isCheaperAfterDiscount({ machine, hourly }, candidate),
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
    changes: changesToType(resource, sized.option.name),
    restart: "the instance is stopped and started",
    unknowns: [
      "sustained-use discounts: the saving is what is left after those of a full month",
      ...unknowns,
    ],
    netOf: netOfSustainedUse({ machine, hourly }, context.cost?.commitmentCoverage),
  });
  return proposeIfWorthwhile(context, draft);
}

function canFollow(now: MachineType, { machine }: Candidate<MachineType>, keepsFamily: boolean): boolean {
  if (machine.family === now.family) return true;
  return !keepsFamily && !takesOtherDisks(machine);
}
