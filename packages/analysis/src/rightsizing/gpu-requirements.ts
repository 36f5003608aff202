import type { MachineGpu, MachineType } from "@apex/catalog";
import type { TimeWindow } from "@apex/core";
import type { Policy } from "../policy/policy.ts";
import type { MetricReading } from "../utilization/series.ts";
import { demandFor } from "./demand-for.ts";
import { gpuLabel, relativeBandwidth, relativeCompute } from "./gpu-model.ts";
import type { GpuUse } from "./gpu-use.ts";
import type { Requirement } from "./requirement.ts";

type Shape = Pick<Requirement<MachineType>, "dimension" | "unit" | "capacityOf">;

/**
 * Compute, memory bandwidth and memory of every used GPU, each against one GPU of the other machine, in percent of
 * a present one and in GiB. As much as today is always enough: fewer of the same GPUs take nothing from the one
 * that stays.
 */
export function gpuRequirements(
  context: { readonly policy: Policy; readonly window: TimeWindow },
  gpu: MachineGpu,
  use: GpuUse,
): readonly Requirement<MachineType>[] {
  const { sizing } = context.policy;
  const activity = { percentile: sizing.gpuPercentile, headroom: sizing.gpuHeadroom, capacity: 100 };
  const memory = { percentile: 100, headroom: sizing.gpuMemoryHeadroom, capacity: gpu.memoryGib ?? null };
  const each = (
    readings: readonly MetricReading[],
    shape: Shape,
    question: typeof activity | typeof memory,
  ): readonly Requirement<MachineType>[] =>
    readings.map((reading) => ({
      ...shape,
      isTodayEnough: true,
      demand: demandFor(reading, { ...question, change: (value) => value }, context),
    }));
  return [
    ...each(
      use.compute,
      {
        dimension: "gpu-compute",
        unit: `% of one ${gpuLabel(gpu)}`,
        capacityOf: onGpu((after) => relativeCompute(gpu, after, use.usesTensor)),
      },
      activity,
    ),
    ...each(
      use.bandwidth,
      {
        dimension: "gpu-compute",
        unit: `% of one ${gpuLabel(gpu)}'s memory bandwidth`,
        capacityOf: onGpu((after) => relativeBandwidth(gpu, after)),
      },
      activity,
    ),
    ...each(
      use.memoryGib,
      { dimension: "gpu-memory", unit: "GiB", capacityOf: onGpu((after) => after.memoryGib ?? null) },
      memory,
    ),
  ];
}

function onGpu(capacity: (gpu: MachineGpu) => number | null): (machine: MachineType) => number | null {
  return (machine) => (machine.gpu === undefined ? null : capacity(machine.gpu));
}
