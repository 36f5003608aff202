import type { IncomingHttpHeaders } from "node:http";
import { PROTOCOL } from "./protocol.ts";

/** What a request asks of the twin, microseconds. */
export interface Demand {
  readonly workUs: number;
  readonly waitUs: number;
}

/** Ten minutes: more CPU or wait than any replay gives a request. */
const DEMAND_MAX_US = 600_000_000;

/** Reads the demand of a request; no header is no demand. `null` when a header is not a number of microseconds in its limits. */
export function readDemand(headers: IncomingHttpHeaders): Demand | null {
  const workUs = readMicroseconds(headers[PROTOCOL.workHeader]);
  const waitUs = readMicroseconds(headers[PROTOCOL.waitHeader]);
  return workUs === null || waitUs === null ? null : { workUs, waitUs };
}

function readMicroseconds(text: string | readonly string[] | undefined): number | null {
  if (text === undefined) return 0;
  if (typeof text !== "string" || text.length > 32 || !/^\d+(\.\d+)?$/.test(text)) return null;
  const value = Number(text);
  return value <= DEMAND_MAX_US ? value : null;
}
