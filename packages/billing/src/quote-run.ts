import type { Reservation } from "@apex/core";
import { type RatedRun, rateRun } from "./rate-run.ts";
import type { RateCard } from "./rate-card.ts";

const NS_PER_S = 1e9;
const MS_PER_S = 1e3;

/**
 * The most that a run of this reservation can cost, for the quote before it and the cap on it: all of what is reserved, used for all of
 * the time. Throws what {@link rateRun} throws, and a RangeError for a reservation that is no finite number.
 */
export function quoteRun(reservation: Reservation, card: RateCard): RatedRun {
  const { cores, memoryBytes, gpus, gpuModel, maxSeconds } = reservation;
  const whole = (value: number, what: string): bigint => {
    if (!(Number.isFinite(value) && value >= 0)) throw new RangeError(`a reservation of ${value} ${what}`);
    return BigInt(Math.ceil(value));
  };
  const seconds = whole(maxSeconds, "seconds");
  return rateRun(
    {
      cpuNs: whole(cores * NS_PER_S, "cores") * seconds,
      memoryReservedByteMs: whole(memoryBytes, "bytes") * seconds * BigInt(MS_PER_S),
      gpuMs: whole(gpus, "GPUs") * seconds * BigInt(MS_PER_S),
      gpuModel,
    },
    card,
  );
}
