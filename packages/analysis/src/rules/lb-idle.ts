import { type UnitPriceName, unitPrice } from "@apex/catalog";
import {
  DAY_MS,
  decimal,
  HOURS_PER_MONTH,
  multiply,
  parseInstant,
  type Resource,
  type TimeWindow,
} from "@apex/core";
import { isTrueAt, numberAt, textAt } from "../fleet/attributes.ts";
import { dependents } from "../fleet/by-attribute.ts";
import { awsRegionOf } from "../fleet/instance.ts";
import type { Gate } from "../idle/gate.ts";
import { type Idleness, judgeIdleness } from "../idle/idleness.ts";
import type { Policy } from "../policy/policy.ts";
import { CONFIDENCE_CAP } from "../rightsizing/confidence.ts";
import { lookBackWindow } from "../utilization/series.ts";
import { releaseDraft, removals } from "./release-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** Load balancers without targets, or that hardly anybody asks: given back with their listeners. */
export const lbIdle: Rule = { name: "lb-idle", resourceTypes: ["aws_lb", "aws_alb", "aws_elb"], judge };

const BYTES_PER_MB = 1e6;

interface Kind {
  readonly noun: string;
  readonly price: UnitPriceName;
  readonly gates: (policy: Policy) => readonly Gate[];
}

const requests = ({ network }: Policy): readonly Gate[] => [
  {
    dimension: "network",
    metrics: ["lb_request_count_per_second"],
    judgedBy: "worst-day",
    limit: network.loadBalancerMaximumRequestsPerDay,
    unit: "requests a day",
    isEssential: true,
  },
];

/** Port scans reach every public balancer: an average below one flow is nobody who stays. */
const flows = ({ network, idle }: Policy): readonly Gate[] => [
  {
    dimension: "connections",
    metrics: ["lb_active_connections"],
    judgedBy: "worst-sample",
    limit: network.loadBalancerMaximumConnections,
    unit: "flows",
    isEssential: true,
  },
  {
    dimension: "network",
    metrics: ["lb_processed_bytes_per_second"],
    judgedBy: "worst-day",
    limit: idle.networkMaximumBytesPerDay / BYTES_PER_MB,
    unit: "MB a day",
    divisor: BYTES_PER_MB,
    isEssential: false,
  },
];

const KINDS: Readonly<Record<string, Kind>> = {
  application: {
    noun: "application load balancer",
    price: "application-load-balancer-hour",
    gates: requests,
  },
  network: { noun: "network load balancer", price: "network-load-balancer-hour", gates: flows },
  classic: { noun: "classic load balancer", price: "classic-load-balancer-hour", gates: requests },
};

function kindOf({ type, attributes }: Resource): string {
  return type === "aws_elb" ? "classic" : (textAt(attributes, "load_balancer_type") ?? "application");
}

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, fleet } = context;
  const name = kindOf(resource);
  const kind = Object.hasOwn(KINDS, name) ? KINDS[name] : undefined;
  if (kind === undefined) return abstain(`the catalogue has no price of a ${name} load balancer`);
  const why = whyKept(resource);
  if (why !== undefined) return abstain(why);
  const idleness = idlenessOf(context, kind);
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const region = awsRegionOf(resource);
  if (region === undefined) return abstain("its region is not known, so neither is its price");
  const hourly = unitPrice(kind.price, region, context.prices);
  if (hourly.kind === "unknown") return abstain(`its price is not known: ${hourly.reason}`);
  const hasNoTargets = isWithoutTargets(resource);
  const days = Math.floor(idleness.days);
  return proposeIfWorthwhile(
    context,
    releaseDraft(context, {
      from: kind.noun,
      summary: hasNoTargets
        ? `This ${kind.noun} has no healthy target and served nobody; give it back`
        : `Hardly anybody asked this ${kind.noun} for ${days} days; give it back`,
      monthly: multiply(hourly.value.price, decimal(HOURS_PER_MONTH)),
      idleness,
      changes: removals(resource, partsOf(context)),
      rollback: "make it again from the same blocks; its DNS name and addresses are then others",
      notes: [
        "Its hours are counted, not its capacity units nor its public addresses, so the saving is at least this",
        "Target groups stay: they cost nothing, and groups of instances may name them",
        ...(hasNoTargets
          ? ["Targets that are registered but not healthy may be a service that is down: look first"]
          : []),
        ...(fleet.ofType("aws_lb_listener").length === 0 ? [] : ["Its listeners and their rules go with it"]),
      ],
      unknowns: [
        "DNS: records outside of this state may point to it",
        "need: whether anyone asks for it on an occasion that did not fall into the look-back",
      ],
    }),
  );
}

