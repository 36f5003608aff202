import {
  ListMultipartUploadsCommand,
  ListPartsCommand,
  type MultipartUpload,
  type S3Client,
} from "@aws-sdk/client-s3";
import { DAY_MS } from "@apex/core";
import type { AwsCall } from "../aws-service.ts";

/** What is asked for uploads that were never completed. */
export const UPLOADS: AwsCall = {
  service: "s3",
  operation: "ListMultipartUploads",
  permissions: ["s3:ListBucketMultipartUploads"],
};

/** What is asked for the size of one of them. */
export const PARTS: AwsCall = {
  service: "s3",
  operation: "ListParts",
  permissions: ["s3:ListMultipartUploadParts"],
};

/** An upload that takes longer than a week was given up. Source: S3 user guide, example rule of AbortIncompleteMultipartUpload. */
const GIVEN_UP_DAYS = 7;

/** Each is asked for its parts; of more in one bucket the sum is a lower bound. */
const UPLOADS_MAX = 200;

/** Pages of a bucket's uploads that are looked at, 1,000 each. */
const PAGES_MAX = 20;

/** An upload has 10,000 parts at most, 1,000 a page. Source: S3 user guide, "Multipart upload limits". */
const PART_PAGES_MAX = 10;

/** Uploads of a bucket that were given up, and what their parts fill: at least so much. */
export interface UnfinishedUploads {
  readonly bytes: number;
  readonly uploads: number;
}

/** Counts what uploads that began over a week ago and were never completed fill. S3 bills them, and shows them nowhere. */
export async function unfinishedUploads(
  client: S3Client,
  bucket: string,
  nowMs: number,
): Promise<UnfinishedUploads> {
  const old: MultipartUpload[] = [];
  let markers: { readonly KeyMarker?: string | undefined; readonly UploadIdMarker?: string | undefined } = {};
  for (let pages = 0; pages < PAGES_MAX && old.length < UPLOADS_MAX; pages += 1) {
    const page = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket, ...markers }));
    const { Uploads = [], IsTruncated, NextKeyMarker, NextUploadIdMarker } = page;
    old.push(...Uploads.filter(({ Initiated }) => Initiated !== undefined && isGivenUp(Initiated, nowMs)));
    if (IsTruncated !== true || NextKeyMarker === undefined) break;
    markers = { KeyMarker: NextKeyMarker, UploadIdMarker: NextUploadIdMarker };
  }
  let bytes = 0;
  for (const upload of old.slice(0, UPLOADS_MAX)) bytes += await partBytes(client, bucket, upload);
  return { bytes, uploads: old.length };
}

/** What the parts of one upload fill. By hand: the SDK's paginator goes by the marker alone, which servers send after the last page too. */
async function partBytes(
  client: S3Client,
  bucket: string,
  { Key, UploadId }: MultipartUpload,
): Promise<number> {
  let bytes = 0;
  let marker: string | undefined;
  for (let page = 0; page < PART_PAGES_MAX; page += 1) {
    const answer = await client.send(
      new ListPartsCommand({ Bucket: bucket, Key, UploadId, PartNumberMarker: marker }),
    );
    bytes += (answer.Parts ?? []).reduce((sum, { Size = 0 }) => sum + Size, 0);
    if (answer.IsTruncated !== true || answer.NextPartNumberMarker === undefined) break;
    marker = answer.NextPartNumberMarker;
  }
  return bytes;
}

function isGivenUp(initiated: Date, nowMs: number): boolean {
  return initiated.getTime() < nowMs - GIVEN_UP_DAYS * DAY_MS;
}
