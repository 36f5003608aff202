import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { type Endpoint, type ReplaySchedule, TWIN_PROTOCOL } from "@apex/core";

/** How fast a service is warmed at most, and for how long: warm, not loaded. */
const TARGET_RATE_MAX = 500;
const TARGET_RATE_MIN = 50;
const TARGET_WARMUP_MAX_MS = 10_000;
/** Different paths that the warm-up asks for. */
const WARM_PATHS_MAX = 256;

/** Requests without body or work at a constant rate. */
export function constantSchedule(paths: readonly string[], count: number, rate: number): ReplaySchedule {
  const offsetsMs = new Float64Array(new SharedArrayBuffer(count * Float64Array.BYTES_PER_ELEMENT));
  for (let index = 0; index < count; index++) offsetsMs[index] = (index * 1_000) / rate;
  return {
    offsetsMs,
    methods: { values: ["GET"], codes: new Uint32Array(count) },
    paths: { values: paths, codes: Uint32Array.from({ length: count }, (_, index) => index % paths.length) },
    bodyBytes: new Uint32Array(count),
    durationMs: (count * 1_000) / rate,
    rate,
  };
}

/**
 * What warms a service before its replay, which could change nothing of a user's data: the first paths that the schedule gets, at
 * most at its own rate; of the twin its ready path, which costs it no work at any rate.
 */
export function targetWarmup(schedule: ReplaySchedule, requests: number): ReplaySchedule {
  if (schedule.workUs !== undefined) return warmup([TWIN_PROTOCOL.readyPath], requests, TARGET_RATE_MAX);
  const meanRate = (schedule.offsetsMs.length * 1_000) / schedule.durationMs;
  return warmup(gotPaths(schedule), requests, Math.min(TARGET_RATE_MAX, Math.max(TARGET_RATE_MIN, meanRate)));
}

function warmup(paths: readonly string[], requests: number, rate: number): ReplaySchedule {
  return constantSchedule(paths, Math.min(requests, Math.floor((TARGET_WARMUP_MAX_MS * rate) / 1_000)), rate);
}

function gotPaths({ methods, paths }: ReplaySchedule): readonly string[] {
  const codes = new Set<number>();
  const get = methods.values.indexOf("GET");
  for (let index = 0; index < methods.codes.length && codes.size < WARM_PATHS_MAX; index++) {
    if (methods.codes[index] === get) codes.add(paths.codes[index] ?? 0);
  }
  const got = [...codes].flatMap((code) => paths.values[code] ?? []);
  return got.length === 0 ? ["/"] : got;
}

/** Runs `use` against a server of this process that answers everything at once. */
export async function withEchoServer<T>(use: (target: Endpoint) => Promise<T>): Promise<T> {
  const worker = new Worker(new URL("./echo-thread.ts", import.meta.url), { execArgv: [] });
  try {
    const [port] = (await once(worker, "message")) as [number];
    return await use({ container: "echo", host: "127.0.0.1", port });
  } finally {
    await worker.terminate();
  }
}
