import { unitPrice } from "@apex/catalog";
import { decimal, HOURS_PER_MONTH, multiply } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import { dependents } from "../fleet/by-attribute.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { judgeIdleness } from "../idle/idleness.ts";
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
  return proposeIfWorthwhile(
    context,
    releaseDraft(context, {
      from: "NAT gateway",
      summary: `Nothing went out through this NAT gateway for ${Math.floor(idleness.days)} days; give it back`,
      monthly: multiply(hourly.value.price, decimal(HOURS_PER_MONTH)),
      idleness,
      changes: removals(resource, routes),
      rollback:
        "make it again from the same blocks; it keeps its public address as long as the aws_eip stays, else it gets another one",
      notes: [
        ...(routes.length === 0 ? [] : [`${routes.length} routes that lead to it go with it`]),
        "Its Elastic IP stays and stays billed until it is released, too",
        "Only its hours are counted, not the data that it processes",
      ],
      unknowns: [
        "standby: whether it waits for another zone's gateway to fail",
        "need: whether anything behind it goes out on an occasion that did not fall into the look-back",
      ],
    }),
  );
}
