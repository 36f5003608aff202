import { type Analysis, analyze } from "@apex/analysis";
import { costExportCollector, metricExportCollector, terraformStateCollector } from "@apex/collectors";
import type { TimeWindow, UtilizationProfile } from "@apex/core";
import { type CondensedProfile, condenseProfile } from "@apex/report";
import { openStore } from "@apex/store";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { type CollectedInputs, collectInputs } from "./collect-inputs.ts";
import type { OptimizeInputs } from "./optimize-inputs.ts";
import { openRunDirectory } from "./run-directory.ts";

/** What was read and what was decided on it. */
export interface Decisions {
  readonly collected: CollectedInputs;
  readonly analysis: Analysis;
  readonly window: TimeWindow | undefined;
  /** The utilisation by resource id, condensed for charts. */
  readonly profiles: ReadonlyMap<string, CondensedProfile>;
}

/** Hands profiles on and keeps of each what a chart needs: they are read once. */
async function* condensing(
  profiles: AsyncIterable<UtilizationProfile>,
  condensed: Map<string, CondensedProfile>,
): AsyncGenerator<UtilizationProfile> {
  for await (const profile of profiles) {
    condensed.set(profile.resourceId, condenseProfile(profile));
    yield profile;
  }
}

/** Collects the inputs into a store of this run's own and decides on them. */
export async function decide(io: Io, inputs: OptimizeInputs, progress: Progress): Promise<Decisions> {
  await using run = await openRunDirectory(inputs.storeDirectory);
  const store = await openStore({ directory: run.path, signal: io.signal });
  try {
    progress.step("Reading state, bills and metrics");
    const collected = await collectInputs(
      {
        state: { collector: terraformStateCollector(), files: [inputs.stateFile] },
        cost: { collector: costExportCollector(), files: inputs.costFiles },
        metrics: { collector: metricExportCollector(), files: inputs.metricFiles },
      },
      store,
      io.signal,
      (text) => progress.detail(text),
    );
    io.signal.throwIfAborted();
    progress.step(`Analysing ${collected.resources.length} resources`);
    const window = await store.samples.window();
    const profiles = new Map<string, CondensedProfile>();
    const analysis = await analyze({
      resources: collected.resources,
      profiles: window === undefined ? [] : condensing(store.samples.profiles(window), profiles),
      costs: collected.costs,
      window: window ?? { startMs: 0, endMs: 0 },
      policy: inputs.policy,
      prices: inputs.prices,
    });
    return { collected, analysis, window, profiles };
  } finally {
    await store.close();
  }
}
