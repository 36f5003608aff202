import type { MachineType } from "@apex/catalog";

/** Flex types sustain 40 % of their vCPUs. Source: EC2 user guide, "Flex instances". */
const FLEX_BASELINE = 0.4;

/**
 * One baseline EBS operation is counted in 16 KiB, so baseline IOPS × 16 KiB is sustained throughput at least.
 * Source: EC2 user guide, "EBS-optimized instances".
 */
const MB_PER_BASELINE_OPERATION = 16 / 1024;

/**
 * Compute Engine gives 1–2 Gbit/s of egress per vCPU, by family; the lower one holds for all. Source: Compute
 * Engine docs, "Network bandwidth".
 */
const GCE_MBPS_PER_VCPU = 1000;

/**
 * Persistent disk limits of every machine of two vCPUs and more are at least this, by family. Source: Compute
 * Engine docs, "Persistent Disk performance limits".
 */
const GCE_DISK = { vcpuMin: 2, iops: 15_000, throughputMbps: 200 } as const;

/** vCPUs that a machine sustains for good; `null` when that is not known. */
export function sustainedVcpu(machine: MachineType): number | null {
  if (machine.isBurstable) return machine.baselineVcpu ?? null;
  return machine.isFlex ? machine.vcpu * FLEX_BASELINE : machine.vcpu;
}

/**
 * What `machine` sustains, in vCPUs of `reference`. Within a family a vCPU is a vCPU. Across families CoreMark per
 * vCPU compares them, except for burstable machines, whose scores were measured while bursting: those count vCPU
 * for vCPU where manufacturer and architecture are the same, and cannot be compared (`null`) otherwise.
 */
export function comparableVcpu(reference: MachineType, machine: MachineType): number | null {
  const sustained = sustainedVcpu(machine);
  if (sustained === null) return null;
  if (machine.family === reference.family) return sustained;
  if (reference.isBurstable) return null;
  if (machine.isBurstable) {
    const isSameMake =
      machine.cpuManufacturer !== undefined &&
      machine.cpuManufacturer === reference.cpuManufacturer &&
      machine.architecture === reference.architecture;
    return isSameMake ? sustained : null;
  }
  if (machine.coremark === undefined || reference.coremark === undefined) return null;
  return sustained * (machine.coremark / machine.vcpu / (reference.coremark / reference.vcpu));
}

/** Network that a machine sustains, Mbit/s. */
export function networkMbps(machine: MachineType): number | null {
  if (machine.networkBaselineMbps !== undefined) return machine.networkBaselineMbps;
  return machine.provider === "gcp" ? (sustainedVcpu(machine) ?? 0) * GCE_MBPS_PER_VCPU : null;
}

/** Network that a machine reaches for a while, Mbit/s. */
export function networkPeakMbps(machine: MachineType): number | null {
  return machine.networkPeakMbps ?? networkMbps(machine);
}

/** Operations per second that a machine sustains against its network volumes. */
export function diskIops(machine: MachineType): number | null {
  if (machine.provider === "gcp") return hasFullGceDisk(machine) ? GCE_DISK.iops : null;
  return machine.ebsBaselineIops ?? null;
}

/** Operations per second that a machine reaches for a while. */
export function diskPeakIops(machine: MachineType): number | null {
  return machine.ebsMaxIops ?? diskIops(machine);
}

/** MB/s that a machine sustains against its network volumes. */
export function diskMbps(machine: MachineType): number | null {
  if (machine.provider === "gcp") return hasFullGceDisk(machine) ? GCE_DISK.throughputMbps : null;
  if (machine.ebsBaselineMbps !== undefined) return machine.ebsBaselineMbps / 8;
  return machine.ebsBaselineIops === undefined ? null : machine.ebsBaselineIops * MB_PER_BASELINE_OPERATION;
}

/** MB/s that a machine reaches for a while. */
export function diskPeakMbps(machine: MachineType): number | null {
  return machine.ebsMaxMbps === undefined ? diskMbps(machine) : machine.ebsMaxMbps / 8;
}

function hasFullGceDisk(machine: MachineType): boolean {
  return (sustainedVcpu(machine) ?? 0) >= GCE_DISK.vcpuMin;
}
