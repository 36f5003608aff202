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

/** A CSV log of GET / at the given times, epoch milliseconds. */
export function csvOf(timesMs: Iterable<number>): string {
  return `timestamp,method,path\n${Array.from(timesMs, (timeMs) => `${timeMs},GET,/`).join("\n")}\n`;
}
