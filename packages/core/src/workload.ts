import type { TimeWindow } from "./utilization.ts";

/** One recorded request: what replay needs to send it again, and what is known of how it went. Holds no secret. */
export interface WorkloadRequest {
  /** Arrival at the service, epoch milliseconds UTC. */
  readonly timeMs: number;
  readonly method: string;
  /** Path and query keys; query values and whatever looks like a credential or a person are placeholders. */
  readonly path: string;
  readonly status?: number;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
  /** How long the service took, in milliseconds, as recorded. */
  readonly durationMs?: number;
  readonly promptTokens?: number;
  readonly completionTokens?: number;
}

/** The log formats that can be read. */
export const WORKLOAD_FORMATS = [
  "apache",
  "nginx-json",
  "aws-alb",
  "cloudfront",
  "gcp-load-balancer",
  "har",
  "llm",
  "csv",
] as const;

/** One of {@link WORKLOAD_FORMATS}. "apache" is the combined or common format, which NGINX writes by default too. */
export type WorkloadFormat = (typeof WORKLOAD_FORMATS)[number];

/** Why a line was not taken as a request. */
export type RejectReason =
  | "too-long"
  | "not-in-format"
  | "time-unreadable"
  | "request-unreadable"
  /** The file ends inside a record. */
  | "cut-off";

/** A line that was not taken. `shape` is its text with every word and digit masked that could be a secret. */
export interface RejectedLine {
  readonly file: string;
  readonly line: number;
  readonly reason: RejectReason;
  readonly shape: string;
}

/**
 * One log file as it was read. `lines` counts the lines or, in a JSON document, the records; `requests` those among them,
 * duplicates included.
 */
export interface WorkloadFile {
  readonly name: string;
  readonly format: WorkloadFormat;
  readonly lines: number;
  readonly requests: number;
  readonly rejected: number;
  /** 1,000 when the stamps are whole seconds, otherwise 1. Requests within a second then lost their spacing. */
  readonly stampResolutionMs: 1 | 1000;
}

/**
 * Where a workload comes from, and what had to be left out or put right. Counts are requests. Every line is a request,
 * a reject, served by a cache, a duplicate, or none of them by design (blank, comment, header).
 */
export interface WorkloadOrigin {
  readonly files: readonly WorkloadFile[];
  readonly rejected: number;
  readonly rejectedByReason: Readonly<Partial<Record<RejectReason, number>>>;
  /** The first few of each reason. */
  readonly rejectedSample: readonly RejectedLine[];
  /** Requests that an edge cache answered: they never reached the service and are left out. */
  readonly servedFromCache: number;
  /** Log records with an identity of their own that came twice; taken once. */
  readonly duplicatesDropped: number;
  /** Whole lines that came twice in formats without an identity; kept, because two clients may do the same. */
  readonly repeatedLines: number;
  /** Requests that arrived before the one logged above them; sorted. */
  readonly outOfOrder: number;
  /** Stamps that named no zone and were read as UTC. */
  readonly zoneAssumed: number;
  /** Stamps of 23:59:60 UTC, read as the second after. */
  readonly leapSeconds: number;
  /** Sizes, durations and statuses that are no possible number; unknown. */
  readonly valuesUnreadable: number;
  /** Requests whose path was folded into one because there were too many different ones. */
  readonly pathsFolded: number;
  /** Whether stamps of whole seconds have been spread inside their second. */
  readonly isSpread: boolean;
  /** Share of the recorded requests that is kept; 1 unless thinned. */
  readonly share: number;
}

/** Texts that repeat, each stored once: row `i` has `values[codes[i]]`. */
export interface InternedColumn {
  readonly values: readonly string[];
  readonly codes: Uint32Array;
}

/**
 * A recorded workload, by column so that millions of rows fit. All columns have the same length and go by arrival time,
 * ties in the order of the log. In number columns NaN is unknown; a column that is wholly unknown is absent.
 */
export interface Workload {
  /** From the first request to just after the last one's stamp, or the part that was selected. */
  readonly window: TimeWindow;
  readonly timesMs: Float64Array;
  readonly methods: InternedColumn;
  readonly paths: InternedColumn;
  /** 0 is unknown. */
  readonly statuses: Uint16Array;
  /** Index into `origin.files`. */
  readonly files: Uint16Array;
  readonly requestBytes?: Float64Array;
  readonly responseBytes?: Float64Array;
  readonly durationsMs?: Float64Array;
  readonly promptTokens?: Float64Array;
  readonly completionTokens?: Float64Array;
  readonly origin: WorkloadOrigin;
}

/** The number columns of a workload, each with the field of {@link WorkloadRequest} it holds. */
export const WORKLOAD_NUMBERS = {
  requestBytes: "requestBytes",
  responseBytes: "responseBytes",
  durationsMs: "durationMs",
  promptTokens: "promptTokens",
  completionTokens: "completionTokens",
} as const satisfies Partial<Record<keyof Workload, keyof WorkloadRequest>>;

/** A number column of a workload. */
export type WorkloadNumberColumn = keyof typeof WORKLOAD_NUMBERS;

/** Row `index` as a request; undefined beyond the last. */
export function requestAt(workload: Workload, index: number): WorkloadRequest | undefined {
  const timeMs = workload.timesMs[index];
  const method = workload.methods.values[workload.methods.codes[index] ?? -1];
  const path = workload.paths.values[workload.paths.codes[index] ?? -1];
  if (timeMs === undefined || method === undefined || path === undefined) return undefined;
  const numbers: Partial<Record<(typeof WORKLOAD_NUMBERS)[WorkloadNumberColumn], number>> = {};
  for (const column of Object.keys(WORKLOAD_NUMBERS) as WorkloadNumberColumn[]) {
    const value = workload[column]?.[index];
    if (value !== undefined && !Number.isNaN(value)) numbers[WORKLOAD_NUMBERS[column]] = value;
  }
  const status = workload.statuses[index] ?? 0;
  return { timeMs, method, path, ...(status === 0 ? {} : { status }), ...numbers };
}
