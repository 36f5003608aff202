import { type Fleet, isBeside } from "../fleet/fleet.ts";
import { textAt } from "../fleet/attributes.ts";
import { type Decimal, decimal, nameOfResource, type Resource } from "@apex/core";
import { ignoredBy } from "../policy/ignore.ts";
import type { MachineLoad } from "../rightsizing/gpu-load.ts";
import { type Draft, evidenceFrame, monthlyDifference, savingsOf, shownDays } from "./draft.ts";
import type { PooledGpus } from "./gpu-pool.ts";
import { type PoolContext, type PoolSharing, sharePool } from "./gpu-pool-sharing.ts";
import { isGkePool, type PoolSizes, sizesOf } from "./gpu-pool-sizes.ts";
import { monthEndDoubt } from "./month-end.ts";
import { noEdit } from "./no-edit.ts";
import { abstain, type Judgement } from "./rule.ts";
import { proposeIfWorthwhile } from "./worthwhile.ts";

/** A machine with GPUs as it passed by. */
export interface PoolMember {
  readonly resource: Resource;
  readonly pooled: PooledGpus;
}

/** A word on a machine or on the group that it belongs to. */
export interface PoolJudgement {
  readonly resource: Resource;
  readonly judgement: Judgement;
}

interface Known {
  readonly resource: Resource;
  readonly pooled: PooledGpus;
  readonly load: MachineLoad;
}

type Shared = PoolSharing<Known> & { readonly kind: "shared" };

interface Pools extends PoolContext {
  readonly fleet: Fleet;
}

const NO_PRICE: Decimal = decimal(0);
/** Machines of one pool that are looked at together: packing compares each with all that carry. */
const POOL_MAX = 1000;
const UNSAID = "whether its work could share GPUs cannot be said";

/**
 * Fleets of lightly used GPUs, of one type each: their work moment by moment on fewer machines, several to a GPU. Needs all profiles to
 * have passed by. A group is made smaller by an edit; of machines by themselves those that are free are named, for what runs on them
 * has to be moved by its owner.
 */
export function judgeGpuPools(members: readonly PoolMember[], context: Pools): readonly PoolJudgement[] {
  const pools = Map.groupBy(members, ({ pooled }) => pooled.pool);
  return [...pools.values()].flatMap((pool) => (pool.length < 2 ? [] : judgePool(pool, context)));
}

/** One word on each of these. */
function say(resources: readonly Resource[], reason: string, isRoutine = false): readonly PoolJudgement[] {
  return resources.flatMap((resource) =>
    abstain(reason, isRoutine).map((judgement) => ({ resource, judgement })),
  );
}

function judgePool(members: readonly PoolMember[], context: Pools): readonly PoolJudgement[] {
  const [first] = members;
  if (first === undefined) return [];
  const { owner } = first.pooled;
  const known = members.flatMap((member): readonly Known[] =>
    member.pooled.measured.kind === "measured" ? [{ ...member, load: member.pooled.measured.load }] : [],
  );
  const unknown = members.flatMap(({ resource, pooled }) =>
    pooled.measured.kind === "unknown" ? [{ resource, reason: pooled.measured.reason }] : [],
  );
  if (owner.kind === "nobody") {
    const unsaid = unknown.flatMap(({ resource, reason }) => say([resource], `${UNSAID}: ${reason}`));
    const parts = Array.from({ length: Math.ceil(known.length / POOL_MAX) }, (_, index) =>
      known.slice(index * POOL_MAX, (index + 1) * POOL_MAX),
    );
    return [
      ...unsaid,
      ...parts.flatMap((part) => (part.length < 2 ? [] : judgeKnown(part, undefined, context))),
    ];
  }
  const group = groupOf(first, context);
  const concerned = group === undefined ? members.map(({ resource }) => resource) : [group];
  const [missing] = unknown;
  if (missing !== undefined) {
    const count = `${unknown.length} of its ${members.length} machines are not known well enough`;
    return say(concerned, `${count}: ${UNSAID}: ${missing.reason}`);
  }
  if (members.length > POOL_MAX)
    return say(concerned, `more than ${POOL_MAX} machines are not packed together`);
  return judgeKnown(known, group, context);
}

