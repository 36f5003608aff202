import type { DimensionEvidence } from "@apex/core";

/**
 * One line of evidence per dimension and unit, the one that comes nearest to what is offered: traffic in beside traffic
 * out, or eight GPUs alike, would say the same thing again. The order of the dimensions is kept.
 */
export function tightestPerDimension(dimensions: readonly DimensionEvidence[]): readonly DimensionEvidence[] {
  const kept = new Map<string, DimensionEvidence>();
  for (const evidence of dimensions) {
    const key = `${evidence.dimension} in ${evidence.unit}`;
    const rival = kept.get(key);
    if (rival === undefined || tightness(evidence) > tightness(rival)) kept.set(key, evidence);
  }
  return [...kept.values()];
}

function tightness({ need, demand, capacityAfter }: DimensionEvidence): number {
  return capacityAfter === null || capacityAfter === 0 ? demand : need / capacityAfter;
}
