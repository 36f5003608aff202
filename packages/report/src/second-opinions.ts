import type { RecommendationAction, SecondOpinion } from "@apex/core";

const SOURCES: Readonly<Record<SecondOpinion["source"], string>> = {
  "aws-compute-optimizer": "AWS Compute Optimizer",
  "gcp-recommender": "Google Cloud Recommender",
};

/** Actions that say "nobody needs it". */
const GIVES_UP: ReadonlySet<RecommendationAction> = new Set(["stop", "snapshot-and-delete", "release"]);

/**
 * A cloud's own view beside a recommendation: "AWS Compute Optimizer: m5.large, risk 1, agrees". It agrees when it would go the
 * same way, to the same type; its risk is on its own scale.
 */
export function secondOpinionText(
  opinion: SecondOpinion,
  proposed: { readonly action: RecommendationAction; readonly to: string },
): string {
  const { source, finding, target, performanceRisk: risk } = opinion;
  const facts = [
    target ?? finding,
    ...(risk === undefined ? [] : [`risk ${risk}`]),
    ...stance(opinion, proposed),
  ];
  return `${SOURCES[source]}: ${facts.join(", ")}`;
}

function stance(
  { finding, reasonCodes, target }: SecondOpinion,
  { action, to }: { readonly action: RecommendationAction; readonly to: string },
): readonly string[] {
  const isIdle = [finding, ...reasonCodes].some((word) => /^(?:idle|unattached)$/i.test(word));
  if (GIVES_UP.has(action)) return [isIdle ? "agrees" : "differs"];
  if (/^optimized$/i.test(finding)) return ["differs"];
  if (target === undefined) return [];
  // "gp3 100 GiB 3000 IOPS": what follows the type is worded by each in its own way.
  return [firstWord(target) === firstWord(to) ? "agrees" : "differs"];
}

function firstWord(text: string): string {
  return text.trim().split(/\s/, 1)[0]?.toLowerCase() ?? "";
}

/** The opinions of one resource as a field of its recommendation; no field without any. */
export function opinionsField(
  resourceId: string,
  opinions: readonly SecondOpinion[],
): { readonly secondOpinions?: readonly SecondOpinion[] } {
  const own = opinions.filter((opinion) => opinion.resourceId === resourceId);
  return own.length === 0 ? {} : { secondOpinions: own };
}

/** Every opinion beside a recommendation that is told, with the name of what it is about. */
export function opinionRows<
  Row extends {
    readonly action: RecommendationAction;
    readonly to: string;
    readonly secondOpinions?: readonly SecondOpinion[];
  },
>(
  rows: readonly Row[],
  nameOf: (row: Row) => string,
): readonly { readonly name: string; readonly text: string }[] {
  return rows.flatMap((row) =>
    (row.secondOpinions ?? []).map((opinion) => ({
      name: nameOf(row),
      text: secondOpinionText(opinion, row),
    })),
  );
}
