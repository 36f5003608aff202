import { readFile, stat } from "node:fs/promises";
import { cpus, tmpdir, totalmem } from "node:os";
import path from "node:path";
import { PUBLISHED_RATE_CARDS } from "@apex/billing";
import {
  AdapterError,
  type Campaign,
  type Decimal,
  formatInstant,
  parseDecimal,
  parseInstant,
} from "@apex/core";
import { renderCampaignQuote, type Report, reportSchema } from "@apex/report";
import type { OpenRecordStores } from "@apex/store";
import { requireTenant, withStore } from "../billing/with-store.ts";
import { campaignJson, type CampaignLook } from "../campaign/campaign-json.ts";
import { type DraftRequest, draftCampaign } from "../campaign/draft-campaign.ts";
import { lookAt, tenantFlag } from "../campaign/find-campaign.ts";
import { NOT_KEPT } from "../campaign/keep-configuration.ts";
import { inputKeeper } from "../campaign/keep-inputs.ts";
import { readWorkloadMapping } from "../campaign/read-workload-mapping.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import { expandInputs, requireFiles, requireRootModule } from "../input-files.ts";
import type { Io } from "../io.ts";
import { openPlannableState } from "../pipeline/plannable-state.ts";
import { makeOwnedDirectory } from "../pipeline/run-directory-owner.ts";
import { openProgress } from "../progress.ts";
import { tellAdvice } from "../render-advice.ts";
import { requireName } from "../require-name.ts";
import { readPatch } from "../validation/read-patch.ts";
import { startCampaign } from "./campaign-step.ts";

/** Options of `apex campaign create`, as the command line gives them. */
export interface CreateOptions {
  readonly tenant: string;
  readonly report?: string;
  readonly stored?: string | true;
  readonly rule: readonly string[];
  readonly address: readonly string[];
  readonly minSaving?: string;
  readonly terraform: string;
  readonly state: string;
  readonly metrics: readonly string[];
  readonly workloads: string;
  readonly varFile: readonly string[];
  readonly fixtures?: string;
  readonly name?: string;
  readonly budget?: string;
  readonly deadline?: string;
  readonly priority: number;
  readonly minutes: number;
  readonly cores?: number;
  /** GiB. */
  readonly memory?: number;
  readonly again?: boolean;
  readonly start?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const GIBIBYTE = 1024 ** 3;
/** Of this host's memory, what a run may take where nothing else is said: its system needs the rest. */
const MEMORY_SHARE = 0.8;
/** Of recorded runs. */
const RUN_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
/** From here on a year has five digits, which ISO 8601 has no room for. */
const YEAR_10000_MS = Date.UTC(10_000, 0);
const SPAN = /^(\d+(?:\.\d+)?)([mhd])$/;
const SPAN_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

function wrongUse(message: string): CommandError {
  return new CommandError(EXIT_CODES.wrongUse, message);
}

function amountOf(option: string, text: string | undefined): Decimal | undefined {
  if (text === undefined) return undefined;
  const amount = parseDecimal(text);
  if (amount === undefined || amount.startsWith("-")) {
    throw wrongUse(`${option} ${text}: give an amount of the rate card's currency, such as 25 or 12.50`);
  }
  return amount;
}

/** ISO 8601 of a deadline; spans count from now. */
function deadlineOf(io: Io, text: string | undefined): string | null {
  if (text === undefined) return null;
  const [, count, unit] = SPAN.exec(text) ?? [];
  if (count !== undefined) {
    const endMs = io.now().getTime() + Math.round(Number(count) * SPAN_MS[unit as keyof typeof SPAN_MS]);
    if (endMs < YEAR_10000_MS) return formatInstant(endMs);
    throw wrongUse(`--deadline ${text}: give one before the year 10000`);
  }
  const instant = parseInstant(text);
  if (instant !== undefined) return formatInstant(instant);
  throw wrongUse(
    `--deadline ${text}: give an instant with its zone (2026-12-24T06:00:00Z) or a span (90m, 8h, 2d)`,
  );
}

/** What recommendations a campaign is made of, and where the patch lies that came with them. */
interface ReportSource {
  readonly report: Report;
  readonly patchFile?: string;
}

async function reportOfFile(io: Io, given: string): Promise<ReportSource> {
  const absolute = path.resolve(io.cwd, given);
  const found = await stat(absolute).catch(() => undefined);
  const file = found?.isDirectory() === true ? path.join(absolute, "report.json") : absolute;
  let value: unknown;
  try {
    value = JSON.parse(await readFile(file, "utf8"));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(EXIT_CODES.badInput, `--report ${given}: ${file} cannot be read: ${reason}`, {
      cause,
    });
  }
  const parsed = reportSchema.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new CommandError(
      EXIT_CODES.badInput,
      `--report ${given}: ${file} is no apex.report/v1 (${issue?.path.join(".")}: ${issue?.message}); give what apex optimize --out wrote`,
    );
  }
  const patchFile = path.join(path.dirname(file), "patch.diff");
  const patch = await stat(patchFile).catch(() => undefined);
  return { report: parsed.data, ...(patch !== undefined && patch.size > 0 ? { patchFile } : {}) };
}

async function reportOfStore(store: OpenRecordStores, wanted: string | true): Promise<ReportSource> {
  const runId = wanted === true ? (await store.records.latestRun())?.id : wanted;
  const isId = runId !== undefined && RUN_ID.test(runId);
  const report = isId ? await store.records.report(runId) : undefined;
  if (report !== undefined) return { report };
  throw new CommandError(
    EXIT_CODES.badInput,
    wanted === true
      ? "--stored: the store holds no run yet; apex optimize records one"
      : `--stored ${wanted}: the store holds no such run`,
  );
}

