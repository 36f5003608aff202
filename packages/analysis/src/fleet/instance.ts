import type { Resource } from "@apex/core";
import { blocksAt, textAt } from "./attributes.ts";

/** Why a machine is none of ours to size or stop; `undefined` when it is. */
export function whyNotAlone(instance: Resource): string | undefined {
  const group = instance.tags["aws:autoscaling:groupName"];
  if (group !== undefined)
    return `it is a member of the Auto Scaling group ${group}, which is judged as a whole`;
  const cluster = Object.keys(instance.tags).find((key) => key.startsWith("kubernetes.io/cluster/"));
  if (cluster !== undefined) return "it is a Kubernetes node; its size follows from what is scheduled on it";
  const { attributes } = instance;
  const isSpot =
    textAt(attributes, "instance_lifecycle") === "spot" ||
    blocksAt(attributes, "instance_market_options").some(
      ({ block }) => textAt(block, "market_type") === "spot",
    ) ||
    textAt(attributes, "spot_instance_request_id") !== undefined;
  if (isSpot) return "it runs on spot capacity, whose price is not the list price";
  const tenancy = textAt(attributes, "tenancy");
  if (tenancy !== undefined && tenancy !== "default") {
    return `its tenancy is ${tenancy}, for which there is no list price in the catalogue`;
  }
  const reservation = textAt(
    attributes,
    "capacity_reservation_specification",
    0,
    "capacity_reservation_target",
    0,
    "capacity_reservation_id",
  );
  if (reservation !== undefined)
    return `it fills the capacity reservation ${reservation}, which is billed whatever runs in it`;
  const state = textAt(attributes, "instance_state");
  if (state !== undefined && state !== "running") return `it is ${state}`;
  return undefined;
}

/** The AWS region of a resource: its own, or the one that its availability zone lies in. */
export function awsRegionOf(resource: Resource): string | undefined {
  if (resource.region !== undefined) return resource.region;
  const zone = textAt(resource.attributes, "availability_zone");
  return zone === undefined ? undefined : /^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]?$/.exec(zone)?.[1];
}
