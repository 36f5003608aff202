import { deriveObjectives } from "../objectives.ts";
import { judge } from "../judge.ts";
import { needsMoreRuns, PAIRS_FIRST } from "../needs-more-runs.ts";
import type { RunMeasurement, Side, Verdict } from "@apex/core";
import { type SimulatedReplays, type SimulatedService, simulateRuns } from "./simulate.ts";

/** How often each verdict came out. */
export type Tally = Record<Verdict["kind"], number>;

/** Judges `trials` simulated validations, each with as many more pairs as the judge asks for. */
export function tallyVerdicts(
  trials: number,
  services: Readonly<Record<Side, SimulatedService>>,
  replays: SimulatedReplays,
): Tally {
  const tally: Tally = { pass: 0, fail: 0, inconclusive: 0 };
  for (let trial = 1; trial <= trials; trial += 1) {
    tally[simulateVerdict(trial, services, replays).kind] += 1;
  }
  return tally;
}

/** One simulated validation as a driver would do it. */
export function simulateVerdict(
  seed: number,
  services: Readonly<Record<Side, SimulatedService>>,
  replays: SimulatedReplays,
): Verdict {
  const runs: RunMeasurement[] = [];
  let more = PAIRS_FIRST;
  for (;;) {
    runs.push(...simulateRuns(seed, services, { ...replays, pairs: more, firstPair: runs.length / 2 }));
    const verdict = judge(runs, { objectives: deriveObjectives({ baselineRuns: runs }) });
    more = needsMoreRuns(verdict, runs.length / 2);
    if (more === 0) return verdict;
  }
}
