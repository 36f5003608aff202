import { blocksAt, numberAt, textAt } from "@apex/catalog";
import {
  type AppliedResource,
  type Diagnostic,
  isJsonObject,
  type JsonObject,
  type JsonValue,
} from "@apex/core";
import { about, type AppliedState, configuredText, follow } from "./applied-state.ts";
import { type MachineShape, noService, type ServiceReading, spotAdvice } from "./machine-shape.ts";

/** CPU units of one vCPU. Source: Amazon ECS developer guide, "Task definition parameters". */
const CPU_UNITS_PER_VCPU = 1024;
const MIB_PER_GIB = 1024;

/** "1024", ".5 vCPU" → CPU units. */
function cpuUnits(text: string | undefined): number | undefined {
  const match = /^\s*(\d*\.?\d+)\s*(vcpu)?\s*$/i.exec(text ?? "");
  if (match?.[1] === undefined) return undefined;
  const units = Number(match[1]) * (match[2] === undefined ? 1 : CPU_UNITS_PER_VCPU);
  return units > 0 ? units : undefined;
}

/** "2048", "2 GB" → MiB. */
function memoryMib(text: string | undefined): number | undefined {
  const match = /^\s*(\d*\.?\d+)\s*(gb)?\s*$/i.exec(text ?? "");
  if (match?.[1] === undefined) return undefined;
  const mib = Number(match[1]) * (match[2] === undefined ? 1 : MIB_PER_GIB);
  return mib > 0 ? mib : undefined;
}

function containersOf(task: AppliedResource): readonly JsonObject[] {
  try {
    const parsed = JSON.parse(textAt(task.values, ["container_definitions"]) ?? "[]") as JsonValue;
    return Array.isArray(parsed) ? (parsed as readonly JsonValue[]).filter((item) => isJsonObject(item)) : [];
  } catch {
    return [];
  }
}

/** Σ over the containers; `undefined` when one of them says nothing. */
function reserved(
  containers: readonly JsonObject[],
  read: (one: JsonObject) => number | undefined,
): number | undefined {
  const values = containers.map(read);
  if (values.length === 0 || values.some((value) => value === undefined || value <= 0)) return undefined;
  return values.reduce<number>((total, value) => total + (value ?? 0), 0);
}

function gpusOf(containers: readonly JsonObject[]): number {
  return containers
    .flatMap((container) => blocksAt(container, ["resourceRequirements"]))
    .filter((requirement) => textAt(requirement, ["type"]) === "GPU")
    .reduce((total, requirement) => total + (numberAt(requirement, ["value"]) ?? 0), 0);
}

function isFargate(service: AppliedResource, task: AppliedResource): boolean {
  const strategies = blocksAt(service.values, ["capacity_provider_strategy"]);
  const providers = strategies.flatMap((block) => textAt(block, ["capacity_provider"]) ?? []);
  if (providers.length > 0) return providers.every((name) => name.startsWith("FARGATE"));
  const launchType = configuredText(service.values, ["launch_type"]);
  const compatibilities = task.values["requires_compatibilities"];
  const isOnlyFargate =
    Array.isArray(compatibilities) && compatibilities.length === 1 && compatibilities[0] === "FARGATE";
  return launchType === undefined ? isOnlyFargate : launchType === "FARGATE";
}

function taskShape(service: AppliedResource, task: AppliedResource): MachineShape | undefined {
  const containers = containersOf(task);
  const units =
    cpuUnits(configuredText(task.values, ["cpu"])) ?? reserved(containers, (one) => numberAt(one, ["cpu"]));
  const mib =
    memoryMib(configuredText(task.values, ["memory"])) ??
    reserved(containers, (one) => numberAt(one, ["memory"]) ?? numberAt(one, ["memoryReservation"]));
  if (units === undefined || mib === undefined) return undefined;
  return {
    machineType: `${isFargate(service, task) ? "fargate" : "ecs"} ${units}/${mib}`,
    vcpus: units / CPU_UNITS_PER_VCPU,
    memoryGib: mib / MIB_PER_GIB,
    gpus: gpusOf(containers),
    vcpuSpeed: null,
  };
}

function taskAdvice(service: AppliedResource, task: AppliedResource): readonly Diagnostic[] {
  const isLimited = cpuUnits(configuredText(task.values, ["cpu"])) !== undefined;
  const onEc2 = about(service, {
    code: "sandbox-ecs-reservation",
    summary:
      "Its tasks run on EC2 with CPU that is reserved, not limited; the sandbox takes the reservation as limit",
    detail: "On machines with idle CPU a task may use more than the sandbox gives it.",
  });
  const strategies = blocksAt(service.values, ["capacity_provider_strategy"]);
  const isSpot = strategies.some((block) => textAt(block, ["capacity_provider"]) === "FARGATE_SPOT");
  return [
    ...(isFargate(service, task) || isLimited ? [] : [onEc2]),
    ...(isSpot ? [spotAdvice(service, "Its Fargate Spot tasks")] : []),
  ];
}

/** `aws_ecs_service`: its tasks, each as large as its task definition says or as its containers reserve together. */
export function readAwsEcsService(resource: AppliedResource, state: AppliedState): ServiceReading {
  const { values } = resource;
  const task = follow(state, values, {
    paths: [["task_definition"]],
    types: ["aws_ecs_task_definition"],
    targetAttributes: ["arn", "arn_without_revision", "family", "id"],
  });
  const byRevision = task ?? familyOf(resource, state);
  if (byRevision === undefined) {
    return noService(resource, "sandbox-no-task-definition", "Its task definition is not in the state");
  }
  const shape = taskShape(resource, byRevision);
  if (shape === undefined) {
    return noService(
      resource,
      "sandbox-no-task-size",
      `${byRevision.address} limits or reserves no CPU and memory, so the size of a task is not known`,
      "Set cpu and memory on the task, or on each of its containers.",
    );
  }
  if (configuredText(values, ["scheduling_strategy"]) === "DAEMON") {
    return noService(
      resource,
      "sandbox-unknown-size",
      "A daemon service has as many tasks as its cluster has machines",
    );
  }
  const count = numberAt(values, ["desired_count"]);
  const diagnostics = taskAdvice(resource, byRevision);
  return { shape, diagnostics, ...(count === undefined ? {} : { count }) };
}

/** `family:7` names a revision, of which the state holds the newest. */
function familyOf(resource: AppliedResource, state: AppliedState): AppliedResource | undefined {
  const name = textAt(resource.values, ["task_definition"])?.replace(/:\d+$/, "");
  return state
    .ofType("aws_ecs_task_definition")
    .find((task) => name !== undefined && textAt(task.values, ["family"]) === name);
}
