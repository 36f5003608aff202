import type { Endpoint, ReplayOptions, ReplaySchedule } from "@apex/core";

/** Request `index` goes to `/index`, `gapMs` after the one before, unless told otherwise. */
export function aSchedule(
  count: number,
  gapMs: number,
  changes: Partial<ReplaySchedule> = {},
): ReplaySchedule {
  return {
    offsetsMs: Float64Array.from({ length: count }, (_, index) => index * gapMs),
    methods: { values: ["GET"], codes: new Uint32Array(count) },
    paths: {
      values: Array.from({ length: count }, (_, index) => `/${index}`),
      codes: Uint32Array.from({ length: count }, (_, index) => index),
    },
    bodyBytes: new Uint32Array(count),
    durationMs: count * gapMs,
    rate: 1_000 / gapMs,
    ...changes,
  };
}

/** Generous limits, no warm-up. */
export function someOptions(
  targets: readonly Endpoint[],
  changes: Partial<ReplayOptions> = {},
): ReplayOptions {
  return {
    targets,
    timeoutMs: 20_000,
    connectionsMax: 64,
    inFlightMax: 10_000,
    warmupRequests: 0,
    ...changes,
  };
}
