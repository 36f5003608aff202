import type { Resource } from "@apex/core";
import { blocksAt, numberAt, textAt } from "../fleet/attributes.ts";
import { attachedPerformance } from "../fleet/volume.ts";
import { machineCandidates } from "../rightsizing/machine-candidates.ts";
import { creditNotes, whyThrottled, withLastingCredits } from "./ec2-credits.ts";
import { ec2Machine, whyNotStopped } from "./ec2-machine.ts";
import { noEdit } from "./no-edit.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { sizeMachine } from "./size-machine.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * EC2 instances without GPU: the cheapest type that holds the measured need in every dimension, and no less where
 * nothing is measured.
 */
export const ec2Resize: Rule = { name: "ec2-resize", resourceTypes: ["aws_instance"], judge };

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy } = context;
  const found = ec2Machine(context);
  if (found.kind === "refused") return abstain(found.reason);
  const { machine, market, hourly } = found;
  if (machine.gpu !== undefined || machine.accelerator !== undefined) return [];
  const trimmed = whyTrimmed(resource, machine.vcpu);
  if (trimmed !== undefined) return abstain(trimmed);
  const isUnlimited = textAt(resource.attributes, "credit_specification", 0, "cpu_credits") === "unlimited";
  const throttled = machine.isBurstable && !isUnlimited ? whyThrottled(context) : undefined;
  if (throttled !== undefined) return abstain(throttled);
  const sized = sizeMachine(context, {
    machine,
    hourly,
    candidates: withLastingCredits(context, machine, machineCandidates(machine, market, policy.candidates)),
    volumes: attachedPerformance(context.fleet, resource),
  });
  if (sized.kind === "abstained") return abstain(sized.reason);
  const kept = whyNotStopped(machine);
  const draft = resizeDraft(context, {
    part: "machine",
    noun: "instance",
    from: machine.name,
    hourlyNow: hourly,
    sized,
    count: 1,
    changes:
      kept === undefined
        ? setAttribute(resource, ["instance_type"], { from: machine.name, to: sized.option.name })
        : [],
    unknowns: [
      ...found.unknowns,
      ...(hasExtraAddresses(resource)
        ? ["network interfaces: the limits of the new type are not checked"]
        : []),
      ...(machine.localNvmeGb > 0 ? ["local disks: what they hold is lost on the resize"] : []),
    ],
    restart: "the instance is stopped and started",
    notes: [...creditNotes(machine, sized.option.machine), ...(kept === undefined ? [] : [noEdit(kept)])],
  });
  return proposeIfWorthwhile(context, draft);
}

/** Cores or threads switched off, mostly for licences paid by the core: percent are of what is left, and types set other numbers. */
function whyTrimmed({ attributes }: Resource, vcpu: number): string | undefined {
  const [options] = blocksAt(attributes, "cpu_options");
  // Inventories and older states hold them beside the block.
  const cores = numberAt(options?.block ?? {}, "core_count") ?? numberAt(attributes, "cpu_core_count");
  const threads =
    numberAt(options?.block ?? {}, "threads_per_core") ?? numberAt(attributes, "cpu_threads_per_core");
  if (cores === undefined || threads === undefined || cores * threads === vcpu) return undefined;
  return `its cpu_options leave ${cores * threads} of ${vcpu} vCPU on, so its CPU does not compare with that of types`;
}

function hasExtraAddresses({ attributes }: Resource): boolean {
  const { secondary_private_ips: secondary } = attributes;
  const hasSecondary = Array.isArray(secondary) && secondary.length > 0;
  return hasSecondary || blocksAt(attributes, "network_interface").length > 1;
}
