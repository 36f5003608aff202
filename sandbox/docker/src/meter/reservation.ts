import type Docker from "dockerode";
import { clockPair, parseClockPair, ranForMs } from "../run/clock.ts";
import { LABELS } from "../run/labels.ts";

/** Memory and GPUs that a container has had reserved so far: its limits for as long as it has run. */
export interface Reserved {
  readonly memoryByteMs: bigint;
  readonly gpuMs: bigint;
}

/** Works from labels and the engine's stamps alone, so that whoever looks after a crash comes to the same figures. */
export function reservedBy(info: Docker.ContainerInspectInfo): Reserved {
  const now = clockPair();
  const made = parseClockPair(info.Config.Labels[LABELS.clock]);
  const times = {
    isRunning: info.State.Running,
    startedAt: info.State.StartedAt,
    finishedAt: info.State.FinishedAt,
  };
  // Of another boot: it is not known for how long, so it is not counted.
  const ranMs = made === undefined || made.bootId !== now.bootId ? 0 : ranForMs(times, made, now.monotonicMs);
  const gpus = (info.HostConfig.DeviceRequests ?? []).reduce(
    (sum, request) => sum + Math.max(0, request.Count ?? 0),
    0,
  );
  const wholeMs = BigInt(Math.round(ranMs));
  return { memoryByteMs: BigInt(info.HostConfig.Memory ?? 0) * wholeMs, gpuMs: BigInt(gpus) * wholeMs };
}
