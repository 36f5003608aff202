import { readFile, rm, stat } from "node:fs/promises";
import { AdapterError, parseJson } from "@apex/core";
import { makePath } from "@apex/core/node";
import { dirname } from "node:path";
import { z } from "zod";
import { replaceFile } from "../files/atomic-file.ts";
import { journalFile } from "../files/line-journal.ts";
import { TRANSCRIPT } from "./transcript-entry.ts";

/** A file that is being written, with its texts. */
export interface PendingText {
  /** Relative to the root module. */
  readonly file: string;
  readonly before: string;
  readonly after: string;
}

/** As much as all the files of a configuration may hold, twice. */
const BYTES_MAX = 256 * 1024 ** 2;

const VERSION = 1;

const pendingSchema = z.strictObject({
  version: z.literal(VERSION),
  files: z.array(z.strictObject({ file: z.string(), before: z.string(), after: z.string() })),
});

function pendingFile(directory: string, runId: string): string {
  return `${journalFile(TRANSCRIPT, directory, runId)}.pending`;
}

/**
 * Keeps the texts that a repair is about to write, for its owner's eyes alone, until {@link dropPendingTexts}: they are the
 * configuration's own, secrets included, and no part of the transcript.
 */
export async function keepPendingTexts(
  directory: string,
  runId: string,
  files: readonly PendingText[],
): Promise<void> {
  const file = pendingFile(directory, runId);
  try {
    await makePath(dirname(file));
    await replaceFile(file, JSON.stringify({ version: VERSION, files }));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new AdapterError(
      "unavailable",
      `cannot write ${file}: ${reason}; no file of yours was changed; free space or set APEX_HOME to a directory that can be written`,
      { cause },
    );
  }
}

/** What a repair was about to write when it ended; `undefined` where it was not. Throws an AdapterError for a file that is none of ours. */
export async function readPendingTexts(
  directory: string,
  runId: string,
): Promise<readonly PendingText[] | undefined> {
  const file = pendingFile(directory, runId);
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > BYTES_MAX) throw damaged(file);
    text = await readFile(file, "utf8");
  } catch (cause) {
    if (cause instanceof AdapterError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === "ENOENT") return undefined;
    throw new AdapterError("unavailable", `cannot read ${file}: ${message}`, { cause });
  }
  const parsed = pendingSchema.safeParse(parseJson(text));
  if (!parsed.success) throw damaged(file);
  return parsed.data.files;
}

/** The texts are in their places, or given up. */
export async function dropPendingTexts(directory: string, runId: string): Promise<void> {
  await rm(pendingFile(directory, runId), { force: true });
}

function damaged(file: string): AdapterError {
  return new AdapterError(
    "invalid",
    `${file} was changed by something else than Apex: look at your Terraform files, then remove it`,
  );
}
