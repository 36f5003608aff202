import type { Cancellation, TimeWindow } from "@apex/core";

/** A range query: one value a step, from `startMs` to `endMs`, both included. */
export interface RangeQuery {
  readonly query: string;
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/** What a range query gave, or that it is more than the server loads at once: ask for less. */
export type RangeAnswer =
  | { readonly kind: "answered"; readonly series: readonly unknown[]; readonly warnings: readonly string[] }
  | { readonly kind: "too-much"; readonly reason: string };

/** The few calls of Prometheus' HTTP API that are used, and so what a token has to be allowed. All throw an AdapterError. */
export interface PrometheusApi {
  /** Host, port and path, without credentials: for messages, and in the keys of parts. */
  readonly name: string;
  /** Throws unless there is a Prometheus that answers. */
  check(signal: Cancellation): Promise<void>;
  queryRange(query: RangeQuery, signal: Cancellation): Promise<RangeAnswer>;
  /** The values of a label among the series that match; empty when there are none. */
  labelValues(
    label: string,
    match: string,
    window: TimeWindow,
    signal: Cancellation,
  ): Promise<readonly string[]>;
  series(
    match: string,
    window: TimeWindow,
    signal: Cancellation,
  ): Promise<readonly Readonly<Record<string, string>>[]>;
}
