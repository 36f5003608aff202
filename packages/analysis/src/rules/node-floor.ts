import type { MachineType } from "@apex/catalog";
import { highestRisk } from "../rightsizing/risk.ts";
import { type Draft, evidenceFrame, shownDays } from "./draft.ts";
import { groupEvidence, type GroupNeed } from "./group-capacity.ts";
import { monthEndDoubt } from "./month-end.ts";
import type { RuleContext } from "./rule.ts";

/** Requests of pods are unknown: however quiet the nodes are, that is never less than a low risk. */
const REQUESTS_RISK = 2;

/** CPU and memory that pods request, of which neither is known. */
const UNKNOWN_REQUESTS = 2;

/** A lower floor of nodes of Kubernetes, and what is to be said of it beside what all floors have. */
interface NodeFloor {
  readonly need: GroupNeed & { readonly kind: "needed" };
  readonly machine: MachineType;
  /** Nodes of the new floor. */
  readonly nodes: number;
  readonly notes: readonly string[];
  readonly unknowns: readonly string[];
}

/** What a lower floor of nodes is known by; or why it is more than the policy accepts. */
export function judgeNodeFloor(
  context: RuleContext,
  { need, machine, nodes, notes, unknowns }: NodeFloor,
):
  | {
      readonly kind: "accepted";
      readonly draft: Pick<Draft, "risk" | "confidence" | "evidence" | "unknowns">;
    }
  | { readonly kind: "risky"; readonly reason: string } {
  const { policy } = context;
  const found = groupEvidence(need, nodes, machine);
  const risk = highestRisk([found.risk, REQUESTS_RISK]);
  if (risk > policy.sizing.maximumRisk) {
    return {
      kind: "risky",
      reason: `${nodes} nodes would hold what is used (risk ${risk}, since what pods request is not known); the policy accepts at most risk ${policy.sizing.maximumRisk}`,
    };
  }
  const monthEnd = monthEndDoubt(context);
  const known = found.dimensions.length;
  const requests = known / (known + UNKNOWN_REQUESTS);
  return {
    kind: "accepted",
    draft: {
      risk,
      confidence: found.confidence * requests * monthEnd.confidence,
      evidence: {
        ...evidenceFrame(context.window, policy),
        lookBackDays: shownDays(found.days),
        coverage: found.coverage,
        dimensions: found.dimensions.map((dimension) => ({ ...dimension, risk })),
        confidenceFactors: { ...found.factors, requests, ...monthEnd.factors },
        alternatives: [],
        notes: ["No more than half of the nodes go in one step", ...notes],
      },
      unknowns: [
        "requests: what pods reserve of CPU and memory is not known; nodes full of reservations stay",
        ...unknowns,
        ...monthEnd.unknowns,
      ],
    },
  };
}
