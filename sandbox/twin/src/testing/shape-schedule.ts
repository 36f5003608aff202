import { type ReplaySchedule, seededRng } from "@apex/core";
import { exponential, lognormal } from "./samples.ts";

/** Requests against a machine. */
export interface Load {
  readonly random: () => number;
  /** Requests per second that fill the machine wholly. */
  readonly capacity: number;
  /** Mean CPU of a request on this host, microseconds. */
  readonly workUs: number;
}

/** What a schedule for the twin always has. */
export type TwinSchedule = ReplaySchedule & { readonly workUs: Float64Array };

/** As services have it: most requests are cheap and few are dear. */
const VARIATION = 1;

function scheduleOf(offsets: readonly number[], works: readonly number[], durationMs: number): TwinSchedule {
  const codes = new Uint32Array(offsets.length);
  return {
    offsetsMs: Float64Array.from(offsets),
    methods: { values: ["GET"], codes },
    paths: { values: ["/recorded"], codes },
    bodyBytes: new Uint32Array(offsets.length),
    workUs: Float64Array.from(works),
    durationMs,
    rate: (1000 * offsets.length) / durationMs,
  };
}

/** A Poisson process at a share of the capacity. */
export function poissonSchedule(load: Load, share: number, durationMs: number): TwinSchedule {
  const gapMs = 1000 / (share * load.capacity);
  const offsets: number[] = [];
  for (let at = gapMs * exponential(load.random); at < durationMs; at += gapMs * exponential(load.random))
    offsets.push(at);
  return scheduleOf(
    offsets,
    offsets.map(() => load.workUs * lognormal(load.random, VARIATION)),
    durationMs,
  );
}

/**
 * Requests whose rate follows the shares, each of which lasts `stepMs`. By the utilisation law a machine that is busy for the share
 * `u` serves `u × capacity` requests a second. In each step arrivals are Poisson given their number (Poisson arrivals are,
 * given how many, independent and uniform), and their work is scaled to its mean, so that chance moves neither.
 */
export function shapeSchedule(load: Load, shares: readonly number[], stepMs: number): TwinSchedule {
  const offsets: number[] = [];
  const works: number[] = [];
  let due = 0;
  for (const [step, share] of shares.entries()) {
    due += (share * load.capacity * stepMs) / 1000;
    const count = Math.round(due) - offsets.length;
    const times = Array.from({ length: count }, () => (step + load.random()) * stepMs).toSorted(
      (a, b) => a - b,
    );
    const sizes = times.map(() => lognormal(load.random, VARIATION));
    const scale = (count * load.workUs) / sizes.reduce((sum, size) => sum + size, 0);
    offsets.push(...times);
    works.push(...sizes.map((size) => size * scale));
  }
  return scheduleOf(offsets, works, shares.length * stepMs);
}

/** A load that is the same each time. */
export function seededLoad(seed: number, capacity: number, workUs: number): Load {
  return { random: seededRng(seed), capacity, workUs };
}
