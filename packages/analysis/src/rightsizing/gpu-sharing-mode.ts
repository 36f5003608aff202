import type { MachineGpu } from "@apex/catalog";
import type { SizingPolicy } from "../policy/policy.ts";
import { type GpuLoad, highestOf } from "./gpu-load.ts";
import { migProfiles, supportsMig } from "./gpu-mig.ts";
import { fitsTogether } from "./gpu-packing.ts";

/** How several programs share one GPU. */
export type SharingMode = "MIG" | "time-slicing" | "MPS";

/** A way to share, and why that one. */
export interface ChosenMode {
  readonly mode: SharingMode;
  readonly reason: string;
}

/**
 * How the work of each list shares its one GPU. MIG where cards of this model can be cut so that each gets a slice that holds it:
 * memory and faults stay apart. Time-slicing where the share of time in which anything runs adds up to less than all: programs take
 * turns with the whole card. Else MPS, under which they run at the same time.
 */
export function sharingMode(
  gpu: MachineGpu,
  shared: readonly (readonly GpuLoad[])[],
  sizing: SizingPolicy,
): ChosenMode {
  const cuts = shared.map((loads) => migProfiles(gpu, demandsOf(loads, sizing)));
  const label = gpu.name.toUpperCase();
  if (cuts.every((cut) => cut !== undefined)) {
    const names = [...new Set(cuts.flat().map(({ name }) => name))].toSorted();
    return {
      mode: "MIG",
      reason: `${label} cards can be cut: slices of ${names.join(" and ")} hold what each of those who share needs, with memory of its own`,
    };
  }
  const whyNotMig = supportsMig(gpu)
    ? `no slices of one ${label} hold them together`
    : `${label} cards cannot be cut (MIG)`;
  const takesTurns = shared.every((loads) => {
    const busy = loads.flatMap((load) => (load.busy === undefined ? [] : [load.busy]));
    return busy.length === loads.length && fitsTogether(busy, sizing.gpuPercentile, sizing.gpuHeadroom);
  });
  return takesTurns
    ? {
        mode: "time-slicing",
        reason: `${whyNotMig}; the times in which anything runs add up to less than all`,
      }
    : {
        mode: "MPS",
        reason: `${whyNotMig}; something runs most of the time, though on few of the SMs, so taking turns (time-slicing) would slow it down`,
      };
}

function demandsOf(loads: readonly GpuLoad[], sizing: SizingPolicy) {
  return loads.map((load) => ({
    // Slices do not lend each other time: the highest moment has to fit.
    computePercent: Math.max(load.burst ?? 0, highestOf(load.activity)),
    memoryGib: load.memoryGib / (1 - sizing.gpuMemoryHeadroom),
  }));
}
