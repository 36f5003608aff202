import type { Decimal, JsonObject } from "@apex/core";
import { volumeMonthlyPrice } from "../pricing/ebs-volume.ts";
import type { PricedParts } from "../pricing/priced-parts.ts";
import { numberAt, textAt } from "./attributes.ts";
import type { PricePlace } from "./resource-region.ts";

/**
 * What EC2 makes of a volume whose type is not given. Source: API references of CreateVolume and EbsBlockDevice.
 * Only images and snapshots can say otherwise, and Terraform does not show theirs.
 */
const DEFAULT_VOLUME_TYPE = "gp2";

/** How a resource spells the attributes of a volume. */
export interface VolumeAttributes {
  readonly type: string;
  readonly size: string;
  /** What it is where no type is given, if not {@link DEFAULT_VOLUME_TYPE}. */
  readonly defaultType?: string;
}

const BLOCK_DEVICE: VolumeAttributes = { type: "volume_type", size: "volume_size" };

/** The price of a volume given as a block (`root_block_device`, `ebs_block_device`, `ebs`). Values that are not known make it unknown. */
export function priceBlockDevice(
  block: JsonObject,
  { prices, ...where }: PricePlace & { readonly label?: string; readonly ioRequests?: Decimal | undefined },
  attributes: VolumeAttributes = BLOCK_DEVICE,
): PricedParts {
  return volumeMonthlyPrice(
    {
      type: textAt(block, [attributes.type]) ?? attributes.defaultType ?? DEFAULT_VOLUME_TYPE,
      sizeGib: numberAt(block, [attributes.size]),
      iops: numberAt(block, ["iops"]),
      throughputMbps: numberAt(block, ["throughput"]),
      ...where,
    },
    prices,
  );
}
