import { availableParallelism } from "node:os";
import {
  type Analysis,
  concludeAnalysis,
  type JudgedProfile,
  type JudgedProfiles,
  judgeProfiles,
  type JudgingInput,
} from "@apex/analysis";
import { type PaidSources, priceBook, withPaidPrices } from "@apex/catalog";
import type { ResourceRange, UtilizationProfile } from "@apex/core";
import { openSampleReader, type SampleReader, type SampleSource } from "@apex/store/samples";
import { judgeInThreads } from "./judge-in-threads.ts";
import type { PlainInput, ThreadJudged } from "./thread-messages.ts";

/** A fleet whose samples are in a store, and how to go about it. */
export interface FleetToAnalyze extends PlainInput {
  readonly samples: SampleSource;
  readonly signal: AbortSignal;
  /** What is known of prices besides the lists; only the conclusion asks for it. */
  readonly paid?: PaidSources;
  /** Gets the number of profiles that were judged so far. */
  readonly onProgress?: (profiles: number) => void;
  /** At most so many; one for each core without it. */
  readonly threads?: number;
}

/** Less than this is judged sooner than a thread has started. */
const BYTES_PER_THREAD_MIN = 8 * 1024 * 1024;

/** More parts than threads: who is done early takes another. */
const PARTS_PER_THREAD = 4;

/**
 * Analyses a fleet of any size on all cores: threads judge ranges of its resources, each knowing all of it, and what they say is
 * put together in the order of the resources. The analysis is the same for any number of threads. Throws the
 * AdapterErrors of the store, and the signal's reason.
 */
export async function analyzeFleet(fleet: FleetToAnalyze): Promise<Analysis> {
  const samples = await openSampleReader(fleet.samples, fleet.signal);
  try {
    return await analyzeFrom(samples, fleet);
  } finally {
    await samples.close();
  }
}

async function analyzeFrom(samples: SampleReader, fleet: FleetToAnalyze): Promise<Analysis> {
  const {
    samples: source,
    signal,
    onProgress,
    paid = {},
    threads = availableParallelism(),
    ...plain
  } = fleet;
  const { priceTables = [], ...rest } = plain;
  const input: JudgingInput = { ...rest, prices: withPaidPrices(priceBook(priceTables), paid) };
  const ranges = await samples.split(threads * PARTS_PER_THREAD, BYTES_PER_THREAD_MIN / PARTS_PER_THREAD);
  let done = 0;
  const onProfiles = (count: number): void => {
    done += count;
    onProgress?.(done);
  };
  if (threads < 2 || ranges.length < 2 * PARTS_PER_THREAD) {
    const profiles = counted(samples.profiles(input.window), onProfiles);
    return concludeAnalysis(input, [await judgeProfiles(input, profiles)]);
  }
  const parts = await judgeInThreads(ranges, {
    threads: Math.min(threads, Math.floor(ranges.length / PARTS_PER_THREAD)),
    data: { source, input: plain },
    signal,
    onProfiles,
  });
  return concludeAnalysis(input, await withVerdicts(input, samples, parts));
}

async function* counted(
  profiles: AsyncIterable<UtilizationProfile>,
  onProfiles: (count: number) => void,
): AsyncGenerator<UtilizationProfile> {
  for await (const profile of profiles) {
    yield profile;
    onProfiles(1);
  }
}

/** Judges here what a thread could not hand over. */
async function withVerdicts(
  input: JudgingInput,
  samples: SampleReader,
  parts: readonly ThreadJudged[],
): Promise<readonly JudgedProfiles[]> {
  const whole: JudgedProfiles[] = [];
  for (const { judged, ...unused } of parts) {
    const all: JudgedProfile[] = [];
    for (const { verdict, ...one } of judged) {
      if (verdict !== null) all.push({ ...one, verdict });
      else
        all.push(
          ...(await judgeProfiles(input, samples.profiles(input.window, onlyResource(one.profileId)))).judged,
        );
    }
    whole.push({ ...unused, judged: all });
  }
  return whole;
}

/** The range of one id: nothing is between it and itself with the lowest code unit behind. */
export function onlyResource(id: string): ResourceRange {
  return { from: id, before: `${id}\0` };
}