function whyKept({ tags, attributes }: Resource): string | undefined {
  const owner = Object.keys(tags).find(
    (key) =>
      key.startsWith("kubernetes.io/") ||
      key.startsWith("elbv2.k8s.aws/") ||
      key.startsWith("ingress.k8s.aws/") ||
      key.startsWith("service.k8s.aws/"),
  );
  if (owner !== undefined) return `it belongs to a Kubernetes service or ingress (${owner}): remove that`;
  return isTrueAt(attributes, "enable_deletion_protection")
    ? "it is protected against deletion (enable_deletion_protection)"
    : undefined;
}

/** Whether the inventory was asked and shows no target, or none that is healthy: nothing there can serve anyone. */
function isWithoutTargets({ observed }: Resource): boolean {
  return observed?.usedBy?.length === 0 || numberAt(observed?.details ?? {}, "healthy_targets") === 0;
}

/** Of targets and traffic one is known, the other shows in silence alone. */
const SILENCE = 0.75;

/** Days with requests that show that samples are taken, where there are too few of them. No published figure. */
const SEEN_DAYS_MIN = 3;

/**
 * CloudWatch publishes requests only while there are any, so that silence looks like missing data. It counts as silence where
 * samples of several days, over long enough, add up to hardly any request a day; or where the inventory shows that there is no
 * target to serve anyone, and requests were measured on this balancer or another of its type, region and account.
 */
function idlenessOf(context: RuleContext, kind: Kind): Idleness {
  const { resource, policy, profile, window } = context;
  const source = { profile, window, lookBack: policy.lookBack };
  const measured = judgeIdleness(kind.gates(policy), source, policy.network.minimumDays);
  if (measured.kind === "idle" || measured.isBusy || kind.gates !== requests) return measured;
  const span = lookBackWindow(window, policy.lookBack.days);
  const seen = requestsByDay(profile, span);
  const { loadBalancerMaximumRequestsPerDay, minimumDays } = policy.network;
  const hasNoTargets = isWithoutTargets(resource);
  const isSeen = seen.totals.length >= SEEN_DAYS_MIN;
  if (!hasNoTargets && !isSeen) return measured;
  if (seen.totals.length === 0 && !context.isMeasuredBeside("lb_request_count_per_second")) {
    return notIdle(
      "no target is healthy, but a balancer may answer by itself, and no requests were measured for any of its type in its region and account",
    );
  }
  const createdMs = parseInstant(resource.observed?.createdAt ?? "") ?? span.startMs;
  const sinceMs = Math.max(createdMs, hasNoTargets ? span.startMs : seen.firstMs);
  const days = Math.max(0, (span.endMs - sinceMs) / DAY_MS);
  if (days < minimumDays) {
    return notIdle(`it is known for ${days.toFixed(1)} days, ${minimumDays} are needed`);
  }
  const most = Math.max(0, ...seen.totals);
  if (most > loadBalancerMaximumRequestsPerDay) {
    const targets = hasNoTargets ? "no target is healthy, yet " : "";
    return notIdle(`${targets}${Math.round(most)} requests came on the busiest day`);
  }
  return {
    kind: "idle",
    dimensions: [],
    confidence: SILENCE * CONFIDENCE_CAP,
    confidenceFactors: { traffic: SILENCE, cap: CONFIDENCE_CAP },
    coverage: 1,
    days,
    unknowns: ["traffic: few or no samples, which CloudWatch publishes only while requests flow"],
  };
}

function notIdle(reason: string): Idleness {
  return { kind: "not-idle", reason, isBusy: false };
}

/** Requests by day, of the days that have samples, and when the first one was taken. */
function requestsByDay(
  { series: all }: RuleContext["profile"],
  span: TimeWindow,
): { readonly totals: readonly number[]; readonly firstMs: number } {
  const totals = new Map<number, number>();
  let firstMs = span.endMs;
  // The finest of several periods holds every request.
  const [series] = all
    .filter(({ metric, statistic }) => metric === "lb_request_count_per_second" && statistic === "average")
    .toSorted((a, b) => a.periodMs - b.periodMs);
  for (const [index, timestampMs] of series?.timestampsMs.entries() ?? []) {
    const value = series?.values[index] ?? 0;
    if (timestampMs < span.startMs || timestampMs >= span.endMs || !(value >= 0)) continue;
    firstMs = Math.min(firstMs, timestampMs);
    const day = Math.floor((span.endMs - 1 - timestampMs) / DAY_MS);
    totals.set(day, (totals.get(day) ?? 0) + (value * (series?.periodMs ?? 0)) / 1000);
  }
  return { totals: [...totals.values()], firstMs };
}

/** Listeners and what hangs on them, the last to be made first. */
function partsOf({ fleet, resource }: RuleContext): readonly Resource[] {
  const listeners = dependents(fleet, ["aws_lb_listener", "aws_alb_listener"], "load_balancer_arn", [
    resource,
  ]);
  const hanging = [
    "aws_lb_listener_rule",
    "aws_alb_listener_rule",
    "aws_lb_listener_certificate",
    "aws_alb_listener_certificate",
  ];
  return [...dependents(fleet, hanging, "listener_arn", listeners), ...listeners];
}
