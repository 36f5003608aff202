import type { Signal } from "../signal.ts";

/** How much of the window a source saw. */
export type History =
  | { readonly kind: "full" }
  /** Launched only so many days before the window's end. */
  | { readonly kind: "last-days"; readonly days: number }
  /** An agent or a network that loses samples: the share that arrived. */
  | { readonly kind: "share"; readonly share: number };

/** What a machine is measured to do. A metric that is absent here is one that nobody collects. */
export interface Load {
  readonly cpu: Signal;
  /** CloudWatch's Maximum besides its Average. */
  readonly withCpuMaximum?: boolean;
  /** Percent of memory used, from the CloudWatch agent; absent where no agent runs. */
  readonly memory?: Signal;
  /** Bytes per second. */
  readonly networkIn: Signal;
  readonly networkOut: Signal;
  /** Reads and writes per second to all EBS volumes together. */
  readonly disk?: {
    readonly reads: Signal;
    readonly writes: Signal;
    readonly bytesPerOperation: number;
  };
  readonly history?: History;
}

/** An EC2 instance that has an address of its own. */
export interface Ec2Machine {
  readonly address: string;
  readonly name: string;
  readonly role: string;
  readonly instanceType: string;
  readonly zone: "a" | "b";
  readonly subnet?: "public" | "private";
  readonly ami: string;
  readonly securityGroups: readonly string[];
  readonly root: {
    readonly size: number;
    readonly type: "gp2" | "gp3";
    readonly isEncrypted: boolean;
  };
  /** Besides Name; Role without. */
  readonly tags?: Readonly<Record<string, string>>;
  readonly userData?: string;
  /** Absent for a machine that is stopped: it has no load. */
  readonly load?: Load;
  /** Who pays: on demand, or a Savings Plan. */
  readonly isUnderSavingsPlan?: boolean;
}
