import type { CloudProvider } from "@apex/core";

/** GPUs or parts of one that come with a machine. */
export interface MachineGpu {
  /** Short lower-case name: "t4", "a10g", "h100-80gb". */
  readonly name: string;
  readonly count: number;
  /** GiB that the machine can use on each device; absent when the sources do not tell. */
  readonly memoryGib?: number;
  /** The share of the card, 0–1, for machines that get a part of one (EC2 g6f, GCE g4-standard-6); absent for whole cards. */
  readonly share?: number;
}

/** The shape of a machine type. A field that is absent is unknown or, where its comment says so, does not apply. */
export interface MachineType {
  readonly provider: CloudProvider;
  /** "m5.large", "n2-standard-4". */
  readonly name: string;
  /** "m5", "n2". */
  readonly family: string;
  /** "large", "standard-4". */
  readonly size: string;
  readonly vcpu: number;
  readonly memoryGib: number;
  readonly architecture: "amd64" | "arm64";
  /** Absent: the machine has none. */
  readonly gpu?: MachineGpu;
  /** Inferentia, Trainium, TPU and others without a GPU's programming model. Absent: none. */
  readonly accelerator?: { readonly name: string; readonly count: number };
  /** What the network sustains, Mbit/s over all cards. */
  readonly networkBaselineMbps?: number;
  /** What it reaches in bursts; never below the baseline. */
  readonly networkPeakMbps?: number;
  /** EBS throughput in Mbit/s (divide by 8 for MB/s) that is sustained without end; known where the machine does not burst. */
  readonly ebsBaselineMbps?: number;
  /** EBS throughput in Mbit/s for at least 30 minutes a day. */
  readonly ebsMaxMbps?: number;
  readonly ebsBaselineIops?: number;
  readonly ebsMaxIops?: number;
  /** Instance store in GB, 0 when there is none. Its data is lost on a stop or resize. */
  readonly localNvmeGb: number;
  /** Runs on CPU credits or a shared core: sustained load is bounded by {@link baselineVcpu}, not by `vcpu`. */
  readonly isBurstable: boolean;
  /** Credits earned an hour; one credit is one vCPU-minute. */
  readonly cpuCreditsPerHour?: number;
  /** vCPUs that a burstable machine sustains. */
  readonly baselineVcpu?: number;
  /** EC2 flex types reach full CPU 95 % of the time. */
  readonly isFlex: boolean;
  readonly isCurrentGeneration?: boolean;
  /** What a curated upgrade map names as the successor. */
  readonly supersededBy?: string;
  /** CoreMark iterations/s of the whole machine; absent for burstable machines, which were measured while bursting. */
  readonly coremark?: number;
  readonly hypervisor?: "nitro" | "xen";
  readonly cpuManufacturer?: string;
}
