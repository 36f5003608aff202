import type { Recommendation } from "@apex/core";
import { nameOf } from "@apex/report";
import type { RepairedFirst } from "../agent/repair-first.ts";
import type { PatchOutcome } from "./verify-patches.ts";

/** Repairs of the user's files are no recommendation: they stand beside them, each with its sentence. */
function firstNotes({ repairs }: RepairedFirst): readonly string[] {
  return [
    "Terraform could not plan the configuration as it was. It was repaired first: repair.diff comes before patch.diff, and no recommendation holds without it.",
    ...repairs.map(({ by, sentence }) => `Repaired (${by}): ${sentence}`),
  ];
}

/** What a report says of repairs: of the configuration before any change, and of changes that planned as intended only with them. */
export function repairNotes(
  repaired: RepairedFirst | undefined,
  recommendations: readonly Recommendation[],
  outcomes: ReadonlyMap<string, PatchOutcome>,
): readonly string[] {
  const ofPatches = recommendations.flatMap((recommendation) => {
    const outcome = outcomes.get(recommendation.id);
    const repairs = outcome?.kind === "planned" ? (outcome.repairs ?? []) : [];
    return repairs.map(
      ({ by, sentence }) =>
        `The change to ${nameOf(recommendation)} did not plan as it was written and was repaired (${by}): ${sentence}`,
    );
  });
  return [...(repaired === undefined ? [] : firstNotes(repaired)), ...ofPatches];
}
