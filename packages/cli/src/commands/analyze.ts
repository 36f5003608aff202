import { stat } from "node:fs/promises";
import type { Analysis } from "@apex/analysis";
import { formatInstant } from "@apex/core";
import { analyzeFleet } from "../analyze-workers/analyze-fleet.ts";
import { contractOf } from "../catalog/load-contract.ts";
import { loadPriceTables } from "../catalog/load-prices.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { expandInputs, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { loadPolicy } from "../pipeline/load-policy.ts";
import { type Data, withData } from "../pipeline/with-data.ts";
import { openProgress } from "../progress.ts";
import { renderAnalysis } from "../render-analysis.ts";
import { storePlace } from "../store-place.ts";
import { collectionPlace } from "./collect.ts";

/** Options of `apex analyze`, as the command line gives them. */
export interface AnalyzeOptions {
  readonly from?: string;
  readonly state?: string;
  readonly cost: readonly string[];
  readonly metrics: readonly string[];
  readonly policy?: string;
  readonly catalog?: string;
  readonly prices?: string;
  readonly format: "table" | "json";
  readonly quiet?: boolean;
}

/** The collection to read; none where only files are named, and there is none at the usual place. */
async function collectionOf(io: Io, { from, metrics }: AnalyzeOptions): Promise<string | undefined> {
  const place = collectionPlace(io, from);
  if (from !== undefined || metrics.length === 0) return place;
  return (await stat(place).catch(() => undefined))?.isDirectory() === true ? place : undefined;
}

/**
 * `apex analyze`: decides on a collection, on files, or on both, without Terraform: what is in no state has no address, and no
 * change is written. Exit code 1 when there is nothing to recommend.
 */
export async function runAnalyze(io: Io, options: AnalyzeOptions): Promise<ExitCode> {
  const progress = openProgress(io, { quiet: options.quiet === true });
  const [stateFile] = await requireFiles(
    "--state",
    options.state === undefined ? [] : [options.state],
    io.cwd,
  );
  const [policyFile] = await requireFiles(
    "--policy",
    options.policy === undefined ? [] : [options.policy],
    io.cwd,
  );
  const { policy } = await loadPolicy(policyFile, io.cwd);
  const sources = {
    stateFile,
    costFiles: await expandInputs("--cost", options.cost, io.cwd),
    metricFiles: await expandInputs("--metrics", options.metrics, io.cwd),
    collection: await collectionOf(io, options),
    storeDirectory: storePlace(io).directory,
  };
  const priceTables = await loadPriceTables(io, options.catalog);
  const contract = await contractOf(io, options.prices, [io.cwd]);
  progress.step("Reading what was collected");
  return withData(io, sources, progress, async (data) => {
    const { resources, costs, window, sampleSource } = data;
    progress.step(`Analysing ${resources.length} resources`);
    const analysis = await analyzeFleet({
      resources,
      costs,
      window: window ?? { startMs: 0, endMs: 0 },
      policy,
      priceTables,
      paid: { contract, learnt: data.learntRates },
      samples: sampleSource,
      signal: io.signal,
      onProgress: (count) => progress.detail(`${count.toLocaleString("en-US")} profiles`),
    });
    progress.done();
    print(io, options, data, analysis);
    return analysis.recommendations.length > 0 ? EXIT_CODES.done : EXIT_CODES.nothingToDo;
  });
}

function print(io: Io, options: AnalyzeOptions, data: Data, analysis: Analysis): void {
  const { window, opinions, resources } = data;
  const span =
    window === undefined ? null : { start: formatInstant(window.startMs), end: formatInstant(window.endMs) };
  const result = {
    schema: "apex.analysis/v1",
    window: span,
    resources: resources.length,
    recommendations: analysis.recommendations,
    abstentions: analysis.abstentions,
    opinions,
    repairs: data.repairs,
    diagnostics: [...data.diagnostics, ...analysis.diagnostics],
  };
  if (options.format === "json") io.out(`${JSON.stringify(result, null, 2)}\n`);
  else io.out(renderAnalysis(result, { width: io.width, colour: io.colour }));
}
