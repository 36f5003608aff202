import {
  AdapterError,
  ContainerNotReady,
  type Environment,
  type EnvironmentUsage,
  type ReplayProgress,
  type ReplaySchedule,
  type RunMeasurement,
  type StopSignal,
} from "@apex/core";
import { tightestObjectiveMs } from "../judge/fidelity.ts";
import { measureRun } from "./measure-run.ts";
import { replayOptions, type ValidationPlan } from "./plan-validation.ts";
import type { PlannedReplay, ValidationPorts } from "./validation-request.ts";

/** One replay against an environment that is up. */
export interface ReplayTask {
  readonly plan: ValidationPlan;
  readonly replay: PlannedReplay;
  readonly ordinal: number;
  readonly schedule: ReplaySchedule;
  readonly environment: Environment;
  readonly ports: Pick<ValidationPorts, "host" | "replayer">;
  readonly signal: StopSignal;
  readonly onProgress: (progress: ReplayProgress) => void;
}

/** A container that is dead explains why nothing could be reached. */
function deadContainer(usage: EnvironmentUsage, error: AdapterError): ContainerNotReady | undefined {
  const dead = usage.containers.find(({ state }) => state.kind !== "running");
  if (dead === undefined) return undefined;
  return new ContainerNotReady(error.message, { container: dead.container, state: dead.state });
}

/** Replays and measures. Throws what the ports throw; a {@link ContainerNotReady} when the service died before it could be reached. */
export async function performReplay(task: ReplayTask): Promise<RunMeasurement> {
  const { plan, replay, schedule, environment, ports } = task;
  const options = replayOptions(plan);
  const counters = async () => {
    const [usage, host] = await Promise.all([environment.usage(), ports.host.counters()]);
    return { usage, host };
  };
  const before = await counters();
  if (task.signal.aborted) throw task.signal.reason;
  const result = await ports.replayer
    .replay(schedule, {
      ...options,
      targets: environment.endpoints,
      onProgress: task.onProgress,
      signal: task.signal,
    })
    .catch(async (error: unknown) => {
      if (!(error instanceof AdapterError)) throw error;
      throw deadContainer(await environment.usage(), error) ?? error;
    });
  const after = await counters();
  const side = plan.fit[replay.side];
  return measureRun(
    {
      replay,
      ordinal: task.ordinal,
      schedule,
      result,
      counters: { before, after },
      cores: side.cpusPerReplica * side.replicas,
      warmupRequests: plan.twin === null ? options.warmupRequests : 0,
    },
    {
      tightestObjectiveMs: tightestObjectiveMs(plan.objectives),
      connectionsMax: options.connectionsMax,
    },
  );
}
