import { EC2Client, paginateDescribeSpotPriceHistory } from "@aws-sdk/client-ec2";
import { collectPrices, type SpotHistory, spotHistory } from "@apex/catalog/price-list";
import { AdapterError, DAY_MS, formatInstant } from "@apex/core";
import { openAccount } from "../aws/account.ts";
import type { AwsCall, AwsSession } from "../aws/aws-service.ts";
import type { AwsRegion } from "../aws/session.ts";
import { priceFolder } from "./price-folder.ts";
import type { SyncOutcome } from "./sync-outcome.ts";

/** What to bring up to date, with the credentials of the SDK's chain. */
export interface SpotPriceScope {
  readonly regions: readonly string[];
  /** The folder of the catalogue. */
  readonly into: string;
  /** So much of the past; EC2 keeps 90 days. */
  readonly days: number;
  readonly homeRegion: string;
  readonly nowMs: number;
}

const CALL: AwsCall = {
  service: "ec2",
  operation: "DescribeSpotPriceHistory",
  permissions: ["ec2:DescribeSpotPriceHistory"],
};

const LIST = "EC2Spot";
const ORIGIN = { text: "EC2 spot price history", licence: "AWS customer agreement" } as const;
const PLATFORMS = ["Linux/UNIX", "Windows", "Red Hat Enterprise Linux", "SUSE Linux"];
/** Most changes of a page. Source: EC2 API reference, `DescribeSpotPriceHistory`. */
const PAGE_SIZE = 1000;

/** Brings the spot prices of the regions up to date: percentiles of the history by time. Throws where nobody can log in. */
export async function* syncSpotPrices(
  scope: SpotPriceScope,
  signal: AbortSignal,
): AsyncGenerator<SyncOutcome> {
  const { homeRegion, nowMs } = scope;
  const account = await openAccount({ homeRegion, nowMs }, undefined, signal);
  for (const region of scope.regions) yield await syncSpotRegion(account.region(region), scope, signal);
}

/** The spot prices of one region; a failure leaves the catalogue as it was. */
export async function syncSpotRegion(
  place: AwsRegion,
  scope: Pick<SpotPriceScope, "days" | "into" | "nowMs">,
  signal: AbortSignal,
): Promise<SyncOutcome> {
  const { region } = place.place;
  const window = { startMs: scope.nowMs - scope.days * DAY_MS, endMs: scope.nowMs };
  const history = spotHistory();
  try {
    await place.ask(signal, [CALL], (session) => readHistory(session, window, history));
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof AdapterError)) throw error;
    return { kind: "failed", list: LIST, region, reason: error.message };
  }
  const date = formatInstant(scope.nowMs).slice(0, "2026-01-01".length);
  const collection = collectPrices({ offer: LIST, region, date, origin: ORIGIN });
  for (const { product, usd } of history.finish(window)) collection.add(product, usd);
  const { tables, prices, ambiguous } = collection.finish();
  if (tables.length === 0) return { kind: "failed", list: LIST, region, reason: "EC2 tells no spot prices" };
  const header = { provider: "aws", list: LIST, region, date, source: ORIGIN.text } as const;
  const syncedAt = formatInstant(scope.nowMs);
  await priceFolder(scope.into).replace({ ...header, syncedAt, prices, ambiguous: ambiguous.length }, tables);
  return { kind: "synced", list: LIST, region, date, prices, ambiguous };
}

async function readHistory(
  session: AwsSession,
  window: { readonly startMs: number; readonly endMs: number },
  history: SpotHistory,
): Promise<void> {
  const client = session.client(EC2Client);
  const request = {
    StartTime: new Date(window.startMs),
    EndTime: new Date(window.endMs),
    ProductDescriptions: PLATFORMS,
    MaxResults: PAGE_SIZE,
  };
  for await (const page of paginateDescribeSpotPriceHistory({ client, stopOnSameToken: true }, request)) {
    for (const change of page.SpotPriceHistory ?? []) {
      history.add({
        instanceType: change.InstanceType ?? "",
        productDescription: change.ProductDescription ?? "",
        availabilityZone: change.AvailabilityZone ?? "",
        price: change.SpotPrice ?? "",
        atMs: change.Timestamp?.getTime() ?? Number.NaN,
      });
    }
  }
}