function judgeKnown(
  known: readonly Known[],
  group: Resource | undefined,
  context: Pools,
): readonly PoolJudgement[] {
  const [first] = known;
  if (first === undefined) return [];
  const concerned = group === undefined ? known.map(({ resource }) => resource) : [group];
  const sharing = sharePool(
    known.map((item) => ({ item, load: item.load })),
    first.pooled,
    context,
  );
  if (sharing.kind === "not-shared") return say(concerned, sharing.reason, true);
  return group === undefined ? freedMachines(sharing, context) : smallerGroup(group, sharing, first, context);
}

function groupOf(
  { resource, pooled: { owner } }: PoolMember,
  { fleet, policy }: Pools,
): Resource | undefined {
  const found =
    owner.kind === "eks-node-group"
      ? fleet
          .ofType("aws_eks_node_group")
          .find(
            (group) =>
              textAt(group.attributes, "node_group_name") === owner.name &&
              textAt(group.attributes, "cluster_name") === owner.cluster &&
              isBeside(group, resource),
          )
      : owner.kind === "auto-scaling-group"
        ? fleet
            .ofType("aws_autoscaling_group")
            .find((group) => nameOfResource(group) === owner.name && isBeside(group, resource))
        : owner.kind === "gke-node-pool"
          ? fleet
              .ofType("google_container_node_pool")
              .find((group) => isGkePool(group, owner) && isBeside(group, resource))
          : undefined;
  return found === undefined || ignoredBy(policy, "gpu-sharing", found) !== undefined ? undefined : found;
}

function draftOf(
  sharing: Shared,
  context: Pools,
  over: Omit<Draft, "action" | "risk" | "confidence" | "restartRequired" | "evidence" | "unknowns"> & {
    readonly notes: readonly string[];
    readonly unknowns: readonly string[];
    /** Of the confidence, beside those of the pool. */
    readonly factors?: Readonly<Record<string, number>>;
  },
): Draft {
  const { notes, unknowns, factors = {}, ...draft } = over;
  // Pools keep nothing from before the look-back.
  const profile = { resourceId: "", window: context.window, series: [] };
  const monthEnd = monthEndDoubt({ ...context, profile });
  const further = { ...factors, ...monthEnd.factors };
  return {
    ...draft,
    action: "share-gpus",
    risk: sharing.risk,
    confidence: Object.values(further).reduce((product, factor) => product * factor, sharing.confidence),
    restartRequired: true,
    evidence: {
      ...evidenceFrame(context.window, context.policy),
      lookBackDays: shownDays(sharing.days),
      coverage: sharing.coverage,
      dimensions: sharing.dimensions,
      confidenceFactors: { ...sharing.confidenceFactors, ...further },
      alternatives: [],
      notes: [...sharing.notes, ...notes],
    },
    unknowns: [...sharing.unknowns, ...unknowns, ...monthEnd.unknowns],
  };
}

/** A draft for each machine whose work goes to another; together they save what they cost. */
function freedMachines(sharing: Shared, context: Pools): readonly PoolJudgement[] {
  const total = sharing.carriers.length + sharing.freed;
  return sharing.carriers.flatMap(({ stays, moved }) =>
    moved.flatMap(({ resource, pooled }) => {
      const carrier = stays.resource.address ?? nameOfResource(stays.resource);
      const draft = draftOf(sharing, context, {
        part: "machine",
        from: pooled.machineName,
        to: `shared on ${nameOfResource(stays.resource)}`,
        summary: `The work of ${total} ${pooled.machineName} fits on ${sharing.carriers.length}; this one's can share the GPUs of ${carrier} by ${sharing.mode.mode}`,
        changes: [],
        monthlySavings: savingsOf(
          monthlyDifference(pooled.hourly, NO_PRICE),
          context.fleet.costOf(resource)?.commitmentCoverage,
        ),
        effort: "high",
        rollback: "move its work back; keep the machine stopped until the other has carried both for a while",
        carriers: sharing.carriers.map((one) => one.stays.resource.id),
        notes: [
          "Not written into Terraform: first its owner has to move what runs on it, then the machine can go",
        ],
        unknowns: ["volumes and addresses: their cost is not in the saving"],
      });
      return proposeIfWorthwhile(context, draft).map((judgement) => ({ resource, judgement }));
    }),
  );
}

