import type { Decimal, JsonObject } from "@apex/core";
import { platformOfGoogleImage } from "../google-image.ts";
import type { OperatingSystem } from "../machine-price.ts";
import { machineType } from "../machine-types.ts";
import { gcpDiskMonthlyPrice } from "../pricing/gcp-disk.ts";
import { gcpAttachedGpusMonth, gcpMachineMonth } from "../pricing/gcp-machine-month.ts";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  partMissing,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { blocksAt, flagAt, numberAt, textAt } from "./attributes.ts";
import type { PricePlace } from "./resource-region.ts";

/** The last segment of a name or self link. */
export function lastSegment(text: string): string {
  return text.slice(text.lastIndexOf("/") + 1);
}

/** Machine families whose disks are `pd-standard` when no type is given; the newer ones cannot use it. Source: Compute Engine API, disks. */
const PD_STANDARD_FAMILY = /^(f1|g1|n1|n2|n2d|e2|c2|c2d|t2d|t2a|m1|m2|a2|custom)$/;

/** The disk type that Compute Engine takes when none is given; `undefined` where it depends on the machine. */
export function defaultDiskType(machine: string | undefined): string | undefined {
  if (machine === undefined) return undefined;
  return PD_STANDARD_FAMILY.test(machine.split("-")[0] ?? "") ? "pd-standard" : undefined;
}

/** The platforms of images whose licence has a price of its own. */
const LICENSED: ReadonlyMap<string | undefined, OperatingSystem> = new Map([
  ["Windows", "windows"],
  ["Red Hat Enterprise Linux", "rhel"],
  ["SUSE Linux", "suse"],
] as const);

/** What the boot image tells of the licence: the public image families carry it in their name; all others count as Linux. */
export function operatingSystemOfImage(image: string | undefined): OperatingSystem {
  return LICENSED.get(platformOfGoogleImage(image)) ?? "linux";
}

/** A disk that is made together with a machine. */
export interface MadeDisk {
  readonly label: string;
  readonly type: string | undefined;
  readonly sizeGib: number | undefined;
  readonly iops?: number | undefined;
  readonly throughputMbps?: number | undefined;
}

/** The price of a disk made together with a machine; a size or type that the image or Google decides leaves it out, and says so. */
export function priceMadeDisk(disk: MadeDisk, { region, prices }: PricePlace): PricedParts {
  const { label, type, sizeGib, iops, throughputMbps } = disk;
  if (sizeGib === undefined) return partMissing(`${label.toLowerCase()}: its size is set by the image`);
  if (type === undefined) return partMissing(`${label.toLowerCase()}: its type is set by Compute Engine`);
  return gcpDiskMonthlyPrice(
    { label, type: lastSegment(type), sizeGib, iops, throughputMbps, region },
    prices,
  );
}

/** Local SSDs come in devices of this many GB. Source: Compute Engine documentation, "About Local SSD disks". */
const SCRATCH_DISK_GB = 375;

/** The price of a local SSD device, which costs less at machines that are bought on the spot market. */
export function priceScratchDisk(
  block: JsonObject,
  isSpot: boolean,
  { region, prices }: PricePlace,
): PricedParts {
  if (isSpot) return essentialPartMissing("the spot price of local SSDs is not known");
  const sizeGib = numberAt(block, ["size"]) ?? numberAt(block, ["disk_size_gb"]) ?? SCRATCH_DISK_GB;
  return gcpDiskMonthlyPrice({ label: "Scratch disk", type: "local-ssd", sizeGib, region }, prices);
}

/** How a machine is used, as {@link priceGoogleMachine} has to be told. */
export interface GoogleMachineUse {
  readonly operatingSystem: OperatingSystem;
  readonly isStopped: boolean;
  readonly hours?: Decimal | undefined;
  readonly hasSustainedUse: boolean;
}

/** Whether a machine, or a template of one, is bought on the spot market. */
export function isSpotMachine(values: JsonObject): boolean {
  return (
    flagAt(values, ["scheduling", 0, "preemptible"]) === true ||
    textAt(values, ["scheduling", 0, "provisioning_model"]) === "SPOT"
  );
}

/** The machine itself, as `google_compute_instance` and an instance template both spell it. */
export function priceGoogleMachine(values: JsonObject, where: PricePlace & GoogleMachineUse): PricedParts {
  const written = textAt(values, ["machine_type"]);
  if (written === undefined) return essentialPartMissing("the machine type is not known");
  const name = lastSegment(written);
  const use = { ...where, name, purchase: isSpotMachine(values) ? "spot" : "on-demand" } as const;
  const machine = gcpMachineMonth(use, where.prices);
  const hasOwnGpu = machineType("gcp", name)?.gpu !== undefined;
  // GPUs of accelerator-optimised machines are part of their price; and a stopped machine has none.
  if (hasOwnGpu || where.isStopped) return machine;
  const gpus = blocksAt(values, ["guest_accelerator"]).map((block) => {
    const type = textAt(block, ["type"]);
    const count = numberAt(block, ["count"]);
    if (count === 0) return FREE;
    if (type === undefined || count === undefined)
      return essentialPartMissing("the attached GPUs are not known");
    return gcpAttachedGpusMonth({ gpu: lastSegment(type), count }, use, where.prices);
  });
  return combineParts(machine, ...gpus);
}
