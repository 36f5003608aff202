import type { Resource } from "@apex/core";
import { blocksAt, textAt } from "./attributes.ts";

/** Why a machine is none of ours to size or stop; `undefined` when it is. */
export function whyNotAlone(instance: Resource): string | undefined {
  const group = instance.tags["aws:autoscaling:groupName"];
  if (group !== undefined)
    return `it is a member of the Auto Scaling group ${group}, which is judged as a whole`;
  const cluster = Object.keys(instance.tags).find((key) => key.startsWith("kubernetes.io/cluster/"));
  if (cluster !== undefined) return "it is a Kubernetes node; its size follows from what is scheduled on it";
  const bought = whyNotOnDemand(instance);
  if (bought !== undefined) return bought;
  const { attributes } = instance;
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

/** Why a machine is not paid at the list price on demand of its region. */
function whyNotOnDemand({ attributes, observed }: Resource): string | undefined {
  const models = [
    textAt(attributes, "instance_lifecycle"),
    ...blocksAt(attributes, "instance_market_options").map(({ block }) => textAt(block, "market_type")),
    textAt(attributes, "spot_instance_request_id") === undefined ? undefined : SPOT,
    observed?.purchaseOption === SPOT ? SPOT : undefined,
  ].filter((model) => model !== undefined);
  if (models.includes(SPOT)) return "it runs on spot capacity, whose price is not the list price";
  const [model] = models;
  if (model !== undefined) return `it is bought as ${model}, whose price is not the list price`;
  const tenancy = textAt(attributes, "tenancy");
  if (tenancy !== undefined && tenancy !== "default")
    return `its tenancy is ${tenancy}, for which there is no list price in the catalogue`;
  if (observed?.purchaseOption === "dedicated")
    return "its tenancy is dedicated, for which there is no list price in the catalogue";
  return textAt(attributes, "outpost_arn") === undefined
    ? undefined
    : "it runs on an Outpost, which is paid as a whole";
}

const SPOT = "spot";

/** "us-east-1", "eu-central-1". */
const REGION = /^[a-z]{2}(?:-[a-z]+)+-\d+/;

/**
 * The AWS region of a resource: its own, or the one that its availability zone lies in. A local or wavelength zone has prices of its
 * own and is a region by itself, as in price lists: "us-west-2-lax-1". Source: AWS price list, "Region Code".
 */
export function awsRegionOf({ region, attributes }: Resource): string | undefined {
  const zone = textAt(attributes, "availability_zone");
  const parent = zone === undefined ? undefined : REGION.exec(zone)?.[0];
  if (zone === undefined || parent === undefined) return region;
  if (/^[a-z]?$/.test(zone.slice(parent.length))) return region ?? parent;
  return zone.replace(/(\d)[a-z]$/, "$1");
}
