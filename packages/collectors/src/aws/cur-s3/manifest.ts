import { AdapterError } from "@apex/core";
import { z } from "zod";

/** Where an export is delivered: "s3://bucket/prefix". */
export interface ExportPlace {
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
}

/** The newest manifest of one month. */
export interface MonthManifest {
  /** "2026-10". */
  readonly month: string;
  /** What the month's folder is in: the export's own folder. */
  readonly exportFolder: string;
  readonly key: string;
  readonly etag: string;
}

/** An object of a listing, as far as manifests need it. */
export interface ListedObject {
  readonly key: string;
  readonly etag: string;
  readonly modifiedMs: number;
}

/** Names of buckets. Source: S3 user guide, "Bucket naming rules"; older ones may hold upper case and "_". */
const BUCKET = /^[\w.-]{3,255}$/;

/** Reads "s3://bucket/prefix". Throws an AdapterError for any other text. */
export function parsePlace(uri: string): ExportPlace {
  const [, bucket = "", prefix = ""] = /^s3:\/\/([^/]+)(?:\/(.*))?$/.exec(uri) ?? [];
  if (!BUCKET.test(bucket)) {
    throw new AdapterError(
      "invalid",
      `${uri} names no place in S3; write s3://BUCKET/PREFIX as the export's delivery options have it`,
    );
  }
  return { bucket, prefix: prefix.replace(/^\/+|\/+$/g, "") };
}

/** CUR 2.0 and FOCUS by Data Exports; "billing_period" is how FOCUS exports spell it. A run of its own may lie between. */
const DATA_EXPORT = /^(.*?)\/?metadata\/billing_period=(\d{4}-\d{2})\/(?:([^/]+)\/)?[^/]*Manifest\.json$/i;

/** The legacy report: 20261001-20261101/NAME-Manifest.json; each version has a copy in a folder of its own, which is not read. */
const LEGACY = /^(.*?)\/?(\d{4})(\d{2})\d{2}-\d{8}\/[^/]+-Manifest\.json$/;

/**
 * The manifests in a listing, one a month, the newest month first. Where versions are kept the newest is taken. Throws an
 * AdapterError when several exports lie there: their months would be counted twice.
 */
export function monthManifests(uri: string, objects: readonly ListedObject[]): readonly MonthManifest[] {
  const found = objects.flatMap((object) => {
    const manifest = manifestOf(object);
    return manifest === undefined ? [] : [{ manifest, modifiedMs: object.modifiedMs }];
  });
  const folders = [...new Set(found.map(({ manifest }) => manifest.exportFolder))].toSorted();
  if (folders.length > 1) {
    throw new AdapterError(
      "invalid",
      `${uri} holds ${folders.length} exports (${folders.slice(0, 5).join(", ")}); name the folder of one of them`,
    );
  }
  const newest = new Map<string, (typeof found)[number]>();
  for (const one of found) {
    const before = newest.get(one.manifest.month);
    if (before === undefined || before.modifiedMs < one.modifiedMs) newest.set(one.manifest.month, one);
  }
  return [...newest.values()]
    .map(({ manifest }) => manifest)
    .toSorted((a, b) => (a.month < b.month ? 1 : -1));
}

function manifestOf({ key, etag }: ListedObject): MonthManifest | undefined {
  const [, exportFolder, month] = DATA_EXPORT.exec(key) ?? [];
  if (exportFolder !== undefined && month !== undefined) return { month, exportFolder, key, etag };
  const [, reportFolder, year, number] = LEGACY.exec(key) ?? [];
  if (reportFolder === undefined || year === undefined || number === undefined) return undefined;
  return { month: `${year}-${number}`, exportFolder: reportFolder, key, etag };
}

/** More files than any month has; a manifest is text from outside. */
const FILES_MAX = 100_000;

const Keys = z.array(z.string().min(1).max(1_024)).max(FILES_MAX);

/** Legacy reports list `reportKeys` under an `assemblyId`, Data Exports list `dataFiles`: keys or "s3://…" addresses. */
const Manifest = z.union([
  z.object({ assemblyId: z.string().max(200), reportKeys: Keys }),
  z.object({ dataFiles: Keys }),
]);

/** The keys of a delivery's files. Throws an AdapterError for a document that is no manifest, and for files in other buckets. */
export function manifestFiles(name: string, text: string, bucket: string): readonly string[] {
  const parsed = Manifest.safeParse(jsonOf(name, text));
  if (!parsed.success) {
    throw new AdapterError(
      "invalid",
      `${name} is no manifest of a billing export: it lists neither reportKeys nor dataFiles`,
    );
  }
  const listed = "reportKeys" in parsed.data ? parsed.data.reportKeys : parsed.data.dataFiles;
  return listed.map((file) => {
    const [, of, key] = /^s3:\/\/([^/]+)\/(.+)$/.exec(file) ?? [];
    if (of !== undefined && of !== bucket)
      throw new AdapterError("invalid", `${name} lists ${file}, which is not in ${bucket}`);
    return key ?? file;
  });
}

function jsonOf(name: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AdapterError("invalid", `${name} is not JSON; the delivery may have been cut off`, { cause });
  }
}
