import { type Decimal, oncePer } from "@apex/core";
import { FREE, type PricedParts } from "../pricing/priced-parts.ts";
import { flagAt } from "./attributes.ts";
import { publicAddress } from "./launch-extras.ts";
import { follow, type PlanView, type ResourceView } from "./plan-view.ts";
import type { PricePlace } from "./resource-region.ts";

/** The machines that an Elastic IP of the plan is bound to: it takes the place of the address that EC2 gave them. */
const elasticMachines = oncePer((view: PlanView): ReadonlySet<ResourceView> => {
  const pointing = [
    ...view.ofType("aws_eip").map((resource) => ({ resource, attribute: "instance" })),
    ...view.ofType("aws_eip_association").map((resource) => ({ resource, attribute: "instance_id" })),
  ];
  return new Set(
    pointing.flatMap(({ resource, attribute }) => {
      const followed = follow(view, resource, {
        types: ["aws_instance"],
        references: [{ path: [attribute], targetAttribute: "id" }],
      });
      return followed.kind === "found" ? [followed.resource] : [];
    }),
  );
});

/** What the machine says of an address of its own, else what its subnet does; `undefined` where neither is in the plan. */
function getsAddress(resource: ResourceView, view: PlanView): boolean | undefined {
  const own = flagAt(resource.values, ["associate_public_ip_address"]);
  if (own !== undefined) return own;
  const subnet = follow(view, resource, {
    types: ["aws_subnet", "aws_default_subnet"],
    references: [{ path: ["subnet_id"], targetAttribute: "id" }],
  });
  return subnet.kind === "found"
    ? flagAt(subnet.resource.values, ["map_public_ip_on_launch"]) === true
    : undefined;
}

/** The public IPv4 address that EC2 gives a running machine, which Elastic IPs, priced by themselves, replace. */
export function ownPublicAddress(
  resource: ResourceView,
  view: PlanView,
  of: {
    readonly where: PricePlace;
    readonly templateGivesOne: boolean;
    readonly hours: Decimal | undefined;
  },
): PricedParts {
  const gets = getsAddress(resource, view) ?? of.templateGivesOne;
  return gets && !elasticMachines(view).has(resource) ? publicAddress(of.where, of.hours) : FREE;
}
