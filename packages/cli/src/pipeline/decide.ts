import { type Analysis, analyze, namesToJudge } from "@apex/analysis";
import { withPaidPrices } from "@apex/catalog";
import type { Resource, SecondOpinion, TimeWindow, UtilizationProfile } from "@apex/core";
import { type CondensedProfile, condenseProfile } from "@apex/report";
import type { CollectedInputs } from "./collect-inputs.ts";
import type { OptimizeInputs } from "./optimize-inputs.ts";
import type { Data } from "./with-data.ts";

/** What was read and what was decided on it. */
export interface Decisions {
  readonly collected: CollectedInputs;
  readonly analysis: Analysis;
  readonly opinions: readonly SecondOpinion[];
  readonly window: TimeWindow | undefined;
  /** The utilisation by resource id, condensed for charts. */
  readonly profiles: ReadonlyMap<string, CondensedProfile>;
}

/** What a decision needs besides the data. */
export type DecisionInputs = Pick<OptimizeInputs, "policy" | "prices" | "contract">;

/** What is kept of the profiles of resources as they pass by: they are read once. */
class PassingProfiles {
  /** By resource id. */
  readonly condensed = new Map<string, CondensedProfile>();
  points = 0;
  private readonly find: (name: string) => Resource | undefined;

  constructor(resources: readonly Resource[]) {
    this.find = namesToJudge(resources).find;
  }

  async *through(profiles: AsyncIterable<UtilizationProfile>): AsyncGenerator<UtilizationProfile> {
    for await (const profile of profiles) {
      const id = this.find(profile.resourceId)?.id;
      // As the analysis: that under the resource's own id counts.
      if (id !== undefined && (profile.resourceId === id || !this.condensed.has(id)))
        this.condensed.set(id, condenseProfile(profile));
      for (const { values } of profile.series) this.points += values.length;
      yield profile;
    }
  }
}

/** Decides on what was read. */
export async function decide(inputs: DecisionInputs, data: Data): Promise<Decisions> {
  const { resources, costs, samples, window } = data;
  const passing = new PassingProfiles(resources);
  const analysis = await analyze({
    resources,
    profiles: window === undefined ? [] : passing.through(samples.profiles(window)),
    costs,
    window: window ?? { startMs: 0, endMs: 0 },
    policy: inputs.policy,
    prices: withPaidPrices(inputs.prices, { contract: inputs.contract, learnt: data.learntRates }),
  });
  const { learntRates, rows, points, repairs, diagnostics } = data;
  const collected = {
    resources,
    costs,
    learntRates,
    rows,
    points: Math.max(points, passing.points),
    repairs,
    diagnostics,
  };
  return { collected, analysis, opinions: data.opinions, window, profiles: passing.condensed };
}
