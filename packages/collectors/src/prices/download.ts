import { createWriteStream } from "node:fs";
import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { AdapterError } from "@apex/core";
import { z } from "zod";
import { messageOf } from "../files/errors.ts";

/** A file to fetch, and what is known of the last one. */
export interface DownloadRequest {
  readonly url: string;
  /** Where the bytes go; what stands there from an interrupted download of the same state of the file is gone on with. */
  readonly to: string;
  /** The ETag of what is at hand already. */
  readonly etag?: string | undefined;
  readonly signal: AbortSignal;
  /** Before the second try; doubles with every further one. */
  readonly firstPauseMs?: number;
  /** Told about every mebibyte. */
  readonly onProgress?: ((bytes: number, total: number | undefined) => void) | undefined;
}

/** What became of a download. */
export type Download =
  | { readonly kind: "unchanged" }
  | { readonly kind: "downloaded"; readonly etag: string | undefined; readonly bytes: number };

/** Tries of a file; each goes on where the one before broke off. */
const ATTEMPTS_MAX = 5;
const FIRST_PAUSE_MS = 500;
const PROGRESS_STEP_BYTES = 2 ** 20;

/** Beside a partial file: which state of the file its bytes belong to. */
const Partial = z.object({ url: z.string(), etag: z.string() });

/** A failure that another try may mend. */
class Broken extends Error {
  override readonly name = "Broken";
}

/**
 * Fetches a file to disk. Broken connections and 5xx answers are tried again from where they broke, also by a later process,
 * as long as the server's strong ETag says that it is the same file. Throws an AdapterError when it stays incomplete;
 * what was fetched is kept for the next time.
 */
export async function download(request: DownloadRequest): Promise<Download> {
  let pause = request.firstPauseMs ?? FIRST_PAUSE_MS;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await fetchOnce(request);
    } catch (error) {
      request.signal.throwIfAborted();
      if (!(error instanceof Broken)) throw error;
      if (attempt === ATTEMPTS_MAX) {
        const summary = `${request.url} could not be fetched in ${ATTEMPTS_MAX} tries: ${error.message}`;
        throw new AdapterError("unavailable", `${summary}; try again, it goes on where it stopped`, {
          cause: error,
        });
      }
      await sleep(pause, undefined, { signal: request.signal });
      pause *= 2;
    }
  }
}

/** Removes a finished or useless download. */
export async function removeDownload(path: string): Promise<void> {
  await Promise.all([rm(path, { force: true }), rm(stateOf(path), { force: true })]);
}

function stateOf(path: string): string {
  return `${path}.state.json`;
}

/** How much of the file is there already, and of which state; nothing when that is not sure. */
async function partOf(
  request: DownloadRequest,
): Promise<{ readonly bytes: number; readonly etag: string } | undefined> {
  try {
    const state = Partial.parse(JSON.parse(await readFile(stateOf(request.to), "utf8")));
    const { size } = await stat(request.to);
    return state.url === request.url && size > 0 ? { bytes: size, etag: state.etag } : undefined;
  } catch {
    return undefined;
  }
}

/** Only a strong validator promises the same bytes. Source: RFC 9110, section 13.1.5. */
function strong(etag: string | null): string | undefined {
  return etag === null || etag.startsWith("W/") ? undefined : etag;
}

async function fetchOnce(request: DownloadRequest): Promise<Download> {
  const part = await partOf(request);
  const answer = await ask(request, part);
  if (answer.status === 304) return { kind: "unchanged" };
  if (answer.status === 416) {
    await removeDownload(request.to);
    throw new Broken("the file changed while it was fetched");
  }
  const goesOn = answer.status === 206 && part !== undefined;
  if (!goesOn && answer.status !== 200) throw refused(request.url, answer.status);
  if (answer.body === null) throw new Broken("the answer was empty");
  // A compressed answer is unpacked on the way: its bytes are not those that a range counts.
  const isPacked = answer.headers.has("content-encoding");
  const etag = strong(answer.headers.get("etag"));
  if (!goesOn) await beginState(request, isPacked ? undefined : etag);
  const length = isPacked ? undefined : Number(answer.headers.get("content-length") ?? Number.NaN);
  const from = goesOn ? part.bytes : 0;
  const total = length === undefined || Number.isNaN(length) ? undefined : from + length;
  const bytes = await store(request, answer.body, { from, total });
  if (total !== undefined && bytes !== total) throw new Broken(`it ended after ${bytes} of ${total} bytes`);
  await requireOwn(request, bytes);
  return { kind: "downloaded", etag: answer.headers.get("etag") ?? undefined, bytes };
}

/** A second process that fetches to the same place begins the file anew: half of its bytes would be read as the whole. */
async function requireOwn({ url, to }: DownloadRequest, bytes: number): Promise<void> {
  const size = await stat(to).then(
    (found) => found.size,
    () => 0,
  );
  if (size === bytes) return;
  const summary = `another process is fetching ${url} to ${to}; wait until it ends and run it again`;
  throw new AdapterError("unavailable", summary);
}

async function ask(
  request: DownloadRequest,
  part: { readonly bytes: number; readonly etag: string } | undefined,
): Promise<Response> {
  const headers: Record<string, string> =
    part === undefined
      ? request.etag === undefined
        ? {}
        : { "if-none-match": request.etag }
      : { range: `bytes=${part.bytes}-`, "if-range": part.etag, "accept-encoding": "identity" };
  try {
    return await fetch(request.url, { headers, signal: request.signal, redirect: "follow" });
  } catch (error) {
    request.signal.throwIfAborted();
    throw new Broken(causeOf(error), { cause: error });
  }
}

async function beginState(request: DownloadRequest, etag: string | undefined): Promise<void> {
  await removeDownload(request.to);
  if (etag === undefined) return;
  await writeFile(stateOf(request.to), JSON.stringify({ url: request.url, etag }), { mode: 0o600 });
}

async function store(
  { to, signal, onProgress }: DownloadRequest,
  body: NonNullable<Response["body"]>,
  { from, total }: { readonly from: number; readonly total: number | undefined },
): Promise<number> {
  let bytes = from;
  let told = from;
  const counted = async function* (chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      bytes += chunk.length;
      if (bytes - told >= PROGRESS_STEP_BYTES) {
        told = bytes;
        onProgress?.(bytes, total);
      }
      yield chunk;
    }
  };
  try {
    const file = createWriteStream(to, { flags: from > 0 ? "a" : "w", mode: 0o600 });
    await pipeline(Readable.fromWeb(body), counted, file, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (isOutOfRoom(error)) {
      const summary = `${to} cannot be written: the disk is full; free some space and run it again`;
      throw new AdapterError("unavailable", summary, { cause: error });
    }
    throw new Broken(`the connection broke after ${bytes} bytes (${causeOf(error)})`, { cause: error });
  }
  onProgress?.(bytes, total);
  return bytes;
}

function refused(url: string, status: number): Error {
  if (status >= 500 || status === 429) return new Broken(`the server answered ${status}`);
  if (status === 404)
    return new AdapterError("not-found", `${url} does not exist; check the region and the URL`);
  return new AdapterError("denied", `${url} was refused with status ${status}; check the URL and any proxy`);
}

function isOutOfRoom(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOSPC";
}

/** Why a connection failed: what fetch throws keeps that in its cause. */
export function causeOf(error: unknown): string {
  return messageOf(error instanceof Error && error.cause instanceof Error ? error.cause : error);
}
