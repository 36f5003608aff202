import { stat } from "node:fs/promises";
import path from "node:path";
import type { Analysis } from "@apex/analysis";
import { formatInstant } from "@apex/core";
import {
  type AnalysisReport,
  buildAnalysisReport,
  condenseProfile,
  type CondensedProfile,
  renderAnalysisHtml,
  renderAnalysisJson,
  renderAnalysisMarkdown,
  renderAnalysisTable,
} from "@apex/report";
import { analyzeFleet } from "../analyze-workers/analyze-fleet.ts";
import { contractOf } from "../catalog/load-contract.ts";
import { loadPriceTables } from "../catalog/load-prices.ts";
import { EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { expandInputs, requireFiles } from "../input-files.ts";
import type { Io } from "../io.ts";
import { loadPolicy } from "../pipeline/load-policy.ts";
import { profileReader } from "../pipeline/profile-reader.ts";
import { type Data, withData } from "../pipeline/with-data.ts";
import { openProgress } from "../progress.ts";
import { filterDiagnostics } from "../pipeline/filter-diagnostics.ts";
import { storePlace } from "../store-place.ts";
import { APEX_VERSION } from "../version.ts";
import { requireWritable, writeFiles } from "../write-files.ts";
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
  readonly regions?: readonly string[];
  readonly accounts?: readonly string[];
  readonly rules?: readonly string[];
  readonly tag?: readonly string[];
  readonly limit?: number;
  readonly format: "table" | "json" | "markdown";
  readonly out?: string;
  readonly quiet?: boolean;
}

/** Rows on a screen, and in files that are searched and scrolled. */
const ROWS_SHOWN = 50;
const ROWS_IN_FILES = 500;
/** Each is one more read of the store, and some kilobytes of page. */
const CHARTS_MAX = 100;

/** The collection to read; none where only files are named, and there is none at the usual place. */
async function collectionOf(io: Io, { from, metrics }: AnalyzeOptions): Promise<string | undefined> {
  const place = collectionPlace(io, from);
  if (from !== undefined || metrics.length === 0) return place;
  return (await stat(place).catch(() => undefined))?.isDirectory() === true ? place : undefined;
}

/**
 * `apex analyze`: decides on a collection, on files, or on both, without Terraform: what is in no state has no address, and no
 * change is written. Exit code 1 when there is nothing to recommend, or nothing that the filters let through.
 */
export async function runAnalyze(io: Io, options: AnalyzeOptions): Promise<ExitCode> {
  const progress = openProgress(io, { quiet: options.quiet === true });
  if (options.out !== undefined) await requireWritable(path.resolve(io.cwd, options.out));
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
    progress.step(`Analysing ${resources.length} ${resources.length === 1 ? "resource" : "resources"}`);
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
    const report = analysisReport(io, options, data, analysis);
    const json = options.out === undefined && options.format !== "json" ? "" : renderAnalysisJson(report);
    if (options.out !== undefined) {
      progress.step("Writing the report");
      await writeFiles(
        await filesOf(path.resolve(io.cwd, options.out), options, { report, json }, data),
        new Map(),
      );
    }
    progress.done();
    io.out(options.format === "json" ? json : rendered(io, options, report));
    return report.recommendations.length > 0 ? EXIT_CODES.done : EXIT_CODES.nothingToDo;
  });
}

function analysisReport(io: Io, options: AnalyzeOptions, data: Data, analysis: Analysis): AnalysisReport {
  const { window, opinions, resources } = data;
  const { regions = [], accounts = [], rules = [], tag: tags = [] } = options;
  const filter = { regions, accounts, rules, tags };
  return buildAnalysisReport({
    apexVersion: APEX_VERSION,
    generatedAt: formatInstant(io.now().getTime()),
    window:
      window === undefined
        ? null
        : { start: formatInstant(window.startMs), end: formatInstant(window.endMs) },
    resources,
    costRows: data.rows,
    filter,
    recommendations: analysis.recommendations,
    abstentions: analysis.abstentions,
    opinions,
    repairs: data.repairs,
    diagnostics: [...filterDiagnostics(filter, resources), ...data.diagnostics, ...analysis.diagnostics],
  });
}

function rendered(io: Io, { format, limit = ROWS_SHOWN }: AnalyzeOptions, report: AnalysisReport): string {
  if (format === "markdown") return renderAnalysisMarkdown(report, { limit });
  return renderAnalysisTable(report, { width: io.width, colour: io.colour, limit });
}

async function filesOf(
  out: string,
  { limit = ROWS_IN_FILES }: AnalyzeOptions,
  { report, json }: { readonly report: AnalysisReport; readonly json: string },
  data: Data,
): Promise<ReadonlyMap<string, string>> {
  const shown = report.recommendations.slice(0, Math.min(limit, CHARTS_MAX));
  const profiles = await profilesOf(data, new Set(shown.map(({ resourceId }) => resourceId)));
  return new Map([
    [path.join(out, "analysis.html"), renderAnalysisHtml(report, { profiles, limit })],
    [path.join(out, "analysis.md"), renderAnalysisMarkdown(report, { limit })],
    [path.join(out, "analysis.json"), json],
  ]);
}

/** What the drawings of some resources need; a resource that is judged by others' samples has none. */
async function profilesOf(
  data: Data,
  ids: ReadonlySet<string>,
): Promise<ReadonlyMap<string, CondensedProfile>> {
  const condensed = new Map<string, CondensedProfile>();
  const profileOf = profileReader(data);
  for (const resource of data.resources.filter(({ id }) => ids.has(id))) {
    const profile = await profileOf(resource);
    if (profile !== undefined) condensed.set(resource.id, condenseProfile(profile));
  }
  return condensed;
}