const INTENT = "intent: whether the size is kept for failover or a known event is not in the metrics";

/** What a group that no scheduler fills has to be told. */
const BY_ITSELF = {
  notes: ["Before it is made smaller, what runs on its machines has to be told to share their GPUs"],
  unknowns: [
    INTENT,
    "pending starts: whether new machines of the group begin to share by themselves is not known",
  ],
};

/** What Kubernetes has to be told: pods ask for whole GPUs. */
function onKubernetes(sharing: Shared, { whyNoEdit }: PoolSizes) {
  const requested = requestedIn(sharing);
  return {
    factors: requested === undefined ? { requests: UNKNOWN_REQUESTS } : {},
    notes: [
      ...(whyNoEdit === undefined ? [] : [noEdit(whyNoEdit)]),
      ...(requested === undefined
        ? []
        : [`Pods had ${requested} of its GPUs reserved for themselves, whatever they did with them`]),
      `Before it is made smaller its GPUs have to be shared: NVIDIA's device plugin or GPU operator with ${sharing.mode.mode}; else pods that ask for a whole GPU stay pending`,
    ],
    unknowns: [
      ...(requested === undefined ? ["requests: how many GPUs pods have reserved is not measured"] : []),
      INTENT,
    ],
  };
}

/** One of the seven dimensions of a pool of Kubernetes is not known. */
const UNKNOWN_REQUESTS = 6 / 7;

/** A draft for the group that starts the machines: a smaller one. */
function smallerGroup(
  group: Resource,
  sharing: Shared,
  { pooled }: PoolMember,
  context: Pools,
): readonly PoolJudgement[] {
  const after = sharing.carriers.length;
  const sizes = sizesOf(group);
  const now = sizes.desired ?? after + sharing.freed;
  const asked = (judgements: readonly Judgement[]) =>
    judgements.map((judgement) => ({ resource: group, judgement }));
  const seen = after + sharing.freed;
  if (now > seen) {
    const reason = `${now - seen} of its ${now} machines are not in the inventory, so what they do is not known`;
    return asked(abstain(reason));
  }
  if (now <= after)
    return asked(
      abstain(`its work takes ${after} machines with shared GPUs, as many as are wanted now`, true),
    );
  const isKubernetes = pooled.owner.kind === "eks-node-group" || pooled.owner.kind === "gke-node-pool";
  const draft = draftOf(sharing, context, {
    part: "group",
    from: `${now} ${pooled.machineName}`,
    to: `${after} ${pooled.machineName} with shared GPUs`,
    summary: `The work of these ${now} ${pooled.machineName} fits on ${after} when several share a GPU by ${sharing.mode.mode}`,
    changes: sizes.changes(after),
    monthlySavings: savingsOf(
      monthlyDifference(pooled.hourly, NO_PRICE, now - after),
      context.fleet.costOf(group)?.commitmentCoverage,
    ),
    effort: "medium",
    rollback: `set the size back to ${now}; new machines start within minutes`,
    ...(isKubernetes ? onKubernetes(sharing, sizes) : BY_ITSELF),
    instancesAfter: after,
  });
  return asked(proposeIfWorthwhile(context, draft));
}

/** GPUs reserved on all machines together at most; `undefined` where one of them is not known. */
function requestedIn({ carriers }: Shared): number | undefined {
  const counts = carriers.flatMap(({ stays, moved }) =>
    [stays, ...moved].map(({ pooled }) => pooled.requested),
  );
  return counts.reduce<number | undefined>(
    (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
    0,
  );
}
