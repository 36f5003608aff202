import type { IntendedChange, Patch, TerraformDiagnostic, TerraformPlan, TextEdit } from "@apex/core";
import { comparePlans, unintendedDifferences } from "@apex/generators-hcl/compare-plans";
import type { ReportedRepair } from "../agent/fix-report.ts";

/** One recommendation's wish for the configuration. */
export interface PatchRequest {
  readonly id: string;
  readonly changes: readonly IntendedChange[];
}

type Edits = Extract<Patch, { kind: "edits" }>;

/** What was made of a patch that Terraform refused, or planned otherwise than intended. */
export interface RepairedPatch {
  readonly patch: Edits;
  readonly repairs: readonly ReportedRepair[];
}

/** What became of one request. */
export type PatchOutcome =
  | {
      readonly kind: "planned";
      readonly patch: Edits;
      /** Present where the patch planned only when it was repaired. */
      readonly repairs?: readonly ReportedRepair[];
    }
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
  /** Mends the patch of one request that is at fault by itself; `null` where that cannot be done, or it plans well alone. */
  readonly repair?: (request: PatchRequest, patch: Edits) => Promise<RepairedPatch | null>;
  readonly onAttempt?: (attempt: { readonly plans: number; readonly requests: number }) => void;
}

interface Attempt {
  readonly refused: ReadonlyMap<string, string>;
  readonly edits: ReadonlyMap<string, Edits>;
  readonly textEdits: readonly TextEdit[];
  /** `null` when Terraform accepts the edits and the plan changes exactly what was intended. */
  readonly objection: string | null;
  readonly plan: TerraformPlan | null;
}

const CONFLICT = "it conflicts with another change";

function refusalReason(patch: Extract<Patch, { kind: "refused" }>): string {
  const details = patch.diagnostics.flatMap(({ detail }) => (detail === undefined ? [] : [detail]));
  return [patch.reason, ...details.filter((detail) => !patch.reason.includes(detail))].join(" — ");
}

/** Requests that share a token ask for the same edit: it is made once. */
function distinctEdits(patches: Iterable<Edits>): readonly TextEdit[] {
  const distinct = new Map<string, TextEdit>();
  for (const { textEdits } of patches) {
    for (const edit of textEdits)
      distinct.set(JSON.stringify([edit.file, edit.start, edit.end, edit.text]), edit);
  }
  return [...distinct.values()];
}

/** The generator lets no patches of its own overlap; what a repair edited it does not know of. */
function haveOverlap(textEdits: readonly TextEdit[]): boolean {
  return textEdits.some((a, index) =>
    textEdits
      .slice(index + 1)
      .some(
        (b) =>
          a.file === b.file &&
          ((a.start < b.end && b.start < a.end) || (a.start === b.start && a.end === b.end)),
      ),
  );
}

async function attempt(
  ports: VerificationPorts,
  base: TerraformPlan,
  {
    requests,
    repaired,
  }: {
    readonly requests: readonly PatchRequest[];
    readonly repaired: ReadonlyMap<string, RepairedPatch>;
  },
): Promise<Attempt> {
  const written = ports.patch(requests.filter(({ id }) => !repaired.has(id)));
  const patches = new Map([...written, ...[...repaired].map(([id, { patch }]) => [id, patch] as const)]);
  const refused = new Map<string, string>();
  const edits = new Map<string, Edits>();
  for (const { id } of requests) {
    const patch = patches.get(id);
    if (patch?.kind === "edits") edits.set(id, patch);
    else refused.set(id, patch === undefined ? "the generator made no patch" : refusalReason(patch));
  }
  const textEdits = distinctEdits(edits.values());
  if (edits.size === 0) return { refused, edits, textEdits, objection: null, plan: base };
  if (requests.some(({ id }) => repaired.has(id)) && haveOverlap(textEdits))
    return { refused, edits, textEdits, objection: CONFLICT, plan: null };
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
 * with k bad ones take about k·log n plans. One that is at fault by itself may be repaired, and is then tried once more.
 */
export async function verifyPatches(
  ports: VerificationPorts,
  base: TerraformPlan,
  requests: readonly PatchRequest[],
): Promise<VerifiedPatches> {
  const outcomes = new Map<string, PatchOutcome>();
  const repaired = new Map<string, RepairedPatch>();
  let accepted: readonly PatchRequest[] = [];
  let verified: Attempt | undefined;
  let plans = 0;

  /** Whether there is a repaired patch of a request now, and was none before. */
  async function isMended(request: PatchRequest, { objection, edits }: Attempt): Promise<boolean> {
    if (ports.repair === undefined || objection === null || repaired.has(request.id)) return false;
    const alone = accepted.length === 0 ? edits.get(request.id) : ports.patch([request]).get(request.id);
    const found = alone?.kind === "edits" ? await ports.repair(request, alone) : null;
    if (found !== null) repaired.set(request.id, found);
    return found !== null;
  }

  async function add(candidates: readonly PatchRequest[]): Promise<void> {
    if (candidates.length === 0) return;
    plans += 1;
    ports.onAttempt?.({ plans, requests: candidates.length });
    const together = await attempt(ports, base, { requests: [...accepted, ...candidates], repaired });
    const acceptedBroke = accepted.some(({ id }) => together.refused.has(id));
    if (together.objection === null && !acceptedBroke) {
      for (const [id, reason] of together.refused) outcomes.set(id, { kind: "not-applicable", reason });
      accepted = [...accepted, ...candidates].filter(({ id }) => together.edits.has(id));
      verified = together;
      return;
    }
    const [only] = candidates;
    if (candidates.length === 1 && only !== undefined) {
      if (await isMended(only, together)) return add(candidates);
      const reason = together.refused.get(only.id) ?? together.objection ?? CONFLICT;
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
    const mended = repaired.get(id);
    if (patch === undefined) continue;
    outcomes.set(id, {
      kind: "planned",
      patch,
      ...(mended === undefined ? {} : { repairs: mended.repairs }),
    });
  }
  return { outcomes, plan: verified?.plan ?? base, textEdits: verified?.textEdits ?? [] };
}
