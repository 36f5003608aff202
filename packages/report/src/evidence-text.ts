import type { DimensionEvidence } from "@apex/core";
import type { ReportedRecommendation } from "./report.ts";
import { wholePercent } from "./wording.ts";

/** What the evidence is told of: a recommendation of a report, or one without Terraform. */
type Evidenced = Pick<ReportedRecommendation, "evidence" | "confidence">;

const GIBIBYTE = 2 ** 30;

/** Bytes over a time are traffic, which people count in decimal units. */
const TRAFFIC_UNITS = [
  ["GB", 1e9],
  ["MB", 1e6],
  ["kB", 1e3],
] as const;

/** Digits that tell a demand; more are shown only where two figures would look equal and are not. */
const DIGITS = 3;
const DIGITS_MAX = 12;

interface Scale {
  readonly unit: string;
  readonly divisor: number;
}

/** Bytes as people say them: GiB for a size, MB and the like for "bytes a day"; every other unit as it is. */
function scaleOf(value: number, unit: string): Scale {
  if (unit === "bytes") return { unit: "GiB", divisor: GIBIBYTE };
  if (!unit.startsWith("bytes ")) return { unit, divisor: 1 };
  const found = TRAFFIC_UNITS.find(([, size]) => Math.abs(value) >= size);
  return found === undefined
    ? { unit, divisor: 1 }
    : { unit: unit.replace("bytes", found[0]), divisor: found[1] };
}

function figure(value: number, digits: number = DIGITS): string {
  return String(Number(value.toPrecision(digits)));
}

/** Two figures with as many digits as it takes to tell them apart. */
function figurePair(left: number, right: number): readonly [string, string] {
  for (let digits = DIGITS; digits <= DIGITS_MAX; digits++) {
    const pair = [figure(left, digits), figure(right, digits)] as const;
    if (pair[0] !== pair[1] || left === right) return pair;
  }
  return [figure(left, DIGITS_MAX), figure(right, DIGITS_MAX)];
}

/** A dimension that has the same capacity before and after: what is full today stays as full. */
function isUnchanged({ capacityNow, capacityAfter }: DimensionEvidence): boolean {
  return capacityAfter !== null && capacityNow === capacityAfter;
}

/**
 * "cpu 1.62 of 2 vCPU needed (P99.5)", headroom included; "gpu-compute 95.6 of 100 %, as today (P99.5)" where the
 * change leaves the capacity alone; "cpu 1.55 % (maximum)" where nothing is compared.
 */
function dimensionText(evidence: DimensionEvidence, statistic: string): string {
  const { dimension, capacityAfter } = evidence;
  const scale = scaleOf(capacityAfter ?? evidence.demand, evidence.unit);
  const unit = scale.unit === dimension ? "" : ` ${scale.unit}`;
  if (capacityAfter === null) {
    return `${dimension} ${figure(evidence.demand / scale.divisor)}${unit} (${statistic})`;
  }
  const stays = isUnchanged(evidence);
  const wanted = stays ? evidence.demand : evidence.need;
  const [used, capacity] = figurePair(wanted / scale.divisor, capacityAfter / scale.divisor);
  return `${dimension} ${used} of ${capacity}${unit}${stays ? ", as today" : " needed"} (${statistic})`;
}

function shareNeeded({ need, capacityAfter }: DimensionEvidence): number {
  const share = capacityAfter === null ? Number.NEGATIVE_INFINITY : need / capacityAfter;
  return Number.isNaN(share) ? Number.NEGATIVE_INFINITY : share;
}

/**
 * The dimension that leaves the least room after the change, among those that change and those that are full; where
 * nothing is compared, the rule's first.
 */
function bindingDimension(dimensions: readonly DimensionEvidence[]): DimensionEvidence | undefined {
  const telling = dimensions.filter((row) => !isUnchanged(row) || shareNeeded(row) > 1);
  return (telling.length === 0 ? dimensions : telling).reduce<DimensionEvidence | undefined>(
    (best, next) => (best === undefined || shareNeeded(next) > shareNeeded(best) ? next : best),
    undefined,
  );
}

/** "14 days, confidence 81 %"; with the share of the samples that were there, unless all were. */
function lookBackText({ evidence, confidence }: Evidenced): string {
  const coverage = evidence.coverage < 1 ? [`${wholePercent(evidence.coverage)} of the samples`] : [];
  return [`${evidence.lookBackDays} days`, ...coverage, `confidence ${wholePercent(confidence)}`].join(", ");
}

/** "P99.5" of "P99.5, raised to the weekly peak": the details say the rest. */
function firstPart(text: string): string {
  return text.split(",")[0] ?? "";
}

/**
 * The evidence of a recommendation in a few words: the dimension that binds, the look-back and the confidence. What
 * rests on no measurement says on what else, and names no look-back.
 */
export function evidenceText(recommendation: Evidenced): string {
  const { dimensions, notes } = recommendation.evidence;
  const binding = bindingDimension(dimensions);
  if (binding === undefined) {
    return [
      ...notes.slice(0, 1).map(firstPart),
      `confidence ${wholePercent(recommendation.confidence)}`,
    ].join("; ");
  }
  return `${dimensionText(binding, firstPart(binding.percentile))}; ${lookBackText(recommendation)}`;
}

/** All of the evidence in words: every dimension, then the notes; empty when there is neither. */
export function evidenceDetails({ evidence }: Pick<Evidenced, "evidence">): string {
  const dimensions = evidence.dimensions.map((row) => dimensionText(row, row.percentile));
  return [dimensions.join("; "), ...evidence.notes].filter((part) => part !== "").join(". ");
}

/** "20 % headroom", "15 to 30 % headroom": what is counted into "needed"; "" where nothing is compared. */
export function headroomText(recommendations: readonly Pick<Evidenced, "evidence">[]): string {
  const all = recommendations.flatMap(({ evidence }) =>
    evidence.dimensions.filter((row) => row.capacityAfter !== null).map(({ headroom }) => headroom),
  );
  if (all.length === 0) return "";
  const [least, most] = [Math.min(...all), Math.max(...all)].map((share) => figure(share * 100));
  return `${least === most ? least : `${least} to ${most}`} % headroom`;
}
