import { unitPrice } from "@apex/catalog";
import { decimal, HOURS_PER_MONTH, multiply, type Resource } from "@apex/core";
import { blocksAt, textAt } from "../fleet/attributes.ts";
import { dependents } from "../fleet/by-attribute.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { judgeIdleness } from "../idle/idleness.ts";
import { noEdit } from "./no-edit.ts";
import { releaseDraft, removals } from "./release-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** NAT gateways that nothing went out through in the whole look-back: given back with the routes that lead to them. */
export const natIdle: Rule = { name: "nat-idle", resourceTypes: ["aws_nat_gateway"], judge };

const BYTES_PER_MB = 1e6;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet, policy, profile, window } = context;
  const state = resource.observed?.state ?? textAt(resource.attributes, "state");
  if (state !== undefined && state !== "available") return abstain(`it is ${state}`);
  const idleness = judgeIdleness(
    [
      {
        dimension: "network",
        metrics: ["nat_bytes_out_per_second"],
        judgedBy: "worst-day",
        limit: policy.network.natMaximumBytesPerDay / BYTES_PER_MB,
        unit: "MB a day",
        divisor: BYTES_PER_MB,
        isEssential: true,
      },
      {
        dimension: "connections",
        metrics: ["nat_active_connections"],
        judgedBy: "worst-sample",
        limit: 0,
        unit: "connections",
        isEssential: false,
      },
    ],
    { profile, window, lookBack: policy.lookBack },
    policy.network.minimumDays,
  );
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const region = awsRegionOf(resource);
  if (region === undefined) return abstain("its region is not known, so neither is its price");
  const hourly = unitPrice("nat-gateway-hour", region, context.prices);
  if (hourly.kind === "unknown") return abstain(`its price is not known: ${hourly.reason}`);
  const routes = dependents(fleet, ["aws_route"], "nat_gateway_id", [resource]);
  const kept = whyNoEdit(context, routes);
  return proposeIfWorthwhile(
    context,
    releaseDraft(context, {
      from: "NAT gateway",
      summary: `Nothing went out through this NAT gateway for ${Math.floor(idleness.days)} days; give it back`,
      monthly: multiply(hourly.value.price, decimal(HOURS_PER_MONTH)),
      idleness,
      changes: kept === undefined ? removals(resource, routes) : [],
      rollback:
        "make it again from the same blocks; it keeps its public address as long as the aws_eip stays, else it gets another one",
      notes: [
        ...(routes.length === 0 ? [] : [`${routes.length} routes that lead to it go with it`]),
        "Its Elastic IP stays and stays billed until it is released, too",
        "Only its hours are counted, not the data that it processes",
        ...(kept === undefined ? [] : [noEdit(kept)]),
      ],
      unknowns: [
        "standby: whether it waits for another zone's gateway to fail",
        "need: whether anything behind it goes out on an occasion that did not fall into the look-back",
      ],
    }),
  );
}

/** Attributes of a route in a table's own block, and of an `aws_route`, by which it is one route of its table. */
const DESTINATIONS = [
  ["cidr_block", "destination_cidr_block"],
  ["ipv6_cidr_block", "destination_ipv6_cidr_block"],
  ["destination_prefix_list_id", "destination_prefix_list_id"],
] as const;

/**
 * Why the gateway cannot go with `routes` alone: a table leads to it by a block of its own, which is no resource that could be
 * removed, or one that is not in the state. The state of a table repeats the routes that are resources of their own. `undefined`
 * when all that leads to it goes too.
 */
function whyNoEdit({ resource, fleet }: RuleContext, routes: readonly Resource[]): string | undefined {
  const names = new Set([resource.id, ...resource.aliases]);
  const tables = ["aws_route_table", "aws_default_route_table"].flatMap((type) => fleet.ofType(type));
  const inline = tables.filter((table) =>
    blocksAt(table.attributes, "route").some(
      ({ block }) =>
        names.has(textAt(block, "nat_gateway_id") ?? "") &&
        !routes.some(
          ({ attributes }) =>
            textAt(attributes, "route_table_id") === table.id &&
            DESTINATIONS.every(([inTable, own]) => textAt(block, inTable) === textAt(attributes, own)),
        ),
    ),
  );
  if (inline.length > 0) {
    const where = inline.map(({ address, id }) => address ?? id).join(", ");
    return `route blocks of ${where} lead to it; take them out with the gateway`;
  }
  const going = new Set(routes.map(({ attributes }) => textAt(attributes, "route_table_id")));
  const others = (resource.observed?.usedBy ?? []).filter((id) => !going.has(id));
  return others.length === 0
    ? undefined
    : `routes of ${others.join(", ")}, which the state does not hold, lead to it; take them out first`;
}
