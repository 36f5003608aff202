import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { open, stat, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AdapterError } from "@apex/core";
import { writeError, writeRefusal } from "@apex/core/node";
import { GetObjectCommand, HeadObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { messageOf } from "../../files/errors.ts";

/** A connection that breaks is taken up again this often, each time where it broke. */
const ATTEMPTS_MAX = 5;

/** The ETag of an object that was put in one piece and not encrypted by KMS is its MD5. Source: S3 API reference, Object. */
const MD5_ETAG = /^"([0-9a-f]{32})"$/;

/** An object to fetch. */
export interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Fetches an object into a file and checks that it is whole: its size, its checksum where S3 has one (the SDK does that), its MD5
 * where the ETag is one. A broken connection goes on where it broke. Throws an AdapterError when the object changes meanwhile.
 */
export async function download(
  client: S3Client,
  { bucket, key }: S3Object,
  path: string,
  signal: AbortSignal,
): Promise<void> {
  const name = `s3://${bucket}/${key}`;
  const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
  const size = head.ContentLength ?? 0;
  await writeFile(path, "", { mode: 0o600 });
  let have = 0;
  for (let attempt = 1; have < size || attempt === 1; attempt += 1) {
    try {
      await fetchFrom(client, { Bucket: bucket, Key: key, IfMatch: head.ETag }, path, have);
    } catch (error) {
      if (signal.aborted) throw error;
      if (isChanged(error))
        throw new AdapterError("unavailable", `${name} changed while it was read; collect again`, {
          cause: error,
        });
      if (writeRefusal(error) !== undefined)
        throw writeError(path, error, "free some space or set TMPDIR, and collect again");
      if (!isBroken(error)) throw error;
      if (attempt >= ATTEMPTS_MAX)
        throw new AdapterError(
          "unavailable",
          `${name} broke off ${attempt} times (${messageOf(error)}); collect again`,
          { cause: error },
        );
    }
    const before = have;
    have = (await stat(path)).size;
    if (attempt >= ATTEMPTS_MAX && have === before) break;
  }
  if (have !== size)
    throw new AdapterError("unavailable", `${name} came with ${have} of ${size} bytes; collect again`);
  const md5 =
    head.ServerSideEncryption?.startsWith("aws:kms") === true
      ? undefined
      : MD5_ETAG.exec(head.ETag ?? "")?.[1];
  if (md5 !== undefined && (await md5Of(path)) !== md5)
    throw new AdapterError(
      "unavailable",
      `${name} came damaged: its MD5 is not the one that S3 has; collect again`,
    );
}

async function fetchFrom(
  client: S3Client,
  object: { readonly Bucket: string; readonly Key: string; readonly IfMatch: string | undefined },
  path: string,
  have: number,
): Promise<void> {
  const range = have === 0 ? {} : { Range: `bytes=${have}-` };
  const { Body } = await client.send(new GetObjectCommand({ ...object, ...range }));
  if (!(Body instanceof Readable))
    throw new AdapterError("unavailable", `s3://${object.Bucket}/${object.Key} came without content`);
  // Not a pipeline: it drops what it has not written yet when the connection breaks.
  const file = await open(path, "a");
  try {
    for await (const chunk of Body) await file.write(chunk);
  } finally {
    await file.close();
  }
}

function isChanged(error: unknown): boolean {
  return error instanceof Error && (error.name === "PreconditionFailed" || error.name === "412");
}

/** Whether the connection ended, rather than S3 having refused. */
function isBroken(error: unknown): boolean {
  return error instanceof Error && !("$fault" in error);
}

async function md5Of(path: string): Promise<string> {
  const hash = createHash("md5");
  await pipeline(createReadStream(path, { highWaterMark: 1 << 20 }), hash);
  return hash.digest("hex");
}
