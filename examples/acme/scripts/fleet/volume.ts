import type { Signal } from "../signal.ts";

/** An EBS volume with an address of its own. */
export interface Volume {
  readonly address: string;
  readonly name: string;
  readonly zone: "a" | "b";
  readonly sizeGb: number;
  readonly type: "gp2" | "gp3" | "io1" | "st1";
  readonly iops: number;
  readonly throughput: number;
  readonly isEncrypted: boolean;
  /** Where it is attached; absent for a volume that nothing uses. */
  readonly attachment?: {
    readonly address: string;
    readonly instance: string;
    readonly device: string;
  };
  /** Reads and writes per second; absent for a volume that nothing uses: CloudWatch then has no samples. */
  readonly reads?: Signal;
  readonly writes?: Signal;
}

interface Attached {
  readonly name: string;
  readonly instance: string;
  readonly device: string;
}

function attached({ name, instance, device }: Attached) {
  return {
    address: `aws_ebs_volume.${name}`,
    name: `acme-prod-${name.replaceAll("_", "-")}`,
    attachment: { address: `aws_volume_attachment.${name}`, instance, device },
  };
}

function operations(shape: Signal["shape"], mean: number, p995: number): Signal {
  return { shape, mean, p995, floor: 0, digits: 0 };
}

function leftBehind(index: number): Volume {
  return {
    address: `aws_ebs_volume.migration[${index}]`,
    name: `acme-prod-migration-${index}`,
    zone: "a",
    sizeGb: 300,
    type: "gp3",
    iops: 3000,
    throughput: 125,
    isEncrypted: false,
  };
}

/** The volumes of storage.tf and legacy-erp.tf. */
export const VOLUMES: readonly Volume[] = [
  {
    ...attached({ name: "uploads", instance: 'aws_instance.web["web-1"]', device: "/dev/sdf" }),
    zone: "a",
    sizeGb: 500,
    type: "gp2",
    iops: 1500,
    throughput: 0,
    isEncrypted: true,
    reads: operations("web", 110, 420),
    writes: operations("web", 45, 160),
  },
  {
    ...attached({ name: "search_data", instance: "aws_instance.search", device: "/dev/sdf" }),
    zone: "a",
    sizeGb: 2000,
    type: "gp2",
    iops: 6000,
    throughput: 0,
    isEncrypted: true,
    reads: operations("web", 620, 2100),
    writes: operations("web", 105, 340),
  },
  {
    ...attached({ name: "scratch", instance: "aws_instance.etl", device: "/dev/sdf" }),
    zone: "a",
    sizeGb: 400,
    type: "gp3",
    iops: 6000,
    throughput: 250,
    isEncrypted: false,
    reads: operations("bursty", 310, 5400),
    writes: operations("bursty", 260, 4800),
  },
  {
    ...attached({ name: "archive", instance: "aws_instance.reports", device: "/dev/sdg" }),
    zone: "b",
    sizeGb: 3000,
    type: "st1",
    iops: 0,
    throughput: 0,
    isEncrypted: true,
    reads: operations("monday", 14, 190),
    writes: operations("flat", 1, 2),
  },
  {
    ...attached({ name: "ledger", instance: "aws_instance.erp", device: "/dev/sdf" }),
    zone: "b",
    sizeGb: 200,
    type: "io1",
    iops: 4000,
    throughput: 0,
    isEncrypted: true,
    reads: operations("office", 160, 610),
    writes: operations("office", 190, 720),
  },
  {
    address: "aws_ebs_volume.search_old",
    name: "acme-prod-search-old",
    zone: "b",
    sizeGb: 800,
    type: "gp2",
    iops: 2400,
    throughput: 0,
    isEncrypted: false,
  },
  leftBehind(0),
  leftBehind(1),
];
