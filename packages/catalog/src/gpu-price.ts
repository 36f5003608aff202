import { type Known, known, unknown } from "@apex/core";
import { GCE_GPU_PRICES } from "./gce-gpu-prices.generated.ts";
import { lazily } from "./generated-table.ts";
import { type DatedPrice, indexPrices } from "./price-table.ts";

const INDEX = lazily(() => indexPrices("Compute Engine GPUs", GCE_GPU_PRICES));

/** USD per GPU-hour of a GPU attached to a Compute Engine machine ("nvidia-tesla-t4"), on demand. */
export function attachedGpuHourlyPrice(query: {
  readonly gpu: string;
  readonly region: string;
}): Known<DatedPrice> {
  const found = INDEX().find({ region: query.region, variant: "gpu", name: query.gpu });
  return found === undefined ? unknown(`no price of the GPU ${query.gpu} in ${query.region}`) : known(found);
}
