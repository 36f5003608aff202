import { type JsonObject, valueAt } from "@apex/core";
import type { OperatingSystem } from "../machine-price.ts";
import { priceMachineMonth } from "../pricing/machine-hours.ts";
import {
  combineParts,
  essentialPartMissing,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { blocksAt, flagAt, textAt } from "./attributes.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import { resourceRegion } from "./resource-region.ts";

/** Only Windows machines have a password to fetch; else the caller's word, else Linux. */
export function operatingSystemOf(resource: ResourceView, view: PlanView): OperatingSystem {
  const given = view.options.operatingSystems?.[resource.address];
  if (given !== undefined) return given;
  return flagAt(resource.values, ["get_password_data"]) === true ? "windows" : "linux";
}

/** Whether a machine bursts beyond its credits, as a `credit_specification` block says; `undefined` when it says nothing. */
export function hasUnlimitedCredits(values: JsonObject): boolean | undefined {
  const credits = textAt(values, ["credit_specification", 0, "cpu_credits"]);
  return credits === undefined ? undefined : credits === "unlimited";
}

/** An `aws_ec2_instance_state` of the plan has the last word; else what EC2 last reported. */
function isStopped(resource: ResourceView, view: PlanView): boolean {
  for (const state of view.ofType("aws_ec2_instance_state")) {
    const followed = follow(view, state, {
      types: ["aws_instance"],
      references: [{ path: ["instance_id"], targetAttribute: "id" }],
    });
    if (followed.kind === "found" && followed.resource === resource) {
      return textAt(state.values, ["state"]) === "stopped";
    }
  }
  return textAt(resource.values, ["instance_state"]) === "stopped";
}

/**
 * The root volume. When the plan does not show one, the image decides; an unchanged image on an existing machine decides
 * as it did before.
 */
function rootVolume(resource: ResourceView, region: string): PricedParts {
  const where = { region, label: "Root volume" };
  const [root] = blocksAt(resource.values, ["root_block_device"]);
  const isSameImage =
    resource.previous !== null && valueAt(resource.previous, ["ami"]) === valueAt(resource.values, ["ami"]);
  const [previousRoot] = isSameImage ? blocksAt(resource.previous ?? {}, ["root_block_device"]) : [];
  const block = root === undefined ? previousRoot : { ...root, ...fromImage(root, previousRoot) };
  if (block === undefined) return partMissing("root volume: its size and type are set by the image");
  if (valueAt(block, ["volume_size"]) == null)
    return partMissing("root volume: its size is set by the image");
  return priceBlockDevice(block, where);
}

function fromImage(root: JsonObject, previous: JsonObject | undefined): JsonObject {
  if (previous === undefined) return {};
  const kept = ["volume_size", "volume_type"].filter((name) => valueAt(root, [name]) == null);
  return Object.fromEntries(kept.flatMap((name) => (previous[name] == null ? [] : [[name, previous[name]]])));
}

/** `aws_instance`: the machine, its root volume and the volumes declared with it. */
export function priceAwsInstance(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const region = resourceRegion(view, resource);
  const name = textAt(values, ["instance_type"]);
  const volumes = blocksAt(values, ["ebs_block_device"]).map((block) => {
    const device = textAt(block, ["device_name"]);
    return priceBlockDevice(block, { region, label: device === undefined ? "Volume" : `Volume ${device}` });
  });
  const machine =
    name === undefined
      ? essentialPartMissing("the instance type is not known")
      : priceMachineMonth({
          provider: "aws",
          name,
          region,
          operatingSystem: operatingSystemOf(resource, view),
          purchase:
            textAt(values, ["instance_market_options", 0, "market_type"]) === "spot" ? "spot" : "on-demand",
          tenancy: textAt(values, ["tenancy"]) ?? "default",
          hasUnlimitedCredits: hasUnlimitedCredits(values),
          isStopped: isStopped(resource, view),
        });
  return combineParts(machine, rootVolume(resource, region), ...volumes);
}
