import { type MachineType, rdsInstanceClass, rdsInstanceClasses } from "@apex/catalog";
import { type Decimal, type Dimension, type Known, type Resource } from "@apex/core";
import { isBeside } from "../fleet/fleet.ts";
import { textAt } from "../fleet/attributes.ts";
import type { CandidatePolicy } from "../policy/policy.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { demandFor } from "../rightsizing/demand-for.ts";
import { effortOf, isAllowed } from "../rightsizing/machine-candidates.ts";
import { cpuRequirement, creditedSpeed, machineRequirements } from "../rightsizing/machine-requirements.ts";
import type { Requirement } from "../rightsizing/requirement.ts";
import { rightsize, type Unchecked } from "../rightsizing/rightsize.ts";
import { mapReading, type MetricReading, readMetric } from "../utilization/series.ts";
import { creditNotes, isStandardDatabase, whyThrottled, withLastingCredits } from "./ec2-credits.ts";
import { rdsDatabase } from "./rds-database.ts";
import { coveredCandidates } from "./commitment-family.ts";
import { monthEndShortage } from "./month-end.ts";
import { resizeDraft } from "./resize-draft.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/** Databases: the cheapest class of the same engine and deployment that holds CPU, memory and connections. */
export const rdsResize: Rule = {
  name: "rds-resize",
  resourceTypes: ["aws_db_instance", "aws_rds_cluster_instance"],
  judge,
};

const BYTES_PER_GIB = 1024 ** 3;

/** Connections that the default parameter groups allow for an amount of memory, in bytes. */
type ConnectionLimit = (memoryBytes: number) => number;

/** So many bytes each, and no more than a maximum. */
function perConnection(bytesEach: number, maximum: number): ConnectionLimit {
  return (memoryBytes) => Math.min(maximum, Math.floor(memoryBytes / bytesEach));
}

/** Source: RDS user guide, "Maximum number of database connections"; Aurora user guide, "Maximum connections". */
const CONNECTION_LIMITS: Readonly<Record<string, ConnectionLimit>> = {
  mysql: perConnection(12_582_880, 16_000),
  mariadb: perConnection(25_165_760, 12_000),
  postgres: perConnection(9_531_392, 5_000),
  "aurora-postgresql": perConnection(9_531_392, 5_000),
  "aurora-mysql": (memoryBytes) =>
    Math.floor(
      Math.max(45 * Math.log2(memoryBytes / 805_306_368), 1000 * Math.log2(memoryBytes / 8_187_281_408)),
    ),
};

function judge(context: RuleContext): readonly Judgement[] {
  const { resource, policy } = context;
  const found = rdsDatabase(context);
  if (found.kind === "refused") return abstain(found.reason);
  const { shape, engine, hourly } = found;
  const limit = Object.hasOwn(CONNECTION_LIMITS, engine) ? CONNECTION_LIMITS[engine] : undefined;
  if (limit === undefined) return abstain(`how many connections a class of ${engine} allows is not known`);
  const throttled = isStandardDatabase(shape) ? whyThrottled(context) : undefined;
  if (throttled !== undefined) return abstain(throttled);
  const needs = requirements(context, shape, limit);
  const candidates = rdsCandidates(context, shape, found.priceOf, policy.candidates);
  const sized = rightsize({
    now: { machine: shape, name: shape.name, hourly },
    candidates: coveredCandidates(context.cost, shape, withLastingCredits(context, shape, candidates)),
    requirements: needs,
    policy,
    unchecked: (after) => [...creditedSpeed(needs, shape)(after), ...unmeasured(needs)],
  });
  if (sized.kind === "abstained") return abstain(sized.reason);
  const shortage = monthEndShortage(context, shape, sized.option.machine);
  if (shortage !== undefined) return abstain(shortage);
  const isReplica = textAt(resource.attributes, "replicate_source_db") !== undefined;
  const draft = resizeDraft(context, {
    part: "machine",
    noun: "database",
    from: shape.name,
    hourlyNow: hourly,
    sized,
    count: 1,
    changes: setAttribute(resource, ["instance_class"], { from: shape.name, to: sized.option.name }),
    restart: "the database restarts in its maintenance window, or fails over where it is Multi-AZ",
    unknowns: [
      ...found.unknowns,
      ...failoverUnknown(context),
      "parameter group: connections are counted by the engine's default limits",
      ...(engine === "postgres"
        ? [
            "cache: memory that holds files for PostgreSQL counts as free; a smaller class reads more from disk",
          ]
        : []),
      ...(sized.option.machine.family === shape.family
        ? []
        : [`engine version: whether it supports ${sized.option.name} is not checked`]),
    ],
    notes: [
      ...creditNotes(shape, sized.option.machine),
      ...(isReplica
        ? ["It is a read replica: a smaller one can fall behind its source while that is busy"]
        : []),
    ],
  });
  return proposeIfWorthwhile(context, draft);
}

