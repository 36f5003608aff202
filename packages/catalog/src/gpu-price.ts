import { type Known, known, unknown } from "@apex/core";
import { COMMITTED_PRICES, type PriceBook } from "./price-book.ts";
import type { DatedPrice } from "./price-table.ts";

/** USD per GPU-hour of a GPU attached to a Compute Engine machine ("nvidia-tesla-t4"), on demand. */
export function attachedGpuHourlyPrice(
  query: { readonly gpu: string; readonly region: string },
  prices: PriceBook = COMMITTED_PRICES,
): Known<DatedPrice> {
  const found = prices.find("gce-gpu", { region: query.region, variant: "gpu", name: query.gpu });
  return found === undefined ? unknown(`no price of the GPU ${query.gpu} in ${query.region}`) : known(found);
}
