import { open, rm, stat } from "node:fs/promises";
import { parseJson } from "@apex/core";
import {
  journalFile,
  journalIds,
  type LineJournal,
  openLineJournal,
  readLineJournal,
} from "../files/line-journal.ts";
import { readPendingTexts } from "./pending-texts.ts";
import {
  TRANSCRIPT,
  TRANSCRIPT_VERSION,
  type TranscriptEntry,
  type TranscriptHeader,
} from "./transcript-entry.ts";

/** A transcript that is open for adding to. */
export type Transcript = LineJournal<TranscriptEntry>;

/** A transcript's first line: 5,000 files with long names stay below it. */
const HEADER_BYTES_MAX = 4 * 1024 ** 2;
const NEWLINE = 0x0a;

/** Of a repair, the transcripts of some hundreds stay below the size of an image. */
const TRANSCRIPTS_MAX = 200;

/** Where the transcript of a repair lies. Throws an InvariantError for an id that could lead elsewhere. */
export function transcriptFile(directory: string, runId: string): string {
  return journalFile(TRANSCRIPT, directory, runId);
}

/** The transcript of a repair in a store's directory, `transcripts/<runId>.jsonl`; a repair that goes on adds to its own. */
export function openTranscript(directory: string, runId: string): Promise<Transcript> {
  return openLineJournal(TRANSCRIPT, directory, runId);
}

/** The entries of a transcript in their order. Throws an AdapterError, `not-found` or, with the line, `invalid`. */
export function readTranscript(directory: string, runId: string): Promise<readonly TranscriptEntry[]> {
  return readLineJournal(TRANSCRIPT, transcriptFile(directory, runId));
}

/** The latest transcript of an `apex fix` of a Terraform directory; `undefined` where there is none that can be read. */
export async function lastTranscript(
  directory: string,
  terraformDirectory: string,
): Promise<TranscriptHeader | undefined> {
  let last: TranscriptHeader | undefined;
  for (const runId of await journalIds(TRANSCRIPT, directory)) {
    const header = await headerOf(transcriptFile(directory, runId));
    if (header?.directory !== terraformDirectory || header.runId !== runId) continue;
    if (header.isAside === true) continue;
    if (last === undefined || header.atMs >= last.atMs) last = header;
  }
  return last;
}

/** The first line of a transcript, without reading the rest; `undefined` for what has none of ours. */
async function headerOf(file: string): Promise<TranscriptHeader | undefined> {
  const line = await firstLine(file).catch(() => undefined);
  const parsed = TRANSCRIPT.schema.safeParse(parseJson(line ?? ""));
  if (!parsed.success || parsed.data.kind !== "opened") return undefined;
  return parsed.data.version === TRANSCRIPT_VERSION ? parsed.data : undefined;
}

async function firstLine(file: string): Promise<string | undefined> {
  await using handle = await open(file, "r");
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEADER_BYTES_MAX), 0, HEADER_BYTES_MAX, 0);
  const end = buffer.subarray(0, bytesRead).indexOf(NEWLINE);
  return end < 0 ? undefined : buffer.toString("utf8", 0, end);
}

/**
 * Removes all but the newest transcripts from a store's directory; never one that is not written to its end. Keeping house never
 * stops a run: what cannot be removed stays.
 */
export async function pruneTranscripts(directory: string, countMax = TRANSCRIPTS_MAX): Promise<void> {
  const found: { readonly runId: string; readonly mtimeMs: number }[] = [];
  for (const runId of await journalIds(TRANSCRIPT, directory).catch(() => [])) {
    const facts = await stat(transcriptFile(directory, runId)).catch(() => undefined);
    if (facts !== undefined) found.push({ runId, mtimeMs: facts.mtimeMs });
  }
  for (const { runId } of found.toSorted((a, b) => b.mtimeMs - a.mtimeMs).slice(countMax)) {
    if ((await readPendingTexts(directory, runId).catch(() => [])) !== undefined) continue;
    await rm(transcriptFile(directory, runId), { force: true }).catch(() => undefined);
  }
}
