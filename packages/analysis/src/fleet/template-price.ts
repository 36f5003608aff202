import { type Known, known, type Resource, unknown } from "@apex/core";
import { blocksAt, textAt } from "./attributes.ts";
import { awsRegionOf } from "./instance.ts";

/** Why what a launch template starts is not paid at the list price on demand; `undefined` when it is. */
export function whyNotListPrice({ attributes }: Resource): string | undefined {
  if (blocksAt(attributes, "instance_market_options").length > 0)
    return "it runs on spot capacity, whose price is not the list price";
  const tenancy = blocksAt(attributes, "placement")
    .map(({ block }) => textAt(block, "tenancy"))
    .find((one) => one !== undefined && one !== "default");
  return tenancy === undefined
    ? undefined
    : `its tenancy is ${tenancy}, for which there is no list price in the catalogue`;
}

/** The region that a group's machines are priced in; a local zone among its zones has prices of its own. */
export function pricedRegion(group: Resource, template: Resource): Known<string> {
  const region = awsRegionOf(group) ?? awsRegionOf(template);
  const zones = group.attributes["availability_zones"];
  const regions = new Set(
    (Array.isArray(zones) ? zones : []).map((zone) =>
      awsRegionOf({ ...group, attributes: { availability_zone: zone } }),
    ),
  );
  const [only = region] = regions;
  if (regions.size > 1) return unknown("its zones have prices of their own, so that it has none as a whole");
  return only === undefined ? unknown("its region is not known, so neither is its price") : known(only);
}
