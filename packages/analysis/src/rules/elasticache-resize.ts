import type { Dimension } from "@apex/core";
import { isTrueAt } from "../fleet/attributes.ts";
import { type CacheNode, cacheNodesOf } from "../fleet/cache-node.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { demandFor } from "../rightsizing/demand-for.ts";
import { networkMbps, networkPeakMbps, sustainedVcpu } from "../rightsizing/machine-capacity.ts";
import type { Requirement } from "../rightsizing/requirement.ts";
import { rightsize, type Unchecked } from "../rightsizing/rightsize.ts";
import { readMetric } from "../utilization/series.ts";
import { CACHE_TYPES, elasticacheCache, measuredNodes } from "./elasticache-cache.ts";
import { whyThrottled } from "./ec2-credits.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Caches whose data, CPU and traffic fit into a smaller node of the same family. The family stays: commands run on one thread, and
 * only within a family that is as fast.
 */
export const elasticacheResize: Rule = { name: "elasticache-resize", resourceTypes: CACHE_TYPES, judge };

const BYTES_PER_GIB = 1024 ** 3;
const BITS_PER_BYTE = 8;

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy } = context;
  const found = elasticacheCache(context);
  if (found.kind === "refused") return abstain(found.reason);
  const { node, count, hourly } = found;
  const why = whyFull(context) ?? (node.machine.isBurstable ? whyThrottled(context) : undefined);
  if (why !== undefined) return abstain(why);
  const nodes = measuredNodes(context, "memory_used_percent", count);
  if (nodes.kind === "unknown") return abstain(nodes.reason);
  const requirements = nodes.value.flatMap((part) => requirementsOf(context, node, part));
  const sized = rightsize({
    now: { machine: node, name: node.name, hourly },
    candidates: cacheNodesOf(node.machine.family, context.prices).flatMap(
      (machine): Candidate<CacheNode>[] => {
        const price = found.priceOf(machine.name);
        return price.kind === "unknown"
          ? []
          : [{ machine, name: machine.name, hourly: price.value, effort: "low" }];
      },
    ),
    requirements,
    policy,
    unchecked: () => unmeasured(requirements),
  });
  if (sized.kind === "abstained") return abstain(sized.reason);
  const hasFailover = isTrueAt(resource.attributes, "automatic_failover_enabled");
  const draft = resizeDraft(context, {
    part: "machine",
    noun: "cache",
    from: node.name,
    hourlyNow: hourly,
    sized,
    count,
    changes: setAttribute(resource, ["node_type"], { from: node.name, to: sized.option.name }),
    restart: hasFailover
      ? "ElastiCache replaces node after node and fails over, in the maintenance window or at once as apply_immediately says"
      : "ElastiCache replaces its only node, which interrupts it, in the maintenance window or at once as apply_immediately says",
    notes: [
      ...(count > 1 ? [`Counted for ${count} nodes`] : []),
      "Memory is compared by maxmemory: the share that the parameter group reserves is the same on both",
      // Source: ElastiCache announcements, "T3-Standard" and "T4g-Standard" nodes: out of credits they run at their baseline.
      ...(node.machine.isBurstable
        ? ["Both run on CPU credits: the smaller one is counted by its baseline, which holds without any"]
        : []),
    ],
    unknowns: [
      "I/O threads: nodes of fewer vCPUs use fewer of them, which the engine's own thread then does",
      "growth: more keys than the look-back saw",
      ...(node.machine.isBurstable && !isMeasured(context, "cpu_credit_balance")
        ? ["CPU credits: not measured; if they ran out, its CPU shows the throttle and not the demand"]
        : []),
      ...(isMeasured(context, "cache_evictions_per_second") ? [] : ["evictions: not measured"]),
    ],
  });
  return proposeIfWorthwhile(context, draft);
}

function isMeasured({ profile }: RuleContext, metric: string): boolean {
  return profile.series.some((series) => series.metric === metric && series.values.length > 0);
}

/** A cache that throws keys out is full, whatever share of its memory is used. */
function whyFull({ profile, window }: RuleContext): string | undefined {
  const evicts = profile.series.some(
    ({ metric, timestampsMs, values }) =>
      metric === "cache_evictions_per_second" &&
      values.some((value, index) => value > 0 && (timestampsMs[index] ?? 0) >= window.startMs),
  );
  return evicts
    ? "it evicts keys: with less memory it would evict more and answer less from memory"
    : undefined;
}

/** The requirements of one node; memory first, for it decides. */
function requirementsOf(
  context: RuleContext,
  now: CacheNode,
  part: string | undefined,
): readonly Requirement<CacheNode>[] {
  const { profile, window, policy } = context;
  const { sizing } = policy;
  const read = (metric: Parameters<typeof readMetric>[1]["metric"]) =>
    readMetric(profile, part === undefined ? { metric } : { metric, part }, window, policy.lookBack);
  const memoryGib = ({ maxMemoryBytes }: CacheNode): number => maxMemoryBytes / BYTES_PER_GIB;
  const cpu = { percentile: sizing.cpuPercentile, headroom: sizing.cpuHeadroom };
  const io = { percentile: sizing.ioPercentile, headroom: sizing.ioHeadroom };
  const vcpu = ({ machine }: CacheNode): number | null => sustainedVcpu(machine);
  const network = ({ machine }: CacheNode): number | null => networkMbps(machine);
  const traffic = (metric: "network_in_bytes_per_second" | "network_out_bytes_per_second") => ({
    dimension: "network" as const,
    unit: "Mbit/s",
    demand: demandFor(
      read(metric),
      { ...io, capacity: network(now), change: (value) => (value * BITS_PER_BYTE) / 1e6 },
      context,
    ),
    capacityOf: network,
    burstOf: ({ machine }: CacheNode) => networkPeakMbps(machine),
  });
  const all: readonly Requirement<CacheNode>[] = [
    {
      dimension: "memory",
      unit: "GiB",
      demand: demandFor(
        read("memory_used_percent"),
        {
          percentile: 100,
          headroom: sizing.memoryHeadroom,
          capacity: memoryGib(now),
          change: (value) => (value / 100) * memoryGib(now),
        },
        context,
      ),
      capacityOf: memoryGib,
    },
    {
      dimension: "cpu",
      unit: "vCPU",
      demand: demandFor(
        read("cpu_percent"),
        { ...cpu, capacity: vcpu(now), change: (value) => (value / 100) * now.machine.vcpu },
        context,
      ),
      capacityOf: vcpu,
    },
    {
      dimension: "cpu",
      unit: "engine threads",
      demand: demandFor(
        read("cache_engine_cpu_percent"),
        { ...cpu, capacity: 1, change: (value) => value / 100 },
        context,
      ),
      // Within a family the one thread is as fast on every size that is not burstable.
      capacityOf: ({ machine }) => Math.min(1, sustainedVcpu(machine) ?? 0),
      isTodayEnough: true,
    },
    traffic("network_in_bytes_per_second"),
    traffic("network_out_bytes_per_second"),
  ];
  // Traffic binds where it was measured; a size mostly moves it with CPU and memory.
  return all.filter(({ dimension, demand }) => dimension !== "network" || demand.kind === "measured");
}

const OPTIONAL_DIMENSIONS: readonly Dimension[] = ["network"];

function unmeasured(needs: readonly Requirement<CacheNode>[]): readonly Unchecked[] {
  return OPTIONAL_DIMENSIONS.filter((one) => !needs.some(({ dimension }) => dimension === one)).map(
    (name) => ({ name, reason: "not measured; the limit of the new size was not checked" }),
  );
}
