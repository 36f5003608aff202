import { type ContainerSpec, type EnvironmentSpec, type FittedService, TWIN_PROTOCOL } from "@apex/core";
import type { TwinSettings } from "../calibration/twin-load.ts";
import { gpusOfSides } from "./gpus-of-sides.ts";
import type { PlannedReplay } from "./validation-request.ts";
import type { ValidationPlan } from "./plan-validation.ts";

/** A twin fills its memory and warms up within this; an image may have migrations to do. */
const READY_TIMEOUT_MS = { twin: 60_000, image: 180_000 } as const;

/** Beyond start, replay and time limits, until the reaper may take an environment away. */
const LEASE_SLACK_MS = 60_000;

function twinEnv(settings: TwinSettings): Readonly<Record<string, string>> {
  const names = TWIN_PROTOCOL.environment;
  return {
    [names.slots]: String(settings.slots),
    [names.slotCores]: String(settings.slotCores),
    [names.residentBytes]: String(settings.residentBytes),
    [names.port]: String(TWIN_PROTOCOL.port),
  };
}

/**
 * Whole cores of its own for each replica of a user's image, as a machine has them; shared CPUs with a quota for fractions, and for
 * the twin, which paces itself.
 */
function cpusetOf(plan: ValidationPlan, side: FittedService, replica: number): readonly number[] {
  const { cpuset } = plan.fit;
  const cores = side.cpusPerReplica;
  if (plan.request.service.kind === "twin" || !Number.isInteger(cores)) return cpuset;
  return cpuset.slice(replica * cores, (replica + 1) * cores);
}

function containerOf(plan: ValidationPlan, replay: PlannedReplay, replica: number): ContainerSpec {
  const { service } = plan.request;
  const side = plan.fit[replay.side];
  const limits = {
    name: `service-${replica}`,
    image: service.image,
    cpus: side.cpusPerReplica,
    cpuset: cpusetOf(plan, side, replica),
    memoryBytes: side.memoryBytesPerReplica,
    gpus: gpusOfSides(plan.fit, plan.host, service.kind)[replay.side],
  };
  if (service.kind === "twin") {
    const settings = plan.twin?.load[replay.side];
    return {
      ...limits,
      // It paces itself by its settings and not by what it sees. Nothing is sent yet, so the sender's CPUs are free too.
      cpusetUntilReady: Array.from({ length: plan.host.cpus }, (_, cpu) => cpu),
      env: settings === undefined ? {} : twinEnv(settings),
      port: TWIN_PROTOCOL.port,
    };
  }
  return {
    ...limits,
    env: service.env ?? {},
    port: service.port,
    ...(service.command === undefined ? {} : { command: service.command }),
  };
}

/** The containers of one side, as the fit has them, for one replay. */
export function environmentSpec(plan: ValidationPlan, replay: PlannedReplay): EnvironmentSpec {
  const { service, runId } = plan.request;
  const readyPath = service.kind === "twin" ? TWIN_PROTOCOL.readyPath : service.readyPath;
  const readyTimeoutMs = READY_TIMEOUT_MS[service.kind];
  return {
    runId,
    name: replay.name,
    containers: Array.from({ length: plan.fit[replay.side].replicas }, (_, replica) =>
      containerOf(plan, replay, replica),
    ),
    leaseMs: readyTimeoutMs + replay.durationMs + plan.timeoutMs + LEASE_SLACK_MS,
    readyTimeoutMs,
    ...(readyPath === undefined ? {} : { readyPath }),
  };
}
