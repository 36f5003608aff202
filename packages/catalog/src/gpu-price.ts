import { addDecimals, type Decimal, decimal, type Known, known, multiply, unknown } from "@apex/core";
import type { MachineWithGpus } from "./gcp-attached-gpu.ts";
import { machineHourlyPrice } from "./machine-price.ts";
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

/** USD per hour of a Compute Engine machine and the GPUs attached to it, on demand. */
export function machineWithGpusHourlyPrice(
  { base, attached }: MachineWithGpus,
  region: string,
  prices: PriceBook = COMMITTED_PRICES,
): Known<Decimal> {
  const machine = machineHourlyPrice({ provider: "gcp", name: base, region }, prices);
  if (machine.kind === "unknown") return machine;
  const gpu = attachedGpuHourlyPrice({ gpu: attached.type, region }, prices);
  if (gpu.kind === "unknown") return gpu;
  return known(addDecimals(machine.value.price, multiply(gpu.value.price, decimal(attached.count))));
}
