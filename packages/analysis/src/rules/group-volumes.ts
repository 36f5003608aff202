import { type PriceBook, volumeMonthlyPrice } from "@apex/catalog";
import { addDecimals, type Decimal, decimal, type Known, known, type Resource, unknown } from "@apex/core";
import { blocksAt } from "../fleet/attributes.ts";
import { peakPerformance, type VolumePerformance, volumeSettings } from "../fleet/volume.ts";
import { monthlyTotal } from "./draft.ts";

/** What the volumes of one instance of a launch template cost a month; unknown when the image decides one of them. */
export function templateVolumesMonthly(
  template: Resource,
  region: string,
  prices: PriceBook,
): Known<Decimal> {
  const volumes = blocksAt(template.attributes, "block_device_mappings").flatMap(({ block }) =>
    blocksAt(block, "ebs").map(({ block: ebs }) =>
      volumeSettings(ebs, { type: "volume_type", size: "volume_size" }),
    ),
  );
  if (volumes.length === 0) return unknown("the launch template names none");
  let total = decimal(0);
  for (const settings of volumes) {
    if (settings === undefined) return unknown("the image decides the type or size of one");
    const price = monthlyTotal(volumeMonthlyPrice({ ...settings, region }, prices));
    if (price.kind === "unknown") return price;
    total = addDecimals(total, price.value);
  }
  return known(total);
}

/** What the volumes of one instance of a launch template can ask for. */
export function templateVolumes(template: Resource): VolumePerformance | undefined {
  const total = { iops: 0, throughputMbps: 0 };
  const mappings = blocksAt(template.attributes, "block_device_mappings").flatMap(({ block }) =>
    blocksAt(block, "ebs"),
  );
  if (mappings.length === 0) return undefined;
  for (const { block } of mappings) {
    const settings = volumeSettings(block, { type: "volume_type", size: "volume_size" });
    const peak = settings === undefined ? undefined : peakPerformance(settings);
    if (peak === undefined) return undefined;
    total.iops += peak.iops;
    total.throughputMbps += peak.throughputMbps;
  }
  return total;
}
