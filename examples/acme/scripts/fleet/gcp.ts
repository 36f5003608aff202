import type { Signal } from "../signal.ts";
import { heldMemory, traffic } from "./load.ts";
import type { Load } from "./machine.ts";

export const GCP_PROJECT = "acme-analytics";
export const GCP_ZONE = "us-central1-a";

/** A Compute Engine instance of gcp.tf. */
export interface GceMachine {
  readonly key: string;
  readonly address: string;
  readonly name: string;
  readonly machineType: string;
  readonly memoryGib: number;
  readonly diskGb: number;
  readonly load: Load;
}

function machine(key: string, rest: Omit<GceMachine, "key" | "address" | "name">): GceMachine {
  return { key, address: `google_compute_instance.node["${key}"]`, name: `analytics-${key}`, ...rest };
}

/** Traffic of a machine that nobody talks to, bytes per second. */
const QUIET: Signal = { shape: "flat", mean: 14, p995: 18, digits: 1 };

export const GCE_MACHINES: readonly GceMachine[] = [
  machine("api", {
    machineType: "n2-standard-8",
    memoryGib: 32,
    diskGb: 50,
    load: {
      cpu: { shape: "office", mean: 8.2, p995: 15, floor: 0.5 },
      memory: heldMemory(17, 18.5),
      ...traffic("office", 120_000, 340_000),
    },
  }),
  // No Ops Agent here: memory is not known.
  machine("features", {
    machineType: "e2-highmem-4",
    memoryGib: 32,
    diskGb: 100,
    load: {
      cpu: { shape: "nightly", mean: 9, p995: 31, floor: 0.5 },
      ...traffic("nightly", 2_000_000, 900_000),
    },
  }),
  machine("notebook", {
    machineType: "e2-standard-4",
    memoryGib: 16,
    diskGb: 100,
    load: {
      cpu: { shape: "flat", mean: 0.6, p995: 0.9 },
      memory: heldMemory(9, 9.6),
      networkIn: QUIET,
      networkOut: QUIET,
    },
  }),
  machine("scoring", {
    machineType: "n2-standard-4",
    memoryGib: 16,
    diskGb: 50,
    load: {
      cpu: { shape: "web", mean: 47, p995: 88, floor: 3, ceiling: 99.6 },
      memory: heldMemory(63, 67),
      ...traffic("web", 800_000, 700_000),
    },
  }),
];

/** The Cloud SQL instance: 4 vCPU, 15 GiB. */
export const METABASE = {
  address: "google_sql_database_instance.metabase",
  name: "metabase",
  cpu: { shape: "office", mean: 21, p995: 58, floor: 2 } satisfies Signal,
  memory: heldMemory(71, 74),
};
