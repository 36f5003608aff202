import { unitPrice } from "@apex/catalog";
import { DAY_MS, decimal, HOURS_PER_MONTH, multiply, type Resource } from "@apex/core";
import { blocksAt, instantOf, textAt } from "../fleet/attributes.ts";
import { dependents } from "../fleet/by-attribute.ts";
import type { Fleet } from "../fleet/fleet.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { releaseDraft, removals } from "./release-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** Elastic IP addresses that are associated with nothing: released. */
export const eipIdle: Rule = { name: "eip-idle", resourceTypes: ["aws_eip"], judge };

/** What an association shows in, in a state and in an inventory. */
const ASSOCIATION_ATTRIBUTES = ["association_id", "instance", "network_interface"] as const;

/** A state tells how things were when it was last refreshed; the inventory, how they were when it was asked. */
const SEEN_IN_STATE = 2 / 3;
/** Since when an address is free no API tells: half of the doubt that a full history would take away. */
const SINCE_UNKNOWN = 0.5;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet, policy, window } = context;
  const user = userOf(fleet, resource);
  if (user !== undefined) return abstain(`it is in use: ${user}`, true);
  const why = whyKept(context);
  if (why !== undefined) return abstain(why);
  const since = instantOf(resource.observed?.stateSince) ?? instantOf(resource.observed?.lastUsedAt);
  const days = since === undefined ? undefined : (window.endMs - since) / DAY_MS;
  const { addressMinimumDays } = policy.network;
  if (days !== undefined && days < addressMinimumDays) {
    return abstain(`it has been free for ${days.toFixed(1)} days, ${addressMinimumDays} are needed`);
  }
  const region = awsRegionOf(resource);
  if (region === undefined) return abstain("its region is not known, so neither is its price");
  const hourly = unitPrice("public-ipv4-hour", region, context.prices);
  if (hourly.kind === "unknown") return abstain(`its price is not known: ${hourly.reason}`);
  const isLive = resource.observed !== undefined;
  const factors = {
    association: isLive ? 1 : SEEN_IN_STATE,
    lifespan: days === undefined ? SINCE_UNKNOWN : Math.min(1, days / policy.lookBack.days),
    cap: CONFIDENCE_CAP,
  };
  return proposeIfWorthwhile(
    context,
    releaseDraft(context, {
      from: "Elastic IP",
      summary: "This public address is associated with nothing and is billed by the hour; release it",
      monthly: multiply(hourly.value.price, decimal(HOURS_PER_MONTH)),
      idleness: {
        dimensions: [],
        confidence: Object.values(factors).reduce((product, factor) => product * factor, 1),
        confidenceFactors: factors,
        coverage: 1,
        days: days ?? 0,
        unknowns: days === undefined ? ["since when: the cloud does not tell how long it has been free"] : [],
      },
      changes: removals(resource),
      rollback:
        "allocate another address; this very one can be had back only as long as AWS has given it to nobody else (allocate-address --address)",
      notes: [
        isLive
          ? `The inventory of ${resource.observed.at} shows no association`
          : "The state shows no association, as of its last refresh",
      ],
      unknowns: [
        "names and lists elsewhere: DNS records and allow-lists outside of this state may hold the address",
        ...(isLive
          ? []
          : ["changes outside of Terraform: an association made since the refresh is not seen"]),
      ],
    }),
  );
}

/** What the address is associated with, as far as anything tells. */
function userOf(fleet: Fleet, address: Resource): string | undefined {
  const [used] = address.observed?.usedBy ?? [];
  if (used !== undefined) return used;
  for (const name of ASSOCIATION_ATTRIBUTES) {
    const value = textAt(address.attributes, name);
    if (value !== undefined) return value;
  }
  const [holder] = [
    ...dependents(fleet, ["aws_eip_association", "aws_nat_gateway"], "allocation_id", [address]),
    ...fleet
      .ofType("aws_lb")
      .filter(({ attributes }) =>
        blocksAt(attributes, "subnet_mapping").some(
          ({ block }) => textAt(block, "allocation_id") === address.id,
        ),
      ),
  ];
  return holder?.address ?? holder?.id;
}

/** Why an address that nothing uses is kept all the same. */
function whyKept({ resource, fleet }: RuleContext): string | undefined {
  const { attributes, observed } = resource;
  const isTold =
    observed?.usedBy !== undefined || ASSOCIATION_ATTRIBUTES.some((name) => Object.hasOwn(attributes, name));
  if (!isTold) return "neither the state nor the inventory tells whether it is associated";
  const pool = textAt(attributes, "public_ipv4_pool");
  if (pool !== undefined && pool !== "amazon") return `it is of your own pool ${pool}, which costs nothing`;
  if (textAt(attributes, "customer_owned_ip") !== undefined)
    return "it is of a customer-owned pool, whose price is not known";
  const name = textAt(attributes, "ptr_record");
  if (name !== undefined) return `its reverse DNS is set to ${name}: somebody counts on this very address`;
  const ip = textAt(attributes, "public_ip");
  const record =
    ip === undefined
      ? undefined
      : fleet.ofType("aws_route53_record").find(({ attributes: { records } }) => {
          return Array.isArray(records) && records.includes(ip);
        });
  return record === undefined
    ? undefined
    : `the DNS record ${record.address ?? record.id} points to it; remove that first`;
}
