import type { Reading } from "@apex/core";

/** A reading in the units that are priced. The counters themselves stay exact; these are for people. */
export interface ReadingAmounts {
  readonly cpuHours: number;
  /** Reserved, not used. */
  readonly memoryGibHours: number;
  readonly gpuHours: number;
}

const NS_PER_HOUR = 3.6e12;
const MS_PER_HOUR = 3.6e6;
const BYTES_PER_GIB = 1024 ** 3;

/** CPU-hours, reserved GiB-hours and GPU-hours of a run. */
export function readingAmounts(reading: Reading): ReadingAmounts {
  return {
    cpuHours: Number(reading.cpuNs) / NS_PER_HOUR,
    memoryGibHours: Number(reading.memoryReservedByteMs) / BYTES_PER_GIB / MS_PER_HOUR,
    gpuHours: Number(reading.gpuMs) / MS_PER_HOUR,
  };
}
