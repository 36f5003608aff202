import { requestAt, type Workload, type WorkloadFormat, type WorkloadRequest } from "@apex/core";
import { type ReadOptions, type ReadWorkload, readWorkload } from "../read-workload.ts";

/** Reads one log given as text. */
export async function readText(
  text: string,
  options: ReadOptions & { readonly format?: WorkloadFormat; readonly chunkChars?: number } = {},
): Promise<ReadWorkload> {
  const { format, chunkChars = text.length, ...rest } = options;
  const chunks: string[] = [];
  for (let at = 0; at < text.length; at += chunkChars) chunks.push(text.slice(at, at + chunkChars));
  return readWorkload([{ name: "access.log", chunks, ...(format === undefined ? {} : { format }) }], rest);
}

/** Reads a log that must have requests. */
export async function workloadOf(
  text: string,
  options: Parameters<typeof readText>[1] = {},
): Promise<Workload> {
  const reading = await readText(text, options);
  if (reading.kind !== "read") throw new Error(`${reading.kind}: ${JSON.stringify(reading)}`);
  return reading.workload;
}

/** All rows. */
export function requestsOf(workload: Workload): readonly WorkloadRequest[] {
  return Array.from(workload.timesMs, (_, row) => requestAt(workload, row) ?? []).flat();
}

/** A generator of numbers from 0 to below 1 that gives the same ones for the same seed (mulberry32). */
export function seededRng(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/** A CSV log of GET / at the given times, epoch milliseconds. */
export function csvOf(timesMs: Iterable<number>): string {
  return `timestamp,method,path\n${Array.from(timesMs, (timeMs) => `${timeMs},GET,/`).join("\n")}\n`;
}
