import type { IntendedChange, Patch, TerraformDiagnostic, TerraformPlan, TextEdit } from "@apex/core";
import { comparePlans, unintendedDifferences } from "./compare-plans.ts";

/** One recommendation's wish for the configuration. */
export interface PatchRequest {
  readonly id: string;
  readonly changes: readonly IntendedChange[];
}

/** What became of one request. */
export type PatchOutcome =
  | { readonly kind: "planned"; readonly patch: Extract<Patch, { kind: "edits" }> }
  | { readonly kind: "not-applicable"; readonly reason: string };

/** The accepted edits together, planned. */
export interface VerifiedPatches {
  readonly outcomes: ReadonlyMap<string, PatchOutcome>;
  /** The plan of the configuration with all accepted edits; the base plan when there are none. */
  readonly plan: TerraformPlan;
  readonly textEdits: readonly TextEdit[];
}

/** How the verification reaches the generator and Terraform. */
export interface VerificationPorts {
  /** Writes requests into the configuration: all of them together, since one token can serve several. */
  readonly patch: (requests: readonly PatchRequest[]) => ReadonlyMap<string, Patch>;
  /** Plans the configuration with these edits. */
  readonly plan: (edits: readonly TextEdit[]) => Promise<{
    readonly plan: TerraformPlan | null;
    readonly diagnostics: readonly TerraformDiagnostic[];
  }>;
  readonly onAttempt?: (attempt: { readonly plans: number; readonly requests: number }) => void;
}

interface Attempt {
  readonly refused: ReadonlyMap<string, string>;
  readonly edits: ReadonlyMap<string, Extract<Patch, { kind: "edits" }>>;
  readonly textEdits: readonly TextEdit[];
  /** `null` when Terraform accepts the edits and the plan changes exactly what was intended. */
  readonly objection: string | null;
  readonly plan: TerraformPlan | null;
}

function refusalReason(patch: Extract<Patch, { kind: "refused" }>): string {
  const details = patch.diagnostics.flatMap(({ detail }) => (detail === undefined ? [] : [detail]));
  return [patch.reason, ...details.filter((detail) => !patch.reason.includes(detail))].join(" — ");
}

/** Requests that share a token ask for the same edit: it is made once. */
function distinctEdits(patches: Iterable<Extract<Patch, { kind: "edits" }>>): readonly TextEdit[] {
  const distinct = new Map<string, TextEdit>();
  for (const { textEdits } of patches) {
    for (const edit of textEdits)
      distinct.set(JSON.stringify([edit.file, edit.start, edit.end, edit.text]), edit);
  }
  return [...distinct.values()];
}

async function attempt(
  ports: VerificationPorts,
  base: TerraformPlan,
  requests: readonly PatchRequest[],
): Promise<Attempt> {
  const patches = ports.patch(requests);
  const refused = new Map<string, string>();
  const edits = new Map<string, Extract<Patch, { kind: "edits" }>>();
  for (const { id } of requests) {
    const patch = patches.get(id);
    if (patch?.kind === "edits") edits.set(id, patch);
    else refused.set(id, patch === undefined ? "the generator made no patch" : refusalReason(patch));
  }
  const textEdits = distinctEdits(edits.values());
  if (edits.size === 0) return { refused, edits, textEdits, objection: null, plan: base };
  const { plan, diagnostics } = await ports.plan(textEdits);
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  if (plan === null || errors.length > 0) {
    const messages = errors.map(({ summary, detail }) => [summary, detail].filter(Boolean).join(": "));
    return {
      refused,
      edits,
      textEdits,
      objection: `Terraform refuses it: ${messages.join("; ")}`,
      plan: null,
    };
  }
  const intended = requests.flatMap(({ id, changes }) => {
    const patch = edits.get(id);
    return patch === undefined ? [] : changes.filter((change) => !patch.skipped.includes(change));
  });
  const reasons = unintendedDifferences(comparePlans(base, plan), intended);
  return { refused, edits, textEdits, objection: reasons.length === 0 ? null : reasons.join("; "), plan };
}

/**
 * The acceptance test of every patch: with the edits, Terraform must plan exactly the intended addresses and attributes.
 * All requests are tried together; when that fails they are halved until the ones at fault stand alone, so n requests
 * with k bad ones take about k·log n plans.
 */
export async function verifyPatches(
  ports: VerificationPorts,
  base: TerraformPlan,
  requests: readonly PatchRequest[],
): Promise<VerifiedPatches> {
  const outcomes = new Map<string, PatchOutcome>();
  let accepted: readonly PatchRequest[] = [];
  let verified: Attempt | undefined;
  let plans = 0;

  async function add(candidates: readonly PatchRequest[]): Promise<void> {
    if (candidates.length === 0) return;
    plans += 1;
    ports.onAttempt?.({ plans, requests: candidates.length });
    const together = await attempt(ports, base, [...accepted, ...candidates]);
    const acceptedBroke = accepted.some(({ id }) => together.refused.has(id));
    if (together.objection === null && !acceptedBroke) {
      for (const [id, reason] of together.refused) outcomes.set(id, { kind: "not-applicable", reason });
      accepted = [...accepted, ...candidates].filter(({ id }) => together.edits.has(id));
      verified = together;
      return;
    }
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined) {
      const reason =
        together.refused.get(only.id) ?? together.objection ?? "it conflicts with another change";
      outcomes.set(only.id, { kind: "not-applicable", reason });
      return;
    }
    const middle = Math.ceil(candidates.length / 2);
    await add(candidates.slice(0, middle));
    await add(candidates.slice(middle));
  }

  await add(requests);
  for (const { id } of accepted) {
    const patch = verified?.edits.get(id);
    if (patch !== undefined) outcomes.set(id, { kind: "planned", patch });
  }
  return { outcomes, plan: verified?.plan ?? base, textEdits: verified?.textEdits ?? [] };
}
