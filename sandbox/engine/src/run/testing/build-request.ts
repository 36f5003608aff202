import { type ComputeService, seededRng, type UtilizationProfile, type Workload } from "@apex/core";
import { buildOrigin } from "@apex/core/testing/origin";
import type { ValidationRequest } from "../validation-request.ts";

/** Tuesday, 17 November 2026, 10:00 UTC. */
export const WINDOW_START_MS = 1_794_909_600_000;

/** A service of 4 vCPUs and 16 GiB. */
export function buildService(overrides: Partial<ComputeService> = {}): ComputeService {
  return {
    address: "aws_instance.web",
    type: "aws_instance",
    machineType: "m5.xlarge",
    vcpus: 4,
    memoryGib: 16,
    gpus: 0,
    count: 1,
    vcpuSpeed: 20_000,
    ...overrides,
  };
}

/** Poisson arrivals of GET requests with exponential durations over a window. */
export function buildWorkload(
  options: {
    readonly rate?: number;
    readonly seconds?: number;
    readonly meanMs?: number;
    readonly seed?: number;
  } = {},
): Workload {
  const { rate = 100, seconds = 120, meanMs, seed = 3 } = options;
  const rng = seededRng(seed);
  const times: number[] = [];
  for (
    let at = rate > 0 ? -Math.log(1 - rng()) / rate : seconds;
    at < seconds;
    at -= Math.log(1 - rng()) / rate
  )
    times.push(WINDOW_START_MS + at * 1000);
  const durations = meanMs === undefined ? undefined : times.map(() => -meanMs * Math.log(1 - rng()));
  return {
    window: { startMs: WINDOW_START_MS, endMs: WINDOW_START_MS + seconds * 1000 },
    timesMs: Float64Array.from(times),
    methods: { values: ["GET"], codes: new Uint32Array(times.length) },
    paths: { values: ["/", "/a"], codes: Uint32Array.from(times, (_, index) => index % 2) },
    statuses: new Uint16Array(times.length).fill(200),
    files: new Uint16Array(times.length),
    ...(durations === undefined ? {} : { durationsMs: Float64Array.from(durations) }),
    origin: buildOrigin(times.length),
  };
}

/** So many requests in each second, evenly. */
export function unevenWorkload(seconds: number, perSecond: (second: number) => number): Workload {
  const times = Array.from({ length: seconds }, (_, second) => {
    const count = perSecond(second);
    return Array.from({ length: count }, (_each, index) => WINDOW_START_MS + (second + index / count) * 1000);
  }).flat();
  return {
    ...buildWorkload({ seconds }),
    timesMs: Float64Array.from(times),
    methods: { values: ["GET"], codes: new Uint32Array(times.length) },
    paths: { values: ["/", "/a"], codes: Uint32Array.from(times, (_, index) => index % 2) },
    statuses: new Uint16Array(times.length).fill(200),
    files: new Uint16Array(times.length),
  };
}

/** Utilisation in percent, every minute for an hour from the window's start. */
export function buildProfile(
  cpuPercent: number,
  memoryPercent?: number,
  startMs = WINDOW_START_MS,
): UtilizationProfile {
  const timestampsMs = Float64Array.from({ length: 60 }, (_, index) => startMs + index * 60_000);
  const series = (metric: "cpu_percent" | "memory_used_percent", value: number) => ({
    resourceId: "i-1",
    metric,
    statistic: "average" as const,
    periodMs: 60_000,
    timestampsMs,
    values: new Float64Array(timestampsMs.length).fill(value),
  });
  return {
    resourceId: "i-1",
    window: { startMs, endMs: startMs + 3_600_000 },
    series: [
      series("cpu_percent", cpuPercent),
      ...(memoryPercent === undefined ? [] : [series("memory_used_percent", memoryPercent)]),
    ],
  };
}

/** m5.xlarge to m5.large, 100 requests a second that use 12 % of the CPU and 30 % of the memory, in four minutes. */
export function buildRequest(overrides: Partial<ValidationRequest> = {}): ValidationRequest {
  return {
    runId: "val-test",
    target: "aws_instance.web",
    baseline: buildService(),
    candidate: buildService({ machineType: "m5.large", vcpus: 2, memoryGib: 8 }),
    workload: buildWorkload(),
    utilization: [buildProfile(12, 30)],
    service: { kind: "twin", image: "apex/twin" },
    minutes: 4,
    seed: 11,
    inputs: { patch: "abc" },
    ...overrides,
  };
}
