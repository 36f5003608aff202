import { mkdir } from "node:fs/promises";
import { dirname } from "node:path";
import { AdapterError, formatInstant } from "@apex/core";
import {
  AWS_PRICE_LISTS,
  AWS_PRICE_LIST_URL,
  type AwsPriceService,
  currentListUrl,
} from "./aws-price-lists.ts";
import { endpointRoot } from "../gcp/endpoints.ts";
import { download, removeDownload } from "./download.ts";
import { priceFolder, type PriceFolder, type PriceListKey } from "./price-folder.ts";
import { type PriceListFile, readPriceList } from "./read-price-list.ts";
import type { SyncOutcome } from "./sync-outcome.ts";

/** What to bring up to date. */
export interface AwsPriceScope {
  readonly regions: readonly string[];
  readonly services: readonly AwsPriceService[];
  /** The folder of the catalogue. */
  readonly into: string;
  /** In place of AWS's own address. */
  readonly endpointUrl?: string | undefined;
  readonly nowMs: number;
  readonly onProgress?: ((progress: SyncProgress) => void) | undefined;
}

/** How far a download is. */
export interface SyncProgress {
  readonly list: string;
  readonly region: string;
  readonly bytes: number;
  readonly total: number | undefined;
}

/**
 * Brings the catalogue in a folder up to date with AWS's public price lists, one list after the other. Throws an AdapterError for
 * an endpoint that is no plain address.
 */
export async function* syncAwsPrices(scope: AwsPriceScope, signal: AbortSignal): AsyncGenerator<SyncOutcome> {
  const folder = priceFolder(scope.into);
  const base = scope.endpointUrl === undefined ? AWS_PRICE_LIST_URL : endpointRoot(scope.endpointUrl);
  for (const region of scope.regions) {
    for (const service of scope.services) {
      const { list } = AWS_PRICE_LISTS[service];
      try {
        yield await syncOne(folder, scope, { base, service, region, signal });
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof AdapterError)) throw error;
        yield { kind: "failed", list, region, reason: error.message };
      }
    }
  }
}

async function syncOne(
  folder: PriceFolder,
  scope: AwsPriceScope,
  what: {
    readonly base: string;
    readonly service: AwsPriceService;
    readonly region: string;
    readonly signal: AbortSignal;
  },
): Promise<SyncOutcome> {
  const { base, service, region, signal } = what;
  const { list } = AWS_PRICE_LISTS[service];
  const key: PriceListKey = { provider: "aws", list, region };
  const here = await folder.header(key);
  const url = await currentListUrl(base, service, { region, signal });
  if (here?.source === url) return { kind: "unchanged", list, region, date: here.date, prices: here.prices };
  const to = folder.downloadPath(key);
  await mkdir(dirname(to), { recursive: true });
  const fetched = await download({
    url,
    to,
    etag: here?.etag,
    signal,
    onProgress: (bytes, total) => scope.onProgress?.({ list, region, bytes, total }),
  });
  if (fetched.kind === "unchanged" && here !== undefined) {
    return { kind: "unchanged", list, region, date: here.date, prices: here.prices };
  }
  try {
    const etag = fetched.kind === "downloaded" ? fetched.etag : undefined;
    return await storeList(folder, { path: to, name: url, region, list, etag, nowMs: scope.nowMs }, signal);
  } finally {
    // What was read is in the catalogue, and what could not be read is no better the next time.
    await removeDownload(to);
  }
}

interface ListOnDisk extends PriceListFile {
  /** The list that it must be; absent: any that is known. */
  readonly list?: string;
  readonly etag?: string | undefined;
  readonly nowMs: number;
}

async function storeList(folder: PriceFolder, from: ListOnDisk, signal: AbortSignal): Promise<SyncOutcome> {
  const { name, region, etag, nowMs } = from;
  const { list, date, prices, ambiguous, tables } = await readPriceList(from, signal);
  if (list !== (from.list ?? list)) {
    throw new AdapterError("invalid", `${name} is no list of ${from.list}; check --endpoint-url`);
  }
  const header = { provider: "aws", list, region, date, source: name, prices } as const;
  const told = { syncedAt: formatInstant(nowMs), ambiguous: ambiguous.length };
  await folder.replace({ ...header, ...told, ...(etag === undefined ? {} : { etag }) }, tables);
  return { kind: "synced", list, region, date, prices, ambiguous };
}

/** Takes a price list that was fetched by other means into the catalogue. Throws an AdapterError when it cannot be used. */
export async function importAwsPrices(
  scope: { readonly file: string; readonly region: string; readonly into: string; readonly nowMs: number },
  signal: AbortSignal,
): Promise<SyncOutcome> {
  const { file, region, into, nowMs } = scope;
  return await storeList(priceFolder(into), { path: file, name: file, region, nowMs }, signal);
}
