import type { MachineType } from "@apex/catalog";
import type { Decimal, MonthlySavings } from "@apex/core";
import { numberAt, textAt } from "../fleet/attributes.ts";
import { clusterAround, type GkeNodePool, gkeNodePool } from "../fleet/gke-node-pool.ts";
import type { Candidate } from "../rightsizing/choose.ts";
import { effortRank } from "../rightsizing/effort.ts";
import { machineCandidates } from "../rightsizing/machine-candidates.ts";
import { monthlyDifference, savingsOf } from "./draft.ts";
import { afterSustainedUse, withSustainedUse } from "./gce-sustained-use.ts";
import { isCheaperAfterDiscount, takesOtherDisks } from "./gce-machine-type.ts";
import { noEdit } from "./no-edit.ts";
import { abstain, type Judgement, type Rule, type RuleContext } from "./rule.ts";
import { holdsText, type Successor, successorDraft, successors } from "./successor-draft.ts";
import { proposeIfWorthwhile, setAttribute } from "./worthwhile.ts";

/**
 * Node pools of GKE on a dearer machine type than another that has no less of anything: pods then find as much to request on
 * every node as today. A type with less is never proposed, for what the largest pod requests no node's metrics show.
 */
export const gkeGeneration: Rule = {
  name: "gke-generation",
  resourceTypes: ["google_container_node_pool"],
  judge,
};

/** Every node is replaced, and every pod moved once. */
const EFFORT = "medium";

function judge(context: RuleContext): readonly Judgement[] {
  const found = gkeNodePool(context.fleet, context.resource, context.prices);
  // What cannot be read at all is gke-node-pool's to say, once.
  if (found.kind === "unknown") return [];
  const pool = found.value;
  const { machine, hourly, minimum } = pool.group;
  if (minimum === 0) return [];
  if ((numberAt(pool.config, "local_ssd_count") ?? 0) > 0 || machine.localNvmeGb > 0)
    return abstain("its nodes have local SSDs, which other machine types do not take alike", true);
  const { maximumEffort } = context.policy.generation;
  if (effortRank(EFFORT) > effortRank(maximumEffort))
    return abstain(
      `another machine type is of ${EFFORT} effort; the policy accepts at most ${maximumEffort}`,
    );
  const [chosen, ...others] = successors(context, {
    machine,
    hourly,
    candidates: candidates(context, pool),
    isTrusted: () => false,
  });
  if (chosen === undefined)
    return abstain(`no machine type has as much of everything as ${machine.name} for less`, true);
  return proposeType(context, pool, { chosen, others });
}

function proposeType(
  context: RuleContext,
  pool: GkeNodePool,
  { chosen, others }: { readonly chosen: Successor; readonly others: readonly Successor[] },
): readonly Judgement[] {
  const { machine, hourly, minimum } = pool.group;
  const cluster = clusterAround(context.fleet, context.resource);
  const draft = successorDraft(context, {
    // A lower floor leaves fewer nodes, each of which can be of another type.
    part: "node type",
    from: machine.name,
    hourlyNow: hourly,
    chosen,
    others,
    count: minimum,
    summary: `${chosen.name} ${holdsText(chosen)} and costs less than the ${machine.name} of this node pool`,
    changes: setAttribute(context.resource, ["node_config", 0, "machine_type"], {
      from: textAt(pool.config, "machine_type") ?? null,
      to: chosen.name,
    }),
    restart: "GKE replaces the nodes one after the other and moves their pods, as in an upgrade",
    notes: [
      `Counted for the ${minimum} nodes that it has at least`,
      ...(cluster === undefined
        ? []
        : [
            noEdit(
              `it is written inside ${cluster.address}, whose own pools Terraform may not change in place`,
            ),
          ]),
    ],
    unknowns: [
      "provider: from 5.10 on hashicorp/google changes the type in place; an older one would make the pool anew",
      "instance sets and quota: whether the zones of the pool have the type, and the project the quota, is not known",
      "instruction sets: node selectors, and images built for one make of CPU, were not looked at",
      "cpu speed: compared by benchmark, not with this load",
      "sustained-use discounts: the saving is what is left after those of a full month",
    ],
  });
  const savingsFor = (nodes: number): MonthlySavings => savingsOfNodes(context, pool, { chosen, nodes });
  return proposeIfWorthwhile(context, {
    ...draft,
    effort: EFFORT,
    monthlySavings: savingsFor(minimum),
    repriced: (kept) => {
      const after = kept.get(context.resource)?.flatMap(({ instancesAfter }) => instancesAfter ?? [])[0];
      return after === undefined ? undefined : savingsFor(after);
    },
  });
}

function savingsOfNodes(
  { cost }: RuleContext,
  { group: { machine, hourly } }: GkeNodePool,
  { chosen, nodes }: { readonly chosen: Successor; readonly nodes: number },
): MonthlySavings {
  const coverage = cost?.commitmentCoverage;
  const month = ({ family }: MachineType, price: Decimal): Decimal => afterSustainedUse(price, family);
  return withSustainedUse(
    savingsOf(monthlyDifference(hourly, chosen.hourly, nodes), coverage),
    monthlyDifference(month(machine, hourly), month(chosen.machine, chosen.hourly), nodes),
    coverage,
  );
}

function candidates(
  { policy, prices }: RuleContext,
  { group, config }: GkeNodePool,
): readonly Candidate<MachineType>[] {
  const { machine: now, hourly, region } = group;
  // A pool that asks for a make of CPU has a reason.
  if (textAt(config, "min_cpu_platform") !== undefined) return [];
  const market = { region, operatingSystem: "linux" as const, prices };
  return machineCandidates(now, market, { ...policy.candidates, architectures: [] }).filter(
    (candidate) =>
      candidate.machine.vcpu === now.vcpu &&
      candidate.machine.isBurstable === now.isBurstable &&
      !takesOtherDisks(candidate.machine) &&
      isCheaperAfterDiscount({ machine: now, hourly }, candidate),
  );
}
