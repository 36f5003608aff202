import type { UtilizationProfile } from "@apex/core";
import type { Gate } from "../idle/gate.ts";
import { gpuGates, machineGates } from "../idle/machine-gates.ts";
import type { Policy } from "../policy/policy.ts";

/** What must be quiet in an hour in which a machine is to be off; the limits of traffic hold for every sample. */
export function scheduleGates({ idle, schedule }: Policy): readonly Gate[] {
  return machineGates({ ...idle, cpuMaximumPercent: schedule.cpuMaximumPercent }).map((gate) =>
    gate.dimension === "network"
      ? {
          ...gate,
          judgedBy: "worst-sample",
          limit: schedule.networkMaximumBytesPerSecond,
          divisor: 1,
          unit: "bytes/s",
        }
      : gate,
  );
}

/** The same with every GPU of the machine. */
export function gpuScheduleGates(policy: Policy, profile: UtilizationProfile): readonly Gate[] {
  return [...scheduleGates(policy), ...gpuGates(policy.idle, profile)];
}
