import path from "node:path";
import { AdapterError, type CounterReading, type RunRecords } from "@apex/core";
import { type DockerEngine, reap, sandboxHost } from "@apex/sandbox-docker";
import { appendReadings } from "../sandbox/append-readings.ts";

/** Whose remains are removed, and where what they had used is kept. */
export interface ReapingHost {
  readonly engine: DockerEngine;
  readonly storeDirectory: string;
  readonly records: Pick<RunRecords, "keepReading">;
  /** Told whole sentences that nobody has to act on at once. */
  readonly warn: (sentence: string) => void;
}

/** Keeps what a run had used; `undefined` where this host knows nothing of it. */
async function readingOf(read: () => Promise<CounterReading>): Promise<CounterReading | undefined> {
  try {
    return await read();
  } catch (error) {
    if (error instanceof AdapterError && error.kind === "not-found") return undefined;
    throw error;
  }
}

/** Removes what is left on this host of attempts whose worker is gone, after keeping what they had used. */
export async function removeOrphans(
  { engine, records }: ReapingHost,
  sandboxRunIds: readonly string[],
): Promise<void> {
  if (sandboxRunIds.length === 0) return;
  const host = await sandboxHost(engine);
  for (const runId of sandboxRunIds) {
    const reading = await readingOf(() => host.reading(runId));
    if (reading === undefined) continue;
    await records.keepReading(runId, reading);
    await host.closeRun(runId);
  }
}

/**
 * Removes what any run on this host has left whose process is dead or whose lease is over. What they had used is kept before it is
 * gone: while the database is away it stays on the host, for whoever reaps next.
 */
export async function reapOnHost({ engine, storeDirectory, records, warn }: ReapingHost): Promise<void> {
  const { readings, notes } = await reap(engine, {
    dryRun: false,
    now: Date.now(),
    inputFolders: [path.join(storeDirectory, "runs")],
    keep: ({ runId, ...reading }) => records.keepReading(runId, reading),
  });
  for (const sentence of [...notes, ...(await appendReadings(storeDirectory, readings))]) warn(sentence);
}
