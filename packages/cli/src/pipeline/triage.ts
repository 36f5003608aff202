import type { Diagnostic } from "@apex/core";
import type { OptimizeInputs } from "./optimize-inputs.ts";

/**
 * How far the data carries: `full` to savings after commitments, `partial` to what can be said without some of it, `data-gathering`
 * to what a state alone tells and to the advice what to collect.
 */
export type TriagePath = "full" | "partial" | "data-gathering";

/** What was found sufficient, and what would make it so. */
export interface Triage {
  readonly path: TriagePath;
  readonly advice: readonly Diagnostic[];
}

const NO_BILLS: Diagnostic = {
  severity: "info",
  code: "triage-no-bills",
  summary: "No bill was given, so savings after discounts and commitments are not known",
  detail:
    "Give one with --cost (FOCUS or AWS CUR), or collect it: apex collect aws --into DIR, then --from DIR.",
};

const NO_SAMPLES: Diagnostic = {
  severity: "warning",
  code: "triage-no-samples",
  summary:
    "There are no samples, so nothing is known of what machines use; only what a state alone shows is judged",
  detail:
    "Collect two weeks of metrics: `apex collect aws|gcp|prometheus --into DIR`, then --from DIR; or give exports of CloudWatch, Prometheus or CSV with --metrics.",
};

/** Chooses the path by what is known: first what the inputs name, and later what was really in them. */
export function triage(known: { readonly hasSamples: boolean; readonly hasBills: boolean }): Triage {
  const advice = [...(known.hasSamples ? [] : [NO_SAMPLES]), ...(known.hasBills ? [] : [NO_BILLS])];
  if (!known.hasSamples) return { path: "data-gathering", advice };
  return { path: known.hasBills ? "full" : "partial", advice };
}

/** What the inputs promise. A collection may hold anything: it is opened before it is judged. */
export function promised({
  metricFiles,
  costFiles,
  collection,
}: Pick<OptimizeInputs, "metricFiles" | "costFiles" | "collection">): Parameters<typeof triage>[0] {
  const isCollected = collection !== undefined;
  return { hasSamples: isCollected || metricFiles.length > 0, hasBills: isCollected || costFiles.length > 0 };
}
