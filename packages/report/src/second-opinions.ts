import {
  type Abstention,
  compareDecimals,
  type Decimal,
  decimal,
  type RecommendationAction,
  type SecondOpinion,
} from "@apex/core";
import { compareText } from "./compare-text.ts";
import { amountText } from "./wording.ts";

const SOURCES: Readonly<Record<SecondOpinion["source"], string>> = {
  "aws-compute-optimizer": "AWS Compute Optimizer",
  "gcp-recommender": "Google Cloud Recommender",
};

/** Actions that say "nobody needs it". */
const GIVES_UP: ReadonlySet<RecommendationAction> = new Set(["stop", "snapshot-and-delete", "release"]);

/**
 * How a cloud's own view stands to a recommendation: it agrees when it would go the same way, to the same type; in part when it
 * would make smaller as well, to another type; it has none where it proposes nothing.
 */
export type Stance = "agrees" | "in-part" | "differs" | "none";

const STANCE_TEXTS: Readonly<Record<Stance, readonly string[]>> = {
  agrees: ["agrees"],
  "in-part": ["agrees that it is too large, with another type"],
  differs: ["differs"],
  none: [],
};

/**
 * A cloud's own view beside a recommendation: "AWS Compute Optimizer: m5.large, $35.04 a month, risk 1, agrees". Its saving and its
 * risk are as it counts them.
 */
export function secondOpinionText(
  opinion: SecondOpinion,
  proposed: { readonly action: RecommendationAction; readonly to: string },
): string {
  return opinionText(opinion, STANCE_TEXTS[stanceOf(opinion, proposed)]);
}

function opinionText(opinion: SecondOpinion, stance: readonly string[]): string {
  const { source, finding, target, monthlySavings, currency, performanceRisk: risk } = opinion;
  const facts = [
    target ?? finding,
    ...(monthlySavings === undefined || currency === undefined
      ? []
      : [`${amountText(monthlySavings, currency)} a month`]),
    ...(risk === undefined ? [] : [`risk ${risk}`]),
    ...stance,
  ];
  return `${SOURCES[source]}: ${facts.join(", ")}`;
}

/** Whether a cloud's own view proposes a change at all: "Optimized" does not. */
function proposesChange({ finding, target }: SecondOpinion): boolean {
  return target !== undefined || !isOptimized(finding);
}

/** How an opinion stands to a recommendation for the same resource. */
export function stanceOf(
  { finding, reasonCodes, target }: SecondOpinion,
  { action, to }: { readonly action: RecommendationAction; readonly to: string },
): Stance {
  const isIdle = [finding, ...reasonCodes].some((word) => /^(?:idle|unattached)$/i.test(word));
  if (GIVES_UP.has(action)) return isIdle ? "agrees" : "differs";
  if (isOptimized(finding)) return "differs";
  if (target === undefined) return "none";
  // "gp3 100 GiB 3000 IOPS": what follows the type is worded by each in its own way.
  if (firstWord(target) === firstWord(to)) return "agrees";
  const isTooLarge = /^over_?provisioned$/i.test(finding);
  return action === "resize" && isTooLarge ? "in-part" : "differs";
}

function isOptimized(finding: string): boolean {
  return /^optimized$/i.test(finding);
}

function firstWord(text: string): string {
  return text.trim().split(/\s/, 1)[0]?.toLowerCase() ?? "";
}

/** What a cloud's own recommender would change and Apex would not, and why not. */
export interface LoneOpinion {
  readonly resourceId: string;
  readonly resourceName?: string;
  readonly address: string | null;
  readonly opinions: readonly SecondOpinion[];
  /** Of each rule that looked; empty where none did. */
  readonly reasons: readonly string[];
}

/** What clouds would change where nothing is recommended, the most saving first. */
export function loneOpinionsOf(
  opinions: ReadonlyMap<string, readonly SecondOpinion[]>,
  recommendations: readonly { readonly resourceId: string }[],
  abstentions: readonly Abstention[],
): readonly LoneOpinion[] {
  const recommended = new Set(recommendations.map(({ resourceId }) => resourceId));
  const looks = Map.groupBy(
    abstentions.filter(({ resourceId }) => opinions.has(resourceId)),
    ({ resourceId }) => resourceId,
  );
  const found = [...opinions].flatMap(([resourceId, all]): LoneOpinion[] => {
    const proposed = all.filter(proposesChange);
    if (recommended.has(resourceId) || proposed.length === 0) return [];
    const own = looks.get(resourceId) ?? [];
    const { address = null, resourceName } = own[0] ?? {};
    return [
      {
        resourceId,
        ...(resourceName === undefined ? {} : { resourceName }),
        address,
        opinions: proposed,
        reasons: [...new Set(own.map(({ reason }) => reason))],
      },
    ];
  });
  return found.toSorted(
    (a, b) => compareDecimals(savingOf(b), savingOf(a)) || compareText(a.resourceId, b.resourceId),
  );
}

/** Nothing where the cloud tells none. */
function savingOf({ opinions: [first] }: LoneOpinion): Decimal {
  return first?.monthlySavings ?? decimal(0);
}

/** The title of a list of {@link loneOpinionText}s. */
export const LONE_OPINIONS_TITLE = "Only the cloud's own recommender would change";

/** "AWS Compute Optimizer: m5.large, $35.04 a month, risk 1; Apex leaves it alone: it is busy". */
export function loneOpinionText({ opinions, reasons }: LoneOpinion): string {
  const why =
    reasons.length === 0 ? "no rule of Apex looks at it" : `Apex leaves it alone: ${reasons.join("; ")}`;
  return [...opinions.map((opinion) => opinionText(opinion, [])), why].join("; ");
}

/** The opinions of one resource as a field of its recommendation; no field without any. */
export function opinionsField(own: readonly SecondOpinion[] | undefined): {
  readonly secondOpinions?: readonly SecondOpinion[];
} {
  return own === undefined ? {} : { secondOpinions: own };
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
