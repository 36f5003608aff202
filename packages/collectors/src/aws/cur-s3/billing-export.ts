import { join } from "node:path";
import { GetObjectCommand, paginateListObjectsV2, S3Client } from "@aws-sdk/client-s3";
import { AdapterError, type Collected, type Diagnostic } from "@apex/core";
import { costExportCollector } from "../../exports/cost/index.ts";
import { makeScratch } from "../../files/scratch.ts";
import type { AwsCall, AwsMetricBatch, AwsSession } from "../aws-service.ts";
import { download } from "./download.ts";
import {
  type ExportPlace,
  type ListedObject,
  manifestFiles,
  monthManifests,
  type MonthManifest,
  parsePlace,
} from "./manifest.ts";

/** The code of the remark that names the delivery of a month; its detail is what {@link billingExportMonths} takes as loaded. */
export const DELIVERY_CODE = "bill-delivery";

/** This and the two months before: what a look-back and last month's invoice need. */
const MONTHS_MAX = 3;

/** Larger than a manifest with the names of 100,000 files. */
const MANIFEST_BYTES_MAX = 128 * 1024 ** 2;

/** Whoever pastes the policy puts the bucket's name here: until then it lets nobody read anything. */
const BUCKET_ARN = "arn:aws:s3:::YOUR-EXPORT-BUCKET";

const LIST: AwsCall = {
  service: "s3",
  operation: "ListObjectsV2",
  permissions: ["s3:ListBucket"],
  resource: BUCKET_ARN,
};
const read = (operation: string): AwsCall => ({
  service: "s3",
  operation,
  permissions: ["s3:GetObject"],
  resource: `${BUCKET_ARN}/*`,
});

/** What reading an export sends. */
export const BILLING_EXPORT = {
  title: "billing exports in S3",
  calls: [LIST, read("HeadObject"), read("GetObject")],
} as const;

/**
 * The newest months of a CUR or FOCUS export in S3, each a batch of its own: it downloads what the month's manifest lists, checks
 * it, and yields its rows, so that the month is replaced as a whole. A delivery in `loaded` is not read again.
 */
export async function billingExportMonths(
  session: AwsSession,
  uri: string,
  loaded: ReadonlySet<string>,
): Promise<readonly AwsMetricBatch[]> {
  const place = parsePlace(uri);
  const client = s3(session);
  const manifests = monthManifests(uri, await listManifests(client, place));
  if (manifests.length === 0) {
    throw new AdapterError(
      "not-found",
      `${uri} holds no manifest of a billing export; check the bucket and prefix, and that a first delivery has come`,
    );
  }
  return manifests.slice(0, MONTHS_MAX).map((manifest) => {
    const delivery = `s3://${place.bucket}/${manifest.key} ${manifest.etag}`;
    return {
      name: manifest.month,
      collect: (part) =>
        loaded.has(delivery)
          ? say(remark(manifest, delivery, true))
          : collectMonth(part, place, manifest, delivery),
    };
  });
}

/** Buckets lie in any region: the client follows. */
function s3(session: AwsSession): S3Client {
  return session.client(S3Client, { forcePathStyle: true, followRegionRedirects: true });
}

async function listManifests(
  client: S3Client,
  { bucket, prefix }: ExportPlace,
): Promise<readonly ListedObject[]> {
  const manifests: ListedObject[] = [];
  const pages = paginateListObjectsV2(
    { client, stopOnSameToken: true },
    { Bucket: bucket, ...(prefix === "" ? {} : { Prefix: `${prefix}/` }) },
  );
  for await (const { Contents = [] } of pages) {
    for (const { Key, ETag = "", LastModified } of Contents) {
      if (Key?.endsWith("Manifest.json") === true)
        manifests.push({ key: Key, etag: ETag, modifiedMs: LastModified?.getTime() ?? 0 });
    }
  }
  return manifests;
}

async function* say(diagnostic: Diagnostic): AsyncGenerator<Collected> {
  yield { kind: "diagnostic", diagnostic };
}

function remark({ month }: MonthManifest, delivery: string, isKnown: boolean): Diagnostic {
  return {
    severity: "info",
    code: DELIVERY_CODE,
    summary: isKnown ? `The bill of ${month} is unchanged` : `The bill of ${month} was loaded`,
    detail: delivery,
  };
}

async function* collectMonth(
  session: AwsSession,
  { bucket }: ExportPlace,
  manifest: MonthManifest,
  delivery: string,
): AsyncGenerator<Collected> {
  const client = s3(session);
  await using scratch = await makeScratch();
  const names = new Map<string, string>();
  for (const [index, key] of (await keysOf(client, bucket, manifest)).entries()) {
    // A key may hold anything; the path is ours, and messages get the key back.
    const path = join(scratch.folder, `bill-${String(index).padStart(6, "0")}`);
    names.set(path, `s3://${bucket}/${key}`);
    await download(client, { bucket, key }, path, session.signal);
  }
  const collector = costExportCollector({ asTables: true });
  for await (const item of collector.collect({ files: [...names.keys()] }, session.signal)) {
    if (item.kind === "diagnostic") {
      const diagnostic = named(item.diagnostic, names);
      // Of a month all files count: without one of them the month would be replaced by less than it cost.
      if (isWholeFile(diagnostic))
        throw new AdapterError("invalid", `${diagnostic.summary}; the month is left as it was`);
      yield { kind: "diagnostic", diagnostic };
    } else if (item.kind === "repair") {
      yield {
        kind: "repair",
        repair: { ...item.repair, file: names.get(item.repair.file) ?? item.repair.file },
      };
    } else yield item;
  }
  session.signal.throwIfAborted();
  yield* say(remark(manifest, delivery, false));
}

/** An error of a file, not of one of its rows. */
function isWholeFile({ severity, code }: Diagnostic): boolean {
  return severity === "error" && !code.endsWith("-refused");
}

async function keysOf(
  client: S3Client,
  bucket: string,
  { key, etag }: MonthManifest,
): Promise<readonly string[]> {
  const name = `s3://${bucket}/${key}`;
  const answer = await client.send(
    new GetObjectCommand({ Bucket: bucket, Key: key, ...(etag === "" ? {} : { IfMatch: etag }) }),
  );
  if ((answer.ContentLength ?? 0) > MANIFEST_BYTES_MAX)
    throw new AdapterError("invalid", `${name} is too large for a manifest (${answer.ContentLength} bytes)`);
  return manifestFiles(name, (await answer.Body?.transformToString("utf8")) ?? "", bucket);
}

/** A diagnostic with the object's name in place of the path that it was downloaded to. */
function named(diagnostic: Diagnostic, names: ReadonlyMap<string, string>): Diagnostic {
  const rename = (text: string) => {
    let renamed = text;
    for (const [path, name] of names) if (renamed.includes(path)) renamed = renamed.replaceAll(path, name);
    return renamed;
  };
  const { summary, detail, source } = diagnostic;
  return {
    ...diagnostic,
    summary: rename(summary),
    ...(detail === undefined ? {} : { detail: rename(detail) }),
    ...(source === undefined ? {} : { source: { ...source, file: rename(source.file) } }),
  };
}
