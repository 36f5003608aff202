import type { MachineType } from "@apex/catalog";
import type { Dimension } from "@apex/core";
import {
  comparableVcpu,
  diskIops,
  diskMbps,
  diskPeakIops,
  diskPeakMbps,
  networkMbps,
  networkPeakMbps,
} from "./machine-capacity.ts";

/** How a machine compares with the present one by the catalogue alone, whatever is used of either. */
export interface Comparison {
  /** What it has less of, with the dimension whose measurements may show that it is still enough. */
  readonly less: readonly { readonly name: string; readonly dimension: Dimension | undefined }[];
  /** What the catalogue does not tell of one of the two. */
  readonly untold: readonly string[];
  /** What it has, beside what there is now: "memory 8 → 8 GiB". */
  readonly told: readonly string[];
}

interface Capacity {
  readonly name: string;
  readonly dimension?: Dimension;
  readonly unit: string;
  readonly of: (machine: MachineType) => number | null;
}

/**
 * Compares two machines dimension by dimension: vCPUs, CPU by CoreMark (credits for two burstable ones), memory, network and
 * EBS, sustained and in bursts, and local disks. A machine with less of nothing and nothing untold holds whatever the
 * present one holds.
 */
export function compareMachines(now: MachineType, after: MachineType): Comparison {
  const less: { name: string; dimension: Dimension | undefined }[] = [];
  const untold: string[] = [];
  const told: string[] = [];
  for (const { name, dimension, unit, of } of capacities(now, after)) {
    const has = of(now);
    const gets = of(after);
    if (has === null || gets === null) untold.push(name);
    else {
      if (gets < has) less.push({ name, dimension });
      told.push(`${name} ${round(has)} → ${round(gets)} ${unit}`.trimEnd());
    }
  }
  return { less, untold, told };
}

function capacities(now: MachineType, after: MachineType): readonly Capacity[] {
  const areBurstable = now.isBurstable && after.isBurstable;
  return [
    { name: "vCPU", unit: "", of: ({ vcpu }) => vcpu },
    // Bursting machines' scores were measured while bursting: what they sustain is what they earn.
    areBurstable
      ? { name: "CPU credits", unit: "an hour", of: ({ cpuCreditsPerHour }) => cpuCreditsPerHour ?? null }
      : {
          name: "CPU by CoreMark",
          unit: `${now.family} vCPU`,
          of: (machine) => comparableVcpu(now, machine),
        },
    { name: "memory", unit: "GiB", of: ({ memoryGib }) => memoryGib },
    { name: "network", dimension: "network", unit: "Mbit/s", of: networkMbps },
    { name: "network in bursts", dimension: "network", unit: "Mbit/s", of: networkPeakMbps },
    { name: "EBS operations", dimension: "ebs-iops", unit: "IOPS", of: diskIops },
    { name: "EBS operations in bursts", dimension: "ebs-iops", unit: "IOPS", of: diskPeakIops },
    { name: "EBS throughput", dimension: "ebs-throughput", unit: "MB/s", of: diskMbps },
    { name: "EBS throughput in bursts", dimension: "ebs-throughput", unit: "MB/s", of: diskPeakMbps },
    { name: "local disks", unit: "GB", of: ({ localNvmeGb }) => localNvmeGb },
  ];
}

function round(value: number): number {
  return Number(value.toPrecision(4));
}

/** A family in its parts: "m6gd" is series "m", generation 6. */
export interface FamilyName {
  readonly series: string;
  readonly generation: number;
}

/** Reads the name of an EC2 family; `undefined` for names that do not follow the scheme. Source: EC2 user guide, "Instance type naming conventions". */
export function familyName(family: string): FamilyName | undefined {
  const known = familyNames.get(family);
  if (known !== undefined) return known;
  const match = /^([a-z]+)(\d+)/.exec(family);
  if (match === null) return undefined;
  const name = { series: match[1] ?? "", generation: Number(match[2]) };
  familyNames.set(family, name);
  return name;
}

/** The names read so far, of the catalogue's families: every candidate of every machine is asked for its own. */
const familyNames = new Map<string, FamilyName>();
