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

export const VOLUMES: readonly Volume[] = [
  {
    address: "aws_ebs_volume.uploads",
    name: "acme-prod-uploads",
    zone: "a",
    sizeGb: 500,
    type: "gp2",
    iops: 1500,
    throughput: 0,
    isEncrypted: true,
    attachment: {
      address: "aws_volume_attachment.uploads",
      instance: 'aws_instance.web["web-1"]',
      device: "/dev/sdf",
    },
    reads: { shape: "web", mean: 110, p995: 420, floor: 2, digits: 0 },
    writes: { shape: "web", mean: 45, p995: 160, floor: 1, digits: 0 },
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
];