async function sourceOf(
  io: Io,
  store: OpenRecordStores,
  { report, stored }: CreateOptions,
): Promise<ReportSource> {
  if (report !== undefined) return reportOfFile(io, report);
  if (stored !== undefined) return reportOfStore(store, stored);
  throw wrongUse("give --report, what apex optimize --out wrote, or --stored for what it recorded");
}

/** What a run may take at most of a worker, the sender's core included. */
function reservedBy({ cores, memory }: CreateOptions): DraftRequest["reserved"] {
  const gibibytes = memory ?? Math.max(1, Math.floor((totalmem() * MEMORY_SHARE) / GIBIBYTE));
  return { cores: cores ?? cpus().length, memoryBytes: Math.round(gibibytes * GIBIBYTE) };
}

async function requestOf(
  io: Io,
  options: CreateOptions,
  source: ReportSource,
  scratch: string,
): Promise<DraftRequest> {
  const terraformDirectory = await requireRootModule("--terraform", options.terraform, io.cwd);
  const [stateFile = ""] = await requireFiles("--state", [options.state], io.cwd);
  const [mappingFile = ""] = await requireFiles("--workloads", [options.workloads], io.cwd);
  const [fixtures] = await requireFiles(
    "--fixtures",
    options.fixtures === undefined ? [] : [options.fixtures],
    io.cwd,
  );
  const minSaving = amountOf("--min-saving", options.minSaving);
  // What is no state shows here, and not over night.
  await (await openPlannableState(stateFile))[Symbol.asyncDispose]();
  const { tenant, rule, address, priority, minutes } = options;
  return {
    recommendations: source.report.recommendations,
    ...(source.patchFile === undefined
      ? {}
      : { patched: await readPatch(source.patchFile, terraformDirectory, io.cwd) }),
    filter: { rule, address, ...(minSaving === undefined ? {} : { minSaving }) },
    terraformDirectory,
    stateFile,
    varFiles: await requireFiles("--var-file", options.varFile, io.cwd),
    ...(fixtures === undefined ? {} : { fixtures }),
    metricFiles: await expandInputs("--metrics", options.metrics, io.cwd),
    entries: await readWorkloadMapping(mappingFile),
    mappingFile,
    minutes,
    reserved: reservedBy(options),
    again: options.again === true,
    scratch,
    head: {
      tenant,
      name: options.name === undefined ? path.basename(terraformDirectory) : requireName(options.name),
      priority,
      budget: amountOf("--budget", options.budget) ?? null,
      deadline: deadlineOf(io, options.deadline),
    },
  };
}

/** Makes and keeps the campaign with all that its runs need. */
async function create(io: Io, store: OpenRecordStores, options: CreateOptions): Promise<Campaign> {
  await requireTenant(store, options.tenant);
  // Those that are kept already stay as they are.
  await store.billing.publishRateCards(PUBLISHED_RATE_CARDS);
  const progress = openProgress(io, { quiet: options.quiet === true || options.json === true });
  // Removed with what is copied there, by the reaper at the latest.
  await using scratch = await makeOwnedDirectory("run", tmpdir());
  const request = await requestOf(io, options, await sourceOf(io, store, options), scratch.path);
  const keeper = inputKeeper(store.inputFiles, options.tenant, { scratch: scratch.path, progress });
  const { draft, advice } = await draftCampaign(io, request, keeper, progress);
  progress.step("Quoting");
  const campaign = await store.campaigns.create(draft);
  progress.done();
  // What is only worth knowing is in each run's report; of a fleet it would fill the screen. What no worker gets is in none.
  tellAdvice(
    io,
    advice.filter(({ severity, code }) => severity !== "info" || code === NOT_KEPT),
  );
  return campaign;
}

async function quoteText(io: Io, store: OpenRecordStores, { campaign, runs }: CampaignLook): Promise<string> {
  const card = (await store.billing.rateCards()).find(({ id }) => id === campaign.rateCard);
  if (card === undefined)
    throw new AdapterError("not-found", `the store has no rate card ${campaign.rateCard}`);
  return renderCampaignQuote(campaign, runs, card, { width: io.width, colour: io.colour });
}

async function createAndTell(io: Io, store: OpenRecordStores, options: CreateOptions): Promise<ExitCode> {
  const { id } = await create(io, store, options);
  if (options.start === true) await startCampaign(io, store, { tenant: options.tenant, id });
  const made = await lookAt(store, { tenant: options.tenant, id });
  if (options.json === true) {
    io.out(campaignJson(made, 2));
    return EXIT_CODES.done;
  }
  io.out(await quoteText(io, store, made));
  const ofTenant = tenantFlag(options.tenant);
  io.out(
    options.start === true
      ? `\nIt has started: \`apex worker\` does its runs, \`apex campaign status ${id}${ofTenant} --watch\` shows how far it is.\n`
      : `\nNothing runs yet. Start it with: apex campaign start ${id}${ofTenant}\n`,
  );
  return EXIT_CODES.done;
}

/** `apex campaign create`: quotes, and with `--start` starts. */
export async function runCampaignCreate(io: Io, options: CreateOptions): Promise<ExitCode> {
  return withStore(io, (store) => createAndTell(io, store, options), options.tenant);
}
