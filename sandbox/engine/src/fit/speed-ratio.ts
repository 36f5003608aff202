import type { ComputeService } from "@apex/core";

/** How much faster a vCPU of the candidate is than one of the baseline. */
export interface SpeedRatio {
  /** 1 where it is not known. */
  readonly value: number;
  /** A whole sentence, where there is something to say. */
  readonly note?: string;
}

/** Below this difference two speeds are one: CoreMark scores of equal machines vary by as much. */
const SPEED_DIFFERENCE_MIN = 0.01;

/** The family of "m5.xlarge" or "n2-standard-4"; machines of one family have the same cores. */
function familyOf(machineType: string): string {
  return machineType.split(/[.\- ]/, 1)[0] ?? machineType;
}

/** The ratio by CoreMark per vCPU; machines of one family are equal whether or not they were measured. */
export function speedRatio(baseline: ComputeService, candidate: ComputeService): SpeedRatio {
  const [from, to] = [baseline.machineType, candidate.machineType];
  if (familyOf(from) === familyOf(to)) return { value: 1 };
  if (baseline.vcpuSpeed === null || candidate.vcpuSpeed === null) {
    return {
      value: 1,
      note: `How fast a vCPU of ${to} is beside one of ${from} is not known; they count as equal.`,
    };
  }
  const value = candidate.vcpuSpeed / baseline.vcpuSpeed;
  if (Math.abs(value - 1) < SPEED_DIFFERENCE_MIN) return { value: 1 };
  const note = `A vCPU of ${to} does ${value.toFixed(2)} times the work of one of ${from} (CoreMark per vCPU), and its containers get that much more CPU.`;
  return { value, note };
}
