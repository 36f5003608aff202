import { GP3_BASELINE, type VolumePerformance, type VolumeSettings } from "../fleet/volume.ts";
import type { Policy } from "../policy/policy.ts";
import type { Demand } from "../utilization/demand.ts";
import { IOPS_STEP } from "./gp3-settings.ts";

/** gp3 delivers at most a quarter MiB/s per provisioned IOPS. Source: EBS user guide, "General Purpose SSD volumes". */
const GP3_IOPS_PER_MBPS = 4;
/** An operation of io1 and io2 moves at most 256 KiB. Source: EBS user guide, "Provisioned IOPS SSD volumes". */
const IO_IOPS_PER_MBPS = 4;
/** The least that io1 and io2 can be given. Source: as above. */
const IO_IOPS_MIN = 100;
/** io1 delivers 500 MiB/s up to this many IOPS, and more only above. Source: as above. */
const IO1_FULL_BLOCK_IOPS = 32_000;
const IO1_FULL_BLOCK_MBPS = 500;
/** The most that gp3 was sold with in every region. Source: as above. */
const GP3_MAXIMUM: VolumePerformance = { iops: 16_000, throughputMbps: 1000 };

function inSteps(iops: number): number {
  return Math.ceil(iops / IOPS_STEP) * IOPS_STEP;
}

/** gp3 settings below today's that hold the needs; `undefined` when there are none. Never below the free baseline. */
export function lowerGp3(now: VolumeSettings, needs: VolumePerformance): VolumePerformance | undefined {
  const present = {
    iops: now.iops ?? GP3_BASELINE.iops,
    throughputMbps: now.throughputMbps ?? GP3_BASELINE.throughputMbps,
  };
  const throughputMbps = Math.min(
    present.throughputMbps,
    Math.max(GP3_BASELINE.throughputMbps, Math.ceil(needs.throughputMbps)),
  );
  const least = Math.max(GP3_BASELINE.iops, inSteps(needs.iops), inSteps(throughputMbps * GP3_IOPS_PER_MBPS));
  const iops = Math.min(present.iops, least);
  const isLower = iops < present.iops || throughputMbps < present.throughputMbps;
  return isLower ? { iops, throughputMbps } : undefined;
}

/** Fewer IOPS of io1 or io2 that hold the needs, throughput included; `undefined` when there are none. */
export function lowerProvisioned(
  now: VolumeSettings,
  needs: VolumePerformance,
): VolumePerformance | undefined {
  const present = now.iops ?? 0;
  const iops = Math.max(IO_IOPS_MIN, inSteps(Math.max(needs.iops, needs.throughputMbps * IO_IOPS_PER_MBPS)));
  if (iops >= present) return undefined;
  const full = iops / IO_IOPS_PER_MBPS;
  const isLimited = now.type === "io1" && iops <= IO1_FULL_BLOCK_IOPS;
  const throughputMbps = isLimited ? Math.min(IO1_FULL_BLOCK_MBPS, full) : full;
  return throughputMbps < needs.throughputMbps ? undefined : { iops, throughputMbps };
}

/** gp3 that holds the needs of an io1 or io2 volume; `undefined` where gp3 does not reach them. */
export function gp3InPlaceOf(needs: VolumePerformance): VolumePerformance | undefined {
  const throughputMbps = Math.max(GP3_BASELINE.throughputMbps, Math.ceil(needs.throughputMbps));
  const iops = Math.max(GP3_BASELINE.iops, inSteps(Math.max(needs.iops, throughputMbps * GP3_IOPS_PER_MBPS)));
  const isReached = iops <= GP3_MAXIMUM.iops && throughputMbps <= GP3_MAXIMUM.throughputMbps;
  return isReached ? { iops, throughputMbps } : undefined;
}

/** CloudWatch's finest period of EBS metrics. Source: EBS user guide, "CloudWatch metrics". */
const SHOWN_PERIOD_MS = 60_000;

/** The need of a demand, with room for what was asked for in seconds where only averages over minutes show it. */
export function burstyNeed(policy: Policy, demand: Demand | undefined): number | undefined {
  if (demand === undefined) return undefined;
  const { statistic, periodMs } = demand.reading;
  const hidesBursts = statistic === "average" && periodMs > SHOWN_PERIOD_MS;
  return hidesBursts ? demand.need * policy.storage.burstFactor : demand.need;
}
