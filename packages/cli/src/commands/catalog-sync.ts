import {
  AWS_PRICE_LISTS,
  type AwsPriceService,
  importAwsPrices,
  priceFolder,
  type SyncOutcome,
  syncAwsPrices,
} from "@apex/collectors";
import { writeError } from "@apex/core/node";
import { cataloguePlace } from "../catalog/load-prices.ts";
import { awsHomeRegion, type RegionedCloud, requireRegions } from "../collect/region-names.ts";
import { CommandError, EXIT_CODES, type ExitCode } from "../exit-codes.ts";
import type { Io } from "../io.ts";
import { openPlace } from "../pipeline/run-directory.ts";
import { requireFiles } from "../input-files.ts";
import { printable } from "../printable.ts";
import { openProgress, type Progress } from "../progress.ts";

/** Options of `apex catalog sync aws`, as the command line gives them. */
export interface CatalogSyncOptions {
  readonly regions?: readonly string[];
  readonly services?: readonly string[];
  readonly endpointUrl?: string;
  readonly file?: string;
  readonly into?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Where a cloud's first sync starts when no region is named. */
const FIRST_REGIONS = { aws: "us-east-1", gcp: "us-central1" } as const;

/** The regions that are named, else those that were synced before, else the first one. */
async function regionsOf(
  provider: RegionedCloud,
  given: readonly string[] | undefined,
  into: string,
): Promise<readonly string[]> {
  if (given !== undefined) return given;
  const known = (await priceFolder(into).headers()).filter((each) => each.provider === provider);
  const synced = [...new Set(known.map(({ region }) => region))];
  return synced.length > 0 ? synced : [FIRST_REGIONS[provider]];
}

function isService(name: string): name is AwsPriceService {
  return Object.hasOwn(AWS_PRICE_LISTS, name);
}

/** The one service whose prices are no public list: they are asked for with credentials, and only when it is named. */
const SPOT = "spot";

/** Two weeks show a weekend twice, and what a price does in between. */
const SPOT_DAYS = 14;

function servicesOf(given: readonly string[] | undefined): readonly AwsPriceService[] {
  const all = Object.keys(AWS_PRICE_LISTS).filter(isService);
  if (given === undefined) return all;
  const wrong = given.filter((name) => !isService(name) && name !== SPOT);
  if (wrong.length === 0) return given.filter(isService);
  const known = [...all, SPOT].join(", ");
  throw new CommandError(EXIT_CODES.wrongUse, `--services ${wrong.join(", ")}: known are ${known}`);
}

/** The folder that the lists go to. */
async function openCatalogue(io: Io, given: string | undefined): Promise<string> {
  const into = cataloguePlace(io, given);
  await openPlace(into, "name another with --into");
  return into;
}

/** Fills the catalogue as its only writer: of two that fetch one list, each would take the other's away. */
async function exclusively<T>(io: Io, into: string, progress: Progress, work: () => Promise<T>): Promise<T> {
  const { withWriteLock } = await import("@apex/store");
  try {
    return await withWriteLock(into, io.signal, work, (pid) =>
      progress.step(`Waiting for process ${pid}, which syncs prices too`),
    );
  } catch (error) {
    throw writeError(into, error, "mend that, and sync again: the lists that are there stay");
  }
}

const MEGABYTE = 1e6;

function megabytes(bytes: number): string {
  return `${(bytes / MEGABYTE).toFixed(1)} MB`;
}

/** Options of `apex catalog sync gcp`, as the command line gives them. */
export interface GcpSyncOptions {
  readonly regions?: readonly string[];
  readonly endpointUrl?: string;
  readonly into?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** `apex catalog sync gcp`. The list is read once for all regions. */
export async function runGcpCatalogSync(io: Io, options: GcpSyncOptions): Promise<ExitCode> {
  requireRegions("gcp", options.regions ?? []);
  const into = await openCatalogue(io, options.into);
  const { gcpAuth, gcpPriceCatalogue, syncGcpPrices } = await import("@apex/collectors/gcp");
  const progress = openProgress(io, { quiet: options.quiet === true || options.json === true });
  const { endpointUrl } = options;
  const auth = await gcpAuth();
  await requireLogin(() => auth.getClient());
  const catalogue = await gcpPriceCatalogue({
    auth,
    ...(endpointUrl === undefined ? {} : { endpointUrl }),
  });
  try {
    const onProgress = (skus: number): void => progress.detail(`${skus.toLocaleString("en-US")} SKUs`);
    const outcomes = await exclusively(io, into, progress, async () => {
      progress.step("Reading Google's price list");
      const regions = await regionsOf("gcp", options.regions, into);
      return syncGcpPrices(catalogue, { regions, into, nowMs: io.now().getTime(), onProgress }, io.signal);
    });
    progress.done();
    return report(io, { into, json: options.json === true }, outcomes);
  } finally {
    await catalogue.close();
  }
}

/** `apex catalog sync aws`. Exit code 0 when all is up to date, 3 when a list could not be had: what was there of it stays. */
export async function runCatalogSync(io: Io, options: CatalogSyncOptions): Promise<ExitCode> {
  requireRegions("aws", options.regions ?? []);
  const into = await openCatalogue(io, options.into);
  const progress = openProgress(io, { quiet: options.quiet === true || options.json === true });
  const { file } = options;
  const outcomes = await exclusively(io, into, progress, () =>
    file === undefined ? syncAll(io, options, into, progress) : importOne(io, { ...options, file }, into),
  );
  progress.done();
  return report(io, { into, json: options.json === true }, outcomes);
}

/** The price list's own client leaves a rejection behind that nobody can catch when it cannot log in: that is found out before. */
async function requireLogin(logIn: () => Promise<unknown>): Promise<void> {
  try {
    await logIn();
  } catch (cause) {
    const [reason = ""] = (cause instanceof Error ? cause.message : String(cause)).split("\n");
    const next = "run gcloud auth application-default login, or set GOOGLE_APPLICATION_CREDENTIALS";
    throw new CommandError(
      EXIT_CODES.badInput,
      `no credentials for Google Cloud (${printable(reason)}): ${next}`,
      {
        cause,
      },
    );
  }
}

/** Prints what became of the lists; throws where one could not be had, for the exit code to tell. */
function report(
  io: Io,
  { into, json }: { readonly into: string; readonly json: boolean },
  outcomes: readonly SyncOutcome[],
): ExitCode {
  if (json) io.out(`${JSON.stringify({ into, lists: outcomes }, null, 2)}\n`);
  else for (const outcome of outcomes) io.out(`${printable(describe(outcome))}\n`);
  const failed = outcomes.filter(({ kind }) => kind === "failed").length;
  if (failed === 0) return EXIT_CODES.done;
  const rest = failed === outcomes.length ? "" : "; the others are in the catalogue";
  throw new CommandError(
    EXIT_CODES.badInput,
    `${failed} of ${outcomes.length} price lists could not be had${rest}`,
  );
}

async function syncAll(
  io: Io,
  options: CatalogSyncOptions,
  into: string,
  progress: Progress,
): Promise<readonly SyncOutcome[]> {
  const scope = {
    regions: await regionsOf("aws", options.regions, into),
    services: servicesOf(options.services),
    into,
    nowMs: io.now().getTime(),
    ...(options.endpointUrl === undefined ? {} : { endpointUrl: options.endpointUrl }),
  };
  const outcomes: SyncOutcome[] = [];
  const total = scope.regions.length * scope.services.length;
  if (total > 0) progress.step(`Fetching ${total} price lists`);
  const onProgress = (now: {
    list: string;
    region: string;
    bytes: number;
    total: number | undefined;
  }): void => {
    const of = now.total === undefined ? "" : ` of ${megabytes(now.total)}`;
    progress.detail(
      `${outcomes.length + 1} of ${total}: ${now.list} of ${now.region}, ${megabytes(now.bytes)}${of}`,
    );
  };
  for await (const outcome of syncAwsPrices({ ...scope, onProgress }, io.signal)) outcomes.push(outcome);
  if (options.services?.includes(SPOT) !== true) return outcomes;
  progress.step(`Reading the spot prices of ${scope.regions.join(", ")}`);
  const { syncSpotPrices } = await import("@apex/collectors/aws");
  const homeRegion = awsHomeRegion(io.env);
  // The endpoint is a mirror of the public lists: no signed request goes there.
  const { regions, nowMs } = scope;
  const spot = syncSpotPrices({ regions, into, nowMs, days: SPOT_DAYS, homeRegion }, io.signal);
  for await (const outcome of spot) outcomes.push(outcome);
  return outcomes;
}

async function importOne(
  io: Io,
  options: CatalogSyncOptions & { readonly file: string },
  into: string,
): Promise<readonly SyncOutcome[]> {
  const [file = ""] = await requireFiles("--file", [options.file], io.cwd);
  const { regions = [] } = options;
  if (regions.length === 0) {
    throw new CommandError(EXIT_CODES.wrongUse, "--file needs --regions: the regions to take from the file");
  }
  const outcomes: SyncOutcome[] = [];
  for (const region of regions) {
    outcomes.push(await importAwsPrices({ file, region, into, nowMs: io.now().getTime() }, io.signal));
  }
  return outcomes;
}

function describe(outcome: SyncOutcome): string {
  const what = `${outcome.list} of ${outcome.region}`;
  if (outcome.kind === "failed") return `${what}: not had: ${outcome.reason}`;
  if (outcome.kind === "unchanged") return `${what}: as before, of ${outcome.date}`;
  const { ambiguous } = outcome;
  const left =
    ambiguous.length === 0
      ? ""
      : `; left out, because the list gives them two prices: ${ambiguous.slice(0, 5).join(", ")}${ambiguous.length > 5 ? ` and ${ambiguous.length - 5} more` : ""}`;
  return `${what}: ${outcome.prices.toLocaleString("en-US")} prices of ${outcome.date}${left}`;
}
