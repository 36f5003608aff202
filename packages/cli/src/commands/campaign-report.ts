import path from "node:path";
import { type CampaignRun, formatInstant, unreachable } from "@apex/core";
import {
  campaignReport,
  type CampaignReport,
  parseValidation,
  renderCampaignHtml,
  renderCampaignJson,
  renderCampaignMarkdown,
  renderCampaignTable,
} from "@apex/report";
import { requireTenant, withStore } from "../billing/with-store.ts";
import type { CampaignLook } from "../campaign/campaign-json.ts";
import { findCampaign, outcomeExitCode } from "../campaign/find-campaign.ts";
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

/** A run's own report; none of a run without a result, or with one that this Apex cannot read. */
function runFiles(out: string, { runId, result }: CampaignRun): ReadonlyMap<string, string> | undefined {
  const validation = result === null ? undefined : parseValidation(result);
  if (result === null || validation === undefined) return undefined;
  const directory = path.dirname(path.join(out, linkOf(runId)));
  const files = new Map(validationFiles(directory, { validation }));
  // As it was measured, by the Apex that did.
  return files.set(path.join(directory, "validation.json"), result);
}

function reportOf(io: Io, { campaign, runs }: CampaignLook, linked: ReadonlySet<string>): CampaignReport {
  return campaignReport({
    apexVersion: APEX_VERSION,
    generatedAt: formatInstant(io.now().getTime()),
    campaign,
    runs,
    linkOf: (runId) => (linked.has(runId) ? linkOf(runId) : null),
  });
}

/** Writes the campaign's report, after those of its runs that it links to. */
async function writeReport(io: Io, out: string, found: CampaignLook): Promise<void> {
  const linked = new Set<string>();
  // One run's files at a time: those of a thousand would fill the memory.
  for (const run of found.runs) {
    const files = runFiles(out, run);
    if (files === undefined) continue;
    await writeFiles(files);
    linked.add(run.runId);
  }
  const report = reportOf(io, found, linked);
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
    const campaign = await findCampaign(store, options.tenant, options.id);
    return { campaign, runs: await store.campaigns.runs(options.tenant, options.id) };
  });
  io.out(render(reportOf(io, found, new Set()), options.format, io));
  if (out !== undefined) await writeReport(io, out, found);
  return outcomeExitCode(found.campaign, found.runs);
}
