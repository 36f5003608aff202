import { open } from "node:fs/promises";
import { AdapterError, type ReapedReading } from "@apex/core";
import { listRuns, openRunJournal, readRunJournal } from "@apex/store";

const NEWLINE = 0x0a;

/** A journal whose last line was cut off goes on with another start of its run, and with nothing else. */
async function isWhole(file: string): Promise<boolean> {
  await using handle = await open(file);
  const { size } = await handle.stat();
  if (size === 0) return false;
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1);
  return buffer[0] === NEWLINE;
}

async function append(directory: string, file: string, reading: ReapedReading): Promise<void> {
  const events = await readRunJournal(file);
  if (!(await isWhole(file))) throw new AdapterError("invalid", `the last line of ${file} is cut off`);
  const seqs = events.map((event) => (event.kind === "reading" ? event.reading.seq : 0));
  const journal = await openRunJournal(directory, reading.runId);
  try {
    await journal.append({ kind: "reading", reading: { ...reading, seq: Math.max(0, ...seqs) + 1 } });
  } finally {
    await journal.close();
  }
}

/**
 * Adds what reaped runs had used to their journals in a store's directory. A run that has none there was begun elsewhere, or
 * never: nothing is made for it. Returns whole sentences about journals that could not take their reading.
 */
export async function appendReadings(
  directory: string,
  readings: readonly ReapedReading[],
): Promise<readonly string[]> {
  if (readings.length === 0) return [];
  const problems: string[] = [];
  const files = new Map((await listRuns(directory)).map(({ runId, file }) => [runId, file]));
  for (const reading of readings) {
    const file = files.get(reading.runId);
    if (file === undefined) continue;
    try {
      await append(directory, file, reading);
    } catch (error) {
      if (!(error instanceof AdapterError)) throw error;
      problems.push(`What ${reading.runId} has used is not in its journal: ${error.message}.`);
    }
  }
  return problems;
}
