import type { OperatingSystem } from "@apex/catalog";
import type { Resource } from "@apex/core";
import { blocksAt, isTrueAt, textAt } from "./attributes.ts";

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

/** The operating system that a machine's licence is paid for, and whether that is known or assumed. */
export function operatingSystemOf(instance: Resource): {
  readonly operatingSystem: OperatingSystem;
  readonly assumption: string | undefined;
} {
  const { attributes } = instance;
  const platform =
    `${textAt(attributes, "platform") ?? ""} ${textAt(attributes, "platform_details") ?? ""}`.toLowerCase();
  const isWindows = platform.includes("windows") || isTrueAt(attributes, "get_password_data");
  if (isWindows) return { operatingSystem: "windows", assumption: undefined };
  if (platform.includes("red hat") || platform.includes("rhel")) {
    return { operatingSystem: "rhel", assumption: undefined };
  }
  if (platform.includes("linux")) return { operatingSystem: "linux", assumption: undefined };
  return {
    operatingSystem: "linux",
    assumption: "operating system: not in the state; Linux prices are assumed",
  };
}

/** The AWS region of a resource: its own, or the one that its availability zone lies in. */
export function awsRegionOf(resource: Resource): string | undefined {
  if (resource.region !== undefined) return resource.region;
  const zone = textAt(resource.attributes, "availability_zone");
  return zone === undefined ? undefined : /^([a-z]{2}(?:-[a-z]+)+-\d)[a-z]?$/.exec(zone)?.[1];
}
