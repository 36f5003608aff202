import path from "node:path";
import { formatInstant, unreachable } from "@apex/core";
import {
  campaignReport,
  type CampaignReport,
  parseValidation,
  readResult,
  renderCampaignHtml,
  renderCampaignJson,
  renderCampaignMarkdown,
  renderCampaignTable,
  type ResultFigures,
} from "@apex/report";
import type { OpenRecordStores } from "@apex/store";
import { requireTenant, withStore } from "../billing/with-store.ts";
import type { CampaignLook } from "../campaign/campaign-json.ts";
import { lookAt, outcomeExitCode } from "../campaign/find-campaign.ts";
import type { ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { APEX_VERSION } from "../version.ts";
import { requireWritable, writeFiles } from "../write-files.ts";
import { validationFiles } from "./validate.ts";

/** Which campaign, and where its report goes. */
export interface ReportOptions {
  readonly tenant: string;
  readonly id: string;
  readonly out?: string;
  readonly format: "table" | "json" | "markdown";
}

/** Where a run's own report is, relative to the campaign's. */
function linkOf(runId: string): string {
  return `runs/${runId}/validation.html`;
}

function render(report: CampaignReport, format: ReportOptions["format"], io: Io): string {
  switch (format) {
    case "json":
      return renderCampaignJson(report);
    case "markdown":
      return renderCampaignMarkdown(report);
    case "table":
      return renderCampaignTable(report, { width: io.width, colour: io.colour });
    default:
      return unreachable(format);
  }
}

/** A run's own report; none of a result that this Apex cannot read. */
function runFiles(out: string, runId: string, result: string): ReadonlyMap<string, string> | undefined {
  const validation = parseValidation(result);
  if (validation === undefined) return undefined;
  const directory = path.dirname(path.join(out, linkOf(runId)));
  const files = new Map(validationFiles(directory, { validation }));
  // As it was measured, by the Apex that did.
  return files.set(path.join(directory, "validation.json"), result);
}

/** A campaign, and what its runs' results say. */
interface ReadCampaign extends CampaignLook {
  readonly figures: ReadonlyMap<string, ResultFigures>;
  /** Runs that have a report of their own in the directory. */
  readonly written: ReadonlySet<string>;
}

/** Reads one result at a time, and writes its files: those of a thousand runs would fill the memory. */
async function readCampaign(
  store: OpenRecordStores,
  { tenant, id }: ReportOptions,
  out: string | undefined,
): Promise<ReadCampaign> {
  const { campaign, runs } = await lookAt(store, { tenant, id });
  const figures = new Map<string, ResultFigures>();
  const written = new Set<string>();
  for (const { runId, verdict } of runs.filter((run) => run.verdict !== null)) {
    const result = await store.campaigns.result(tenant, id, runId);
    figures.set(runId, readResult(result, verdict));
    const files = out === undefined || result === null ? undefined : runFiles(out, runId, result);
    if (files === undefined) continue;
    await writeFiles(files);
    written.add(runId);
  }
  return { campaign, runs, figures, written };
}

function reportOf(
  io: Io,
  { campaign, runs, figures }: ReadCampaign,
  linked: ReadonlySet<string>,
): CampaignReport {
  return campaignReport({
    apexVersion: APEX_VERSION,
    generatedAt: formatInstant(io.now().getTime()),
    campaign,
    runs,
    figures,
    linkOf: (runId) => (linked.has(runId) ? linkOf(runId) : null),
  });
}

/** Writes the campaign's report, after those of its runs that it links to. */
async function writeReport(io: Io, out: string, found: ReadCampaign): Promise<void> {
  const report = reportOf(io, found, found.written);
  await writeFiles(
    new Map([
      [path.join(out, "campaign.json"), renderCampaignJson(report)],
      [path.join(out, "campaign.md"), renderCampaignMarkdown(report)],
      [path.join(out, "campaign.html"), renderCampaignHtml(report)],
    ]),
  );
}

/** `apex campaign report`: also of one that has not ended yet. */
export async function runCampaignReport(io: Io, options: ReportOptions): Promise<ExitCode> {
  const out = options.out === undefined ? undefined : path.resolve(io.cwd, options.out);
  if (out !== undefined) await requireWritable(out);
  const found = await withStore(io, async (store) => {
    await requireTenant(store, options.tenant);
    return readCampaign(store, options, out);
  });
  io.out(render(reportOf(io, found, new Set()), options.format, io));
  if (out !== undefined) await writeReport(io, out, found);
  return outcomeExitCode(found.campaign, found.runs);
}
