import type { SizingPolicy } from "../policy/policy.ts";
import { highestOf, type Levels, LEVELS_PER_PERCENT, type MachineLoad } from "./gpu-load.ts";

/** Machines whose work shares the first one of them. */
export interface SharedMachine<Item> {
  readonly items: readonly Item[];
}

/** What a machine may carry at most. */
export interface SharingLimits {
  readonly sizing: SizingPolicy;
  readonly gpuMemoryGib: number;
  /** Work of so many machines on one at most. */
  readonly itemsMax: number;
}

interface Carried<Item> {
  readonly items: Item[];
  /** Sums over time, by GPU. */
  readonly activity: readonly Uint16Array[];
  readonly bandwidth: readonly Uint16Array[];
  readonly gpuMemoryGib: number[];
  readonly cpu: Uint16Array;
  readonly network: readonly Uint16Array[];
  memory: number;
}

/**
 * Puts the work of machines of one type on fewer of them, first fit by the largest first. What a machine carries is summed up moment by
 * moment, so that peaks that never met do not count together; the percentile of that sum with headroom has to fit, and memory by
 * the sum of maxima. A GPU's work goes to the GPU of the same place, so that GPUs that work together stay together.
 */
export function packMachines<Item extends { readonly load: MachineLoad }>(
  items: readonly Item[],
  limits: SharingLimits,
): readonly SharedMachine<Item>[] {
  const carriers: Carried<Item>[] = [];
  const weighed = items.map((item) => ({ item, weight: weightOf(item.load, limits) }));
  for (const { item } of weighed.toSorted((a, b) => b.weight - a.weight)) {
    const carrier = carriers.find((one) => fits(one, item.load, limits));
    if (carrier === undefined) carriers.push(carry(emptyLike(item), item));
    else carry(carrier, item);
  }
  return carriers;
}

/** The sum over time of several levels, in percent. */
export function sumOf(all: readonly Levels[]): Float64Array {
  const sum = new Float64Array(all[0]?.length ?? 0);
  for (const levels of all) {
    for (let slot = 0; slot < sum.length; slot += 1)
      sum[slot] = (sum[slot] ?? 0) + (levels[slot] ?? 0) / LEVELS_PER_PERCENT;
  }
  return sum;
}

/** Whether the percentile of a sum of levels stays within a share of the capacity. */
export function fitsTogether(all: readonly Levels[], percentile: number, headroom: number): boolean {
  const [first, ...others] = all;
  if (first === undefined) return true;
  const sum = new Uint16Array(first);
  for (const levels of others) add(sum, levels);
  return staysBelow(sum, undefined, { percentile, headroom });
}

function weightOf({ gpus, memory }: MachineLoad, { gpuMemoryGib }: SharingLimits): number {
  const shares = gpus.flatMap((gpu) => [gpu.memoryGib / gpuMemoryGib, highestOf(gpu.activity) / 100]);
  return Math.max(memory / 100, ...shares);
}

function emptyLike<Item extends { readonly load: MachineLoad }>({ load }: Item): Carried<Item> {
  const zeros = (): Uint16Array => new Uint16Array(load.cpu.length);
  return {
    items: [],
    activity: load.gpus.map(zeros),
    bandwidth: load.gpus.map(zeros),
    gpuMemoryGib: load.gpus.map(() => 0),
    cpu: zeros(),
    network: [zeros(), zeros()],
    memory: 0,
  };
}

function carry<Item extends { readonly load: MachineLoad }>(
  carrier: Carried<Item>,
  item: Item,
): Carried<Item> {
  const { load } = item;
  carrier.items.push(item);
  carrier.memory += load.memory;
  add(carrier.cpu, load.cpu);
  for (const [index, gpu] of load.gpus.entries()) {
    carrier.gpuMemoryGib[index] = (carrier.gpuMemoryGib[index] ?? 0) + gpu.memoryGib;
    add(carrier.activity[index], gpu.activity);
    add(carrier.bandwidth[index], gpu.bandwidth);
  }
  for (const [index, levels] of (load.network ?? []).entries()) add(carrier.network[index], levels);
  return carrier;
}

function fits<Item>(carrier: Carried<Item>, load: MachineLoad, limits: SharingLimits): boolean {
  const { sizing, gpuMemoryGib, itemsMax } = limits;
  if (carrier.items.length >= itemsMax) return false;
  if (carrier.memory + load.memory > 100 * (1 - sizing.memoryHeadroom)) return false;
  const gpuMemoryMax = gpuMemoryGib * (1 - sizing.gpuMemoryHeadroom);
  const holds = load.gpus.every(
    (gpu, index) => (carrier.gpuMemoryGib[index] ?? 0) + gpu.memoryGib <= gpuMemoryMax,
  );
  if (!holds) return false;
  const gpuLimit = { percentile: sizing.gpuPercentile, headroom: sizing.gpuHeadroom };
  const ioLimit = { percentile: sizing.ioPercentile, headroom: sizing.ioHeadroom };
  return (
    load.gpus.every(
      (gpu, index) =>
        staysBelow(carrier.activity[index], gpu.activity, gpuLimit) &&
        staysBelow(carrier.bandwidth[index], gpu.bandwidth, gpuLimit),
    ) &&
    staysBelow(carrier.cpu, load.cpu, { percentile: sizing.cpuPercentile, headroom: sizing.cpuHeadroom }) &&
    (load.network ?? []).every((levels, index) => staysBelow(carrier.network[index], levels, ioLimit))
  );
}

/** As many moments above the limit as the nearest-rank percentile leaves out. */
function staysBelow(
  sum: Uint16Array | undefined,
  more: Levels | undefined,
  { percentile, headroom }: { readonly percentile: number; readonly headroom: number },
): boolean {
  if (sum === undefined) return true;
  const limit = 100 * LEVELS_PER_PERCENT * (1 - headroom);
  let left = sum.length - Math.ceil((percentile * sum.length) / 100);
  for (let slot = 0; slot < sum.length; slot += 1) {
    if ((sum[slot] ?? 0) + (more?.[slot] ?? 0) > limit) left -= 1;
    if (left < 0) return false;
  }
  return true;
}

function add(sum: Uint16Array | undefined, levels: Levels | undefined): void {
  if (sum === undefined || levels === undefined) return;
  for (let slot = 0; slot < sum.length; slot += 1) sum[slot] = (sum[slot] ?? 0) + (levels[slot] ?? 0);
}
