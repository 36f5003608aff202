import type { Candidate } from "../rightsizing/choose.ts";
import { demandFor } from "../rightsizing/demand-for.ts";
import type { Requirement } from "../rightsizing/requirement.ts";
import { rightsize } from "../rightsizing/rightsize.ts";
import { readMetric } from "../utilization/series.ts";
import { type CloudSqlDatabase, cloudSqlDatabase, type CloudSqlTier } from "./cloud-sql-database.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Cloud SQL: the cheapest custom tier of the same engine and availability that holds CPU, memory and connections. Not
 * considered: shared-core and predefined tiers, editions and engines without a known price, and commitments' families.
 */
export const cloudSqlResize: Rule = {
  name: "cloud-sql-resize",
  resourceTypes: ["google_sql_database_instance"],
  judge,
};

/** Source: Cloud SQL documentation, "Instance settings", machine types: 1 vCPU or an even number up to 96. */
const VCPUS = [1, ...Array.from({ length: 48 }, (_, index) => 2 * (index + 1))];

/** 0.9 to 6.5 GB for each vCPU, at least 3.75 GB, in steps of 256 MB; proposed are steps that people use. */
const MEMORY_GIB = [3.75, 5, 7.5, 10, 15, 20, 26, 30, 40, 52, 60, 80, 104, 120, 160, 208, 240, 312, 416, 624];
const MEMORY_PER_VCPU = { least: 0.9, most: 6.5 } as const;

/** Connections that PostgreSQL allows by default, from so much memory on. Source: Cloud SQL for PostgreSQL, "max_connections". */
const POSTGRES_CONNECTIONS: readonly (readonly [memoryGib: number, connections: number])[] = [
  [120, 1000],
  [60, 800],
  [30, 600],
  [15, 500],
  [7.5, 400],
  [6, 200],
  [3.75, 100],
];

/** Of MySQL on any tier that is not shared. Source: Cloud SQL for MySQL, "Quotas and limits". */
const MYSQL_CONNECTIONS = 4000;

function judge(context: RuleContext): readonly Judgement[] {
  const { policy, resource } = context;
  const found = cloudSqlDatabase(context);
  if (found.kind === "refused") return abstain(found.reason);
  const { tier, hourly } = found;
  if (tier === undefined) return abstain(`${found.tierName} is no custom tier, and others are not sized`);
  const sized = rightsize({
    now: { machine: tier, name: tier.name, hourly },
    candidates: candidates(tier, found),
    requirements: requirements(context, tier, found.version),
    policy,
  });
  if (sized.kind === "abstained") return abstain(sized.reason);
  const draft = resizeDraft(context, {
    part: "machine",
    noun: "database",
    from: tier.name,
    hourlyNow: hourly,
    sized,
    count: 1,
    changes: setAttribute(resource, ["settings", 0, "tier"], { from: tier.name, to: sized.option.name }),
    restart: "the database restarts and is away for some minutes",
    unknowns: [
      "flags: connections are counted by the engine's defaults, and buffers that are set by flags may not fit",
      "network and disk throughput: both grow with the vCPUs, and their limits are not checked",
    ],
    notes: [
      ...(found.isReplica
        ? ["It is a read replica: a smaller one can fall behind its source while that is busy"]
        : []),
      ...(found.isRegional ? ["Both the instance and its standby are counted"] : []),
    ],
  });
  return proposeIfWorthwhile(context, draft);
}

function candidates(
  now: CloudSqlTier,
  { priceOf }: CloudSqlDatabase & { readonly kind: "database" },
): readonly Candidate<CloudSqlTier>[] {
  return VCPUS.filter((vcpu) => vcpu <= now.vcpu).flatMap((vcpu) => {
    const memories = new Set([...MEMORY_GIB, MEMORY_PER_VCPU.most * vcpu, now.memoryGib]);
    return [...memories].flatMap((memoryGib): readonly Candidate<CloudSqlTier>[] => {
      if (memoryGib > now.memoryGib) return [];
      const perVcpu = memoryGib / vcpu;
      if (perVcpu < MEMORY_PER_VCPU.least || perVcpu > MEMORY_PER_VCPU.most) return [];
      const name = `db-custom-${vcpu}-${memoryGib * 1024}`;
      const hourly = priceOf(name);
      return hourly.kind === "unknown"
        ? []
        : [{ machine: { name, vcpu, memoryGib }, name, hourly: hourly.value, effort: "low" }];
    });
  });
}

function requirements(
  context: RuleContext,
  tier: CloudSqlTier,
  version: string,
): readonly Requirement<CloudSqlTier>[] {
  const { profile, window, policy } = context;
  const { sizing } = policy;
  const read = (metric: "cpu_percent" | "memory_used_percent" | "database_connections") =>
    readMetric(profile, { metric }, window, policy.lookBack);
  const limit = (one: CloudSqlTier): number => connectionsOf(version, one);
  return [
    {
      dimension: "cpu",
      unit: "vCPU",
      demand: demandFor(
        read("cpu_percent"),
        {
          percentile: sizing.cpuPercentile,
          headroom: sizing.cpuHeadroom,
          capacity: tier.vcpu,
          change: (percent) => (percent * tier.vcpu) / 100,
        },
        context,
      ),
      capacityOf: ({ vcpu }) => vcpu,
    },
    {
      dimension: "memory",
      unit: "GiB",
      demand: demandFor(
        read("memory_used_percent"),
        {
          percentile: 100,
          headroom: sizing.memoryHeadroom,
          capacity: tier.memoryGib,
          change: (percent) => (percent * tier.memoryGib) / 100,
        },
        context,
      ),
      capacityOf: ({ memoryGib }) => memoryGib,
    },
    {
      dimension: "connections",
      unit: "connections",
      demand: demandFor(
        read("database_connections"),
        { percentile: 100, headroom: sizing.ioHeadroom, capacity: limit(tier), change: (value) => value },
        context,
      ),
      capacityOf: limit,
    },
  ];
}

function connectionsOf(version: string, { memoryGib }: CloudSqlTier): number {
  if (version.startsWith("MYSQL")) return MYSQL_CONNECTIONS;
  return POSTGRES_CONNECTIONS.find(([least]) => memoryGib >= least)?.[1] ?? 0;
}
