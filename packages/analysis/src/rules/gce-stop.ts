import type { MachineType } from "@apex/catalog";
import { type Decimal, decimal } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import type { Idleness } from "../idle/idleness.ts";
import { monthlyDifference } from "./draft.ts";
import { hasLocalSsds } from "./gce-machine-type.ts";
import { afterSustainedUse, withSustainedUse } from "./gce-sustained-use.ts";
import { abstain, type Judgement, type RuleContext } from "./rule.ts";
import { stopDraft } from "./stop-draft.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/** A Compute Engine instance that was found idle. */
export interface IdleGce {
  readonly machine: MachineType;
  readonly hourly: Decimal;
  readonly idleness: Idleness & { readonly kind: "idle" };
}

/**
 * Stops an instance through `desired_status`: its disks and addresses stay, and stay billed. What is on local SSDs does not, so
 * with those it is not stopped.
 */
export function stopGce(context: RuleContext, idle: IdleGce): readonly Judgement[] {
  const { resource, cost } = context;
  const { machine, hourly } = idle;
  if (hasLocalSsds(resource, machine))
    return abstain("it is idle, but has local SSDs, whose content a stop would lose");
  const draft = stopDraft(context, {
    noun: "instance",
    from: machine.name,
    hourly,
    idleness: idle.idleness,
    changes: setAttribute(resource, ["desired_status"], {
      from: textAt(resource.attributes, "desired_status") ?? null,
      to: "TERMINATED",
    }),
    rollback: 'set desired_status to "RUNNING"; TERMINATED is Compute Engine\'s word for stopped',
    notes: ["Its disks and static addresses stay and are billed as before"],
    unknowns: [
      "inbound connections: not measured; a machine that only waits to be asked looks idle",
      "sustained-use discounts: the saving is what is left after those of a full month",
      ...(machine.gpu === undefined
        ? []
        : ["capacity: whether the zone has such GPUs free when it is to start again is not known"]),
    ],
  });
  const discounted = monthlyDifference(afterSustainedUse(hourly, machine.family), decimal(0));
  const monthlySavings = withSustainedUse(draft.monthlySavings, discounted, cost?.commitmentCoverage);
  return proposeIfWorthwhile(context, { ...draft, monthlySavings });
}
