import { type LearntRate, rateLearner } from "@apex/catalog";
import {
  costExportCollector,
  metricExportCollector,
  terraformStateCollector,
  underPresentId,
} from "@apex/collectors";
import type { MetricSeries, SampleStore, SecondOpinion, TimeWindow } from "@apex/core";
import { type BillName, checkHome, openStore, readCollection, type Store } from "@apex/store";
import type { Io } from "../io.ts";
import type { Progress } from "../progress.ts";
import { type CollectedInputs, collectInputs } from "./collect-inputs.ts";
import { costsUnderIds } from "./collected-costs.ts";
import { doubledBills } from "./doubled-bills.ts";
import { type IdentityIndex, indexIdentities } from "./identity-index.ts";
import { openRunDirectory } from "./run-directory.ts";
import { collectionServer } from "../store-place.ts";
import type { SampleSource } from "@apex/store/samples";

/** What an analysis reads: absolute paths, already checked to exist. */
export interface DataSources {
  readonly stateFile?: string | undefined;
  readonly costFiles: readonly string[];
  readonly metricFiles: readonly string[];
  /** A directory that `apex collect` filled. */
  readonly collection?: string | undefined;
  /** Where a run may put what it reads, for as long as it lasts. */
  readonly storeDirectory: string;
}

/** Everything that is judged, and where its samples lie. */
export interface Data extends CollectedInputs {
  readonly opinions: readonly SecondOpinion[];
  readonly samples: SampleStore;
  /** Where `samples` lie, for threads. */
  readonly sampleSource: SampleSource;
  /** What the samples span; `undefined` without any. */
  readonly window: TimeWindow | undefined;
}

/** Data that is there until it is disposed of. */
export type OpenData = Data & AsyncDisposable;

/** Reads files and a collection and runs `work` on them; what was staged for it is gone afterwards, as with {@link openData}. */
export async function withData<T>(
  io: Io,
  sources: DataSources,
  progress: Progress,
  work: (data: Data) => Promise<T>,
): Promise<T> {
  await using data = await openData(io, sources, progress);
  return await work(data);
}

/**
 * Reads files and a collection. Bills of files are used in place of the collection's, so that no month is counted twice; samples of
 * files are added to the collection's, and win over them.
 */
export async function openData(io: Io, sources: DataSources, progress: Progress): Promise<OpenData> {
  await using opened = new AsyncDisposableStack();
  const { collection, storeDirectory, signal } = { ...sources, signal: io.signal };
  const run = opened.use(await openRunDirectory(storeDirectory));
  const inventory = collection === undefined ? undefined : await readCollection(collection);
  const clickHouse = collectionServer(io);
  if (collection !== undefined) await checkHome(collection, clickHouse.clickHouseUrl);
  const own = await openStore({ directory: run.path, signal });
  opened.defer(() => own.close());
  const stored =
    collection === undefined ? undefined : await openStore({ directory: collection, ...clickHouse, signal });
  if (stored !== undefined) opened.defer(() => stored.close());
  const collected = await collectInputs(
    {
      state: {
        collector: terraformStateCollector(),
        files: sources.stateFile === undefined ? [] : [sources.stateFile],
      },
      cost: {
        collector: costExportCollector({ asTables: true, onProgress: (text) => progress.detail(text) }),
        files: sources.costFiles,
      },
      metrics: {
        collector: metricExportCollector(),
        files: sources.metricFiles,
        ...(stored !== undefined && sources.metricFiles.length > 0 ? { before: allSeries(stored) } : {}),
      },
      ...(inventory === undefined ? {} : { inventory: inventory.resources.map(underPresentId) }),
    },
    own,
    signal,
    (text) => progress.detail(text),
  );
  signal.throwIfAborted();
  const isFromCollection = collection !== undefined && sources.metricFiles.length === 0;
  const { samples } = isFromCollection && stored !== undefined ? stored : own;
  const identities = indexIdentities(collected.resources);
  const bills = await billsOf(collected, identities, sources, stored);
  const data = {
    ...collected,
    ...bills,
    repairs: [...(inventory?.repairs ?? []), ...collected.repairs],
    diagnostics: [...(inventory?.diagnostics ?? []), ...collected.diagnostics, ...bills.diagnostics],
    opinions: (inventory?.opinions ?? []).map((opinion) => ({
      ...opinion,
      resourceId: identities.resourceId(opinion.resourceId),
    })),
    samples,
    sampleSource: isFromCollection ? { directory: collection, ...clickHouse } : { directory: run.path },
    window: await samples.window(),
  };
  const rest = opened.move();
  return { ...data, [Symbol.asyncDispose]: () => rest.disposeAsync() };
}

async function* allSeries(store: Store): AsyncGenerator<MetricSeries> {
  const window = await store.samples.window();
  if (window === undefined) return;
  for await (const { series } of store.samples.profiles(window)) yield* series;
}

async function ratesOf(stored: Store, without: readonly BillName[]): Promise<readonly LearntRate[]> {
  const learner = rateLearner();
  learner.add(await stored.costs.usageTotals(without));
  return learner.rates();
}

/** What bills tell; its diagnostics are those of the collection's alone. */
async function billsOf(
  collected: CollectedInputs,
  identities: IdentityIndex,
  sources: DataSources,
  stored: Store | undefined,
): Promise<Pick<CollectedInputs, "costs" | "rows" | "learntRates" | "diagnostics">> {
  const { costs, rows, resources, learntRates } = collected;
  if (stored === undefined || sources.costFiles.length > 0)
    return { costs, rows, learntRates, diagnostics: [] };
  const periods = await stored.costs.periods();
  const { bills, diagnostics } = await doubledBills(stored.costs, periods);
  return {
    costs: costsUnderIds(await stored.costs.costByResource(bills), resources, identities),
    rows: periods.reduce((sum, period) => sum + period.rows, 0),
    learntRates: await ratesOf(stored, bills),
    diagnostics,
  };
}
