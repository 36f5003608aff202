import type { RiskLevel } from "@apex/core";

/**
 * Upper ends of the risk levels, as share of the look-back's samples above the proposed capacity. On the Bitbrains
 * traces, of sizes never exceeded in the look-back 6 % ran short in more than 0.5 % of the following week, up to
 * 0.5 % exceeded 7–11 %, at 5–10 % exceeded 80–100 %.
 */
const EXCEEDANCE_MAX_BY_RISK: readonly (readonly [number, RiskLevel])[] = [
  [0, 0],
  [0.0005, 1],
  [0.005, 2],
  [0.05, 3],
];

/** The risk of running short, from the share of samples above the capacity. */
export function riskOf(exceedance: number): RiskLevel {
  for (const [maximum, risk] of EXCEEDANCE_MAX_BY_RISK) if (exceedance <= maximum) return risk;
  return 4;
}

/** The share of samples above the capacity that a risk allows; a risk of 4 promises no more than 3. */
export function exceedanceAllowed(risk: RiskLevel): number {
  return EXCEEDANCE_MAX_BY_RISK.findLast(([, level]) => level <= risk)?.[0] ?? 0;
}

/** A limit that shrinks without anyone having measured what is used of it is never free of risk. */
export const UNCHECKED_RISK: RiskLevel = 1;

/** The largest of several risks; 0 for none. */
export function highestRisk(risks: readonly RiskLevel[]): RiskLevel {
  return risks.reduce<RiskLevel>((highest, risk) => (risk > highest ? risk : highest), 0);
}
