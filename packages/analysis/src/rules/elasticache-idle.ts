import { unitPrice } from "@apex/catalog";
import {
  compareDecimals,
  type Decimal,
  decimal,
  type IntendedChange,
  type Known,
  known,
  multiply,
  subtract,
  nameOfResource,
} from "@apex/core";
import type { Gate } from "../idle/gate.ts";
import { type Idleness, judgeIdleness } from "../idle/idleness.ts";
import type { CacheNode } from "../fleet/cache-node.ts";
import { evidenceFrame, monthlyDifference, savingsOf, shownDays } from "./draft.ts";
import { CACHE_TYPES, type ElasticacheCache, elasticacheCache, measuredNodes } from "./elasticache-cache.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** Caches that nobody but the monitoring connects to: a last snapshot, and the proposal to delete after the hold. */
export const elasticacheIdle: Rule = { name: "elasticache-idle", resourceTypes: CACHE_TYPES, judge };

const BYTES_PER_GB = 1024 ** 3;

type Cache = ElasticacheCache & { readonly kind: "cache" };

function judge(context: RuleContext): readonly Judgement[] {
  const { policy, profile, window } = context;
  const found = elasticacheCache(context);
  if (found.kind === "refused") return abstain(found.reason);
  const nodes = measuredNodes(context, "cache_connections", found.count);
  if (nodes.kind === "unknown") return abstain(`it cannot be called idle: ${nodes.reason}`);
  const isPerPart = nodes.value[0] !== undefined;
  const source = { profile, window, lookBack: policy.lookBack };
  const idleness = judgeIdleness(gates(context, isPerPart), source, policy.idle.databaseMinimumDays);
  if (idleness.kind === "not-idle") return abstain(idleness.reason, idleness.isBusy);
  const kept = keptCost(context, found);
  if (kept.kind === "unknown") return abstain(`the price of its last snapshot is not known: ${kept.reason}`);
  const list = subtract(monthlyDifference(found.hourly, decimal(0), found.count), kept.value);
  if (compareDecimals(list, decimal(0)) <= 0)
    return abstain("a snapshot of it would cost no less than the cache");
  return proposeIfWorthwhile(context, draftOf(context, found, { idleness, list }));
}

function gates({ policy }: RuleContext, isPerPart: boolean): readonly Gate[] {
  const common = { judgedBy: "worst-sample", isPerPart } as const;
  return [
    {
      ...common,
      dimension: "connections",
      metrics: ["cache_connections"],
      limit: policy.idle.cacheMaximumConnections,
      unit: "connections",
      isEssential: true,
    },
    {
      ...common,
      dimension: "cpu",
      metrics: ["cache_engine_cpu_percent"],
      limit: policy.idle.cpuMaximumPercent,
      unit: "%",
      isEssential: false,
    },
    {
      ...common,
      dimension: "memory",
      metrics: ["cache_hit_rate_percent"],
      limit: policy.idle.cacheMaximumHitRatePercent,
      unit: "% of hits",
      isEssential: false,
    },
  ];
}

/** Memcached keeps nothing; the snapshot of the others holds what fills their memory at most. */
function keptCost({ prices }: RuleContext, { engine, node, count, region }: Cache): Known<Decimal> {
  if (engine === "memcached") return known(decimal(0));
  const price = unitPrice("elasticache-backup-gb-month", region, prices);
  if (price.kind === "unknown") return price;
  return known(multiply(price.value.price, decimal(sizeGb(node) * count)));
}

function sizeGb(node: CacheNode): number {
  return Math.ceil(node.maxMemoryBytes / BYTES_PER_GB);
}

function draftOf(
  context: RuleContext,
  { engine, node, count }: Cache,
  { idleness, list }: { readonly idleness: Idleness & { readonly kind: "idle" }; readonly list: Decimal },
): Parameters<typeof proposeIfWorthwhile>[1] {
  const { policy, window, cost } = context;
  const isMemcached = engine === "memcached";
  const { holdDays } = policy.storage;
  const days = Math.floor(idleness.days);
  return {
    part: "machine",
    action: isMemcached ? "release" : "snapshot-and-delete",
    from: count === 1 ? node.name : `${count} × ${node.name}`,
    to: isMemcached ? "released" : "snapshot",
    summary: isMemcached
      ? `Nobody connected to this cache for ${days} days; delete it after ${holdDays} days more`
      : `Nobody connected to this cache for ${days} days; name its last snapshot now and delete it ${holdDays} days later`,
    changes: isMemcached ? [] : finalSnapshot(context),
    monthlySavings: savingsOf(list, cost?.commitmentCoverage, "after-hold"),
    risk: 1,
    confidence: idleness.confidence,
    effort: "low",
    restartRequired: false,
    rollback: isMemcached
      ? "make it again; a cache fills itself"
      : "nothing is deleted by this step; afterwards the cache can be made again from the snapshot",
    evidence: {
      ...evidenceFrame(window, policy),
      lookBackDays: shownDays(idleness.days),
      coverage: idleness.coverage,
      dimensions: idleness.dimensions.map((dimension) => ({ ...dimension, risk: 1 })),
      confidenceFactors: idleness.confidenceFactors,
      alternatives: [],
      notes: [
        `ElastiCache itself holds up to ${policy.idle.cacheMaximumConnections} connections for its monitoring`,
        ...(isMemcached ? [] : ["The saving counts the snapshot at the full memory of its nodes"]),
      ],
    },
    unknowns: [
      ...idleness.unknowns,
      "need: whether anyone connects on an occasion that did not fall into the look-back",
      ...(isMemcached ? [] : ["content: whether what it holds can be had again from elsewhere"]),
    ],
  };
}

/** Deleting then leaves a snapshot. */
function finalSnapshot({ resource }: RuleContext): readonly IntendedChange[] {
  const { address } = resource;
  if (address === undefined) return [];
  const path = ["final_snapshot_identifier"];
  const from = resource.attributes["final_snapshot_identifier"] ?? null;
  if (typeof from === "string" && from !== "") return [];
  return [{ kind: "set-attribute", address, path, from: null, to: `${nameOfResource(resource)}-final` }];
}
