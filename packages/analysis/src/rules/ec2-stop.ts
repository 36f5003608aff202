import type { MachineType } from "@apex/catalog";
import { type Decimal } from "@apex/core";
import { blockVolumes } from "../fleet/volume.ts";
import type { Idleness } from "../idle/idleness.ts";
import { whyNotStopped } from "./ec2-machine.ts";
import { noEdit } from "./no-edit.ts";
import { type Judgement, type RuleContext } from "./rule.ts";
import { blockNameFor, stopDraft } from "./stop-draft.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** An EC2 instance that was found idle. */
export interface IdleEc2 {
  readonly machine: MachineType;
  readonly hourly: Decimal;
  readonly idleness: Idleness & { readonly kind: "idle" };
  readonly unknowns: readonly string[];
}

/**
 * Stops an instance through an `aws_ec2_instance_state` beside it: its disks and addresses stay, and stay billed. What is on local disks
 * does not, so with those the stop is told and not written.
 */
export function stopEc2(context: RuleContext, idle: IdleEc2): readonly Judgement[] {
  const { resource } = context;
  const { machine } = idle;
  const kept = whyNotStopped(machine);
  const draft = stopDraft(context, {
    noun: "instance",
    from: machine.name,
    hourly: idle.hourly,
    idleness: idle.idleness,
    changes:
      resource.address === undefined || kept !== undefined
        ? []
        : [
            {
              kind: "add-resource",
              besideAddress: resource.address,
              type: "aws_ec2_instance_state",
              name: blockNameFor(resource.address, "stopped"),
              attributes: { instance_id: { ref: "id" }, state: "stopped" },
            },
          ],
    rollback: 'set the state to "running", or remove the aws_ec2_instance_state and start the instance',
    notes: [
      `Its volumes (${blockVolumes(resource).length} in the state) and addresses stay and are billed as before`,
      ...(kept === undefined ? [] : [noEdit(kept)]),
      ...(machine.localNvmeGb > 0
        ? [`Its ${machine.localNvmeGb} GB of local disks are lost on the stop`]
        : []),
    ],
    unknowns: [
      "inbound connections: not measured; a machine that only waits to be asked looks idle",
      ...idle.unknowns,
    ],
  });
  return proposeIfWorthwhile(context, draft);
}