/** Aurora's readers are what its writer fails over to, and a global database's other regions what the first one does. */
function failoverUnknown({ resource, fleet }: RuleContext): readonly string[] {
  const cluster = textAt(resource.attributes, "cluster_identifier");
  if (resource.type !== "aws_rds_cluster_instance" || cluster === undefined) return [];
  const ofCluster = (type: string): readonly Resource[] =>
    fleet
      .ofType(type)
      .filter((one) => textAt(one.attributes, "cluster_identifier") === cluster && isBeside(one, resource));
  const members = ofCluster(resource.type);
  const isGlobal = ofCluster("aws_rds_cluster").some(
    ({ attributes }) => textAt(attributes, "global_cluster_identifier") !== undefined,
  );
  return [
    ...(members.length < 2
      ? []
      : [
          `failover: each of the ${members.length} instances of its cluster is judged by its own load; one that has to take over the writer's must hold that too`,
        ]),
    ...(isGlobal
      ? [
          "global database: what its cluster would have to carry if it took over from another region was not measured",
        ]
      : []),
  ];
}

/** The classes of a policy that may stand in for one, with as much of what no metric shows. */
export function rdsCandidates(
  { prices }: RuleContext,
  now: MachineType,
  priceOf: (instanceClass: string) => Known<Decimal>,
  policy: CandidatePolicy,
): readonly Candidate<MachineType>[] {
  return rdsInstanceClasses(prices).flatMap((name) => {
    const machine = rdsInstanceClass(name);
    if (machine === undefined || !isAllowed(now, machine, policy)) return [];
    const isSameKind =
      machine.architecture === now.architecture || policy.architectures.includes(machine.architecture);
    if (!isSameKind || machine.localNvmeGb < now.localNvmeGb) return [];
    const hourly = priceOf(name);
    if (hourly.kind === "unknown") return [];
    return [{ machine, name, hourly: hourly.value, effort: effortOf(now, machine) }];
  });
}

function requirements(
  context: RuleContext,
  machine: MachineType,
  limit: ConnectionLimit,
): readonly Requirement<MachineType>[] {
  const { profile, window, policy } = context;
  const { sizing } = policy;
  const measured = { machine, profile, window, policy, volumes: undefined };
  const free = readMetric(
    profile,
    { metric: "freeable_memory_bytes", extreme: "low" },
    window,
    policy.lookBack,
  );
  const used = usedMemory(free, machine);
  const connections = readMetric(profile, { metric: "database_connections" }, window, policy.lookBack);
  const connectionsOf = (other: MachineType): number => limit(other.memoryGib * BYTES_PER_GIB);
  const maximum = { percentile: 100, change: (value: number) => value };
  return [
    cpuRequirement(measured),
    {
      dimension: "memory",
      unit: "GiB",
      demand: demandFor(
        used,
        { ...maximum, headroom: sizing.memoryHeadroom, capacity: machine.memoryGib },
        context,
      ),
      capacityOf: (other) => other.memoryGib,
    },
    {
      dimension: "connections",
      unit: "connections",
      demand: demandFor(
        connections,
        { ...maximum, headroom: sizing.ioHeadroom, capacity: connectionsOf(machine) },
        context,
      ),
      capacityOf: connectionsOf,
    },
    // Network and disks bind where they were measured; a class mostly moves them with CPU and memory.
    ...machineRequirements(measured).filter(
      ({ dimension, demand }) => dimension !== "cpu" && dimension !== "memory" && demand.kind === "measured",
    ),
  ];
}

/** Memory that is not free, GiB. More free memory than the class has was measured on another class. */
function usedMemory(free: MetricReading, { name, memoryGib }: MachineType): MetricReading {
  if (free.kind === "unusable") return free;
  const reading = mapReading(free.reading, (bytes) => memoryGib - bytes / BYTES_PER_GIB);
  const hasOtherClass = reading.values.some((gib) => gib < 0);
  return hasOtherClass
    ? {
        kind: "unusable",
        reason: `more memory was free than ${name} has, so its class changed in the look-back`,
      }
    : { kind: "measured", reading };
}

const OPTIONAL_DIMENSIONS: readonly Dimension[] = ["network", "ebs-iops", "ebs-throughput"];

function unmeasured(needs: readonly Requirement<MachineType>[]): readonly Unchecked[] {
  const measured = new Set(needs.map(({ dimension }) => dimension));
  return OPTIONAL_DIMENSIONS.filter((dimension) => !measured.has(dimension)).map((dimension) => ({
    name: dimension,
    reason: "not measured; the limit of the new size was not checked",
  }));
}
