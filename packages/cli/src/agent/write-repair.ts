import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import path from "node:path";
import {
  dropPendingTexts,
  keepPendingTexts,
  type PendingText,
  readPendingTexts,
  type Transcript,
  type TranscriptEntry,
} from "@apex/store/transcripts";
import { removeStaged, writeFiles } from "../write-files.ts";

/** Which repair writes, and where. */
export interface RepairPlace {
  readonly storeDirectory: string;
  readonly runId: string;
  /** Of the root module; absolute. */
  readonly directory: string;
}

/** What of a file is in a transcript. */
export function digestOfText(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** How far a file is on its way from the text before to the text after. */
type Side = "before" | "after" | "neither";

async function sideOf(directory: string, { file, before, after }: PendingText): Promise<Side> {
  const bytes = await readFile(path.resolve(directory, file)).catch(() => undefined);
  if (bytes === undefined) return "neither";
  if (bytes.equals(Buffer.from(after))) return "after";
  return bytes.equals(Buffer.from(before)) ? "before" : "neither";
}

function textsOf(
  directory: string,
  files: readonly PendingText[],
  side: "before" | "after",
): ReadonlyMap<string, string> {
  return new Map(files.map((each) => [path.resolve(directory, each.file), each[side]]));
}

/**
 * Writes what mends a configuration so that the files are, whenever this process is killed, as before or fully written once the
 * next `apex fix` of the directory has begun. Throws an AdapterError; then no file has changed, and the next run writes them, unless
 * they were edited.
 */
export async function writeRepair(
  place: RepairPlace,
  transcript: Transcript,
  files: readonly PendingText[],
  now: () => number,
): Promise<void> {
  const { storeDirectory, runId, directory } = place;
  await keepPendingTexts(storeDirectory, runId, files);
  await transcript.append({
    kind: "writing",
    files: files.map(({ file, before, after }) => ({
      file,
      digestBefore: digestOfText(before),
      digestAfter: digestOfText(after),
    })),
  });
  try {
    await writeFiles(textsOf(directory, files, "after"), textsOf(directory, files, "before"));
  } catch (error) {
    const sides = await Promise.all(files.map((each) => sideOf(directory, each)));
    // A disk that died between two files: what is left is for the next start.
    if (sides.includes("after")) throw error;
    if (sides.includes("neither")) await transcript.append(editedMeanwhile(now()));
    await dropPendingTexts(storeDirectory, runId);
    throw error;
  }
  await transcript.append({ kind: "written", atMs: now() });
  await dropPendingTexts(storeDirectory, runId);
}

function editedMeanwhile(atMs: number): TranscriptEntry {
  return { kind: "abandoned", atMs, reason: "files were edited meanwhile" };
}

/** What became of a writing that a killed process left. */
export type FinishedWriting =
  /** There was none, or it had changed no file yet. */
  | { readonly kind: "none" }
  | { readonly kind: "completed"; readonly files: readonly PendingText[] }
  /** Somebody has edited some of the files since: nothing was touched. `written` are already as the repair wants them. */
  | {
      readonly kind: "edited-since";
      readonly edited: readonly string[];
      readonly written: readonly string[];
    };

/** Brings a writing to its end that a process left when it was killed. Throws an AdapterError where a file cannot be written. */
export async function finishWriting(
  place: RepairPlace,
  transcript: Transcript,
  now: () => number,
): Promise<FinishedWriting> {
  const { storeDirectory, runId, directory } = place;
  const files = await readPendingTexts(storeDirectory, runId);
  if (files === undefined) return { kind: "none" };
  await removeStaged(files.map(({ file }) => path.resolve(directory, file)));
  const sides = await Promise.all(files.map(async (each) => [each, await sideOf(directory, each)] as const));
  const on = (side: Side) => sides.filter(([, found]) => found === side).map(([each]) => each);
  const names = (side: Side) => on(side).map(({ file }) => file);
  if (on("neither").length > 0) {
    await transcript.append({ kind: "resumed", atMs: now() });
    await transcript.append(editedMeanwhile(now()));
    await dropPendingTexts(storeDirectory, runId);
    return { kind: "edited-since", edited: names("neither"), written: names("after") };
  }
  const left = on("before");
  if (left.length === files.length) {
    await dropPendingTexts(storeDirectory, runId);
    return { kind: "none" };
  }
  await transcript.append({ kind: "resumed", atMs: now() });
  await writeFiles(textsOf(directory, left, "after"), textsOf(directory, left, "before"));
  await transcript.append({ kind: "written", atMs: now() });
  await dropPendingTexts(storeDirectory, runId);
  return { kind: "completed", files };
}
