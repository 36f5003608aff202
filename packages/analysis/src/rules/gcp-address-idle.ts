import { unitPrice } from "@apex/catalog";
import { DAY_MS, HOURS_PER_MONTH, decimal, multiply } from "@apex/core";
import { instantOf, textAt } from "../fleet/attributes.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { releaseDraft, removals } from "./release-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/**
 * External addresses of Google Cloud that nothing uses: released. Not considered: internal ones, which cost nothing, and
 * IPv6, whose price is not known.
 */
export const gcpAddressIdle: Rule = {
  name: "gcp-address-idle",
  resourceTypes: ["google_compute_address", "google_compute_global_address"],
  judge,
};

/** A state tells how things were when it was last refreshed; the inventory, how they were when it was asked. */
const SEEN_IN_STATE = 2 / 3;
/** Since when an address is free Google does not tell, only when it was reserved: half of the doubt. */
const SINCE_UNKNOWN = 0.5;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy, window } = context;
  const { attributes, observed, region } = resource;
  if (textAt(attributes, "address_type") === "INTERNAL") return [];
  const users = observed?.usedBy ?? attributes["users"];
  if (Array.isArray(users) && users.length > 0) return abstain("it is in use", true);
  const why = whyKept(context);
  if (why !== undefined) return abstain(why);
  const madeMs = instantOf(observed?.createdAt);
  const days = madeMs === undefined ? undefined : (window.endMs - madeMs) / DAY_MS;
  const { gcpAddressMinimumDays } = policy.network;
  if (days !== undefined && days < gcpAddressMinimumDays)
    return abstain(`it was reserved ${days.toFixed(1)} days ago, ${gcpAddressMinimumDays} are needed`);
  const hourly =
    region === undefined ? undefined : unitPrice("external-ipv4-unused-hour", region, context.prices);
  if (hourly === undefined || hourly.kind === "unknown")
    return abstain(`its price is not known: ${hourly?.reason ?? "it has no region"}`);
  const isLive = observed !== undefined;
  const factors = { use: isLive ? 1 : SEEN_IN_STATE, lifespan: SINCE_UNKNOWN, cap: CONFIDENCE_CAP };
  const draft = releaseDraft(context, {
    from: "external IPv4 address",
    summary:
      "Nothing uses this external address, and Google bills it at twice the price of one in use; release it",
    monthly: multiply(hourly.value.price, decimal(HOURS_PER_MONTH)),
    idleness: {
      dimensions: [],
      confidence: factors.use * factors.lifespan * factors.cap,
      confidenceFactors: factors,
      coverage: 1,
      days: days ?? 0,
      unknowns: ["since when: Google does not tell how long it has been free"],
    },
    changes: removals(resource),
    rollback: "reserve another address; this very one cannot be asked for again",
    notes: [
      isLive
        ? `The inventory of ${observed.at} shows nothing that uses it`
        : "The state shows nothing that uses it, as of its last refresh",
    ],
    unknowns: [
      "names and lists elsewhere: DNS records and allow-lists outside of this state may hold the address",
      ...(isLive ? [] : ["changes outside of Terraform: a use since the refresh is not seen"]),
    ],
  });
  return proposeIfWorthwhile(context, draft);
}

/** Why an address that nothing is seen to use is kept all the same. */
function whyKept({ resource, fleet }: RuleContext): string | undefined {
  const { attributes, observed } = resource;
  if (observed?.usedBy === undefined && !Array.isArray(attributes["users"]))
    return "neither the state nor the inventory tells whether anything uses it";
  if (textAt(attributes, "ip_version") === "IPV6") return "the price of an IPv6 address is not known";
  const ip = textAt(attributes, "address");
  const record =
    ip === undefined
      ? undefined
      : fleet.ofType("google_dns_record_set").find(({ attributes: { rrdatas } }) => {
          return Array.isArray(rrdatas) && rrdatas.includes(ip);
        });
  return record === undefined
    ? undefined
    : `the DNS record ${record.address ?? record.id} points to it; remove that first`;
}
