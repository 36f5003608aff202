import { type Decimal, decimal, divide, HOURS_PER_MONTH, type JsonObject, multiply } from "@apex/core";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  multiplyParts,
  partsOfUnknownCount,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { unitLine } from "../pricing/unit-lines.ts";
import { blocksAt, flagAt, isCount, isUnknownAt, numberAt, textAt } from "./attributes.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import { publicAddress } from "./launch-extras.ts";
import { follow, type Followed, type PlanView, type ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";

/** "1024", "1 vCPU", ".5 vcpu" → vCPU; "2048", "2 GB" → GB. Source: ECS API reference, RegisterTaskDefinition. */
function amountAt(values: JsonObject, name: "cpu" | "memory"): Decimal | undefined {
  const text = textAt(values, [name]) ?? numberAt(values, [name])?.toString() ?? "";
  const match = /^(\d{0,9}(?:\.\d{1,9})?)\s*(vcpu|gb)?$/i.exec(text);
  if (match?.[1] === undefined || match[1] === "") return undefined;
  const amount = decimal(match[1]);
  return match[2] === undefined ? divide(amount, decimal(1024)) : amount;
}

/** Included in the price of every task. Source: AWS Fargate pricing page. */
const INCLUDED_STORAGE_GIB = 20;

function hours(amount: Decimal): Decimal {
  return multiply(amount, decimal(HOURS_PER_MONTH));
}

/** A month of one task on Fargate. */
function taskMonth(task: ResourceView, where: PricePlace): PricedParts {
  const { values } = task;
  const system = textAt(values, ["runtime_platform", 0, "operating_system_family"]) ?? "LINUX";
  if (system !== "LINUX")
    return essentialPartMissing("the prices of Fargate with Windows are not in the table");
  const vcpu = amountAt(values, "cpu");
  const memory = amountAt(values, "memory");
  if (vcpu === undefined || memory === undefined) {
    return essentialPartMissing(`the CPU or memory of ${task.address} is not known`);
  }
  const isArm = textAt(values, ["runtime_platform", 0, "cpu_architecture"]) === "ARM64";
  const [label, prefix] = isArm ? ([" (arm64)", "fargate-arm"] as const) : (["", "fargate"] as const);
  const storage = (numberAt(values, ["ephemeral_storage", 0, "size_in_gib"]) ?? 0) - INCLUDED_STORAGE_GIB;
  return combineParts(
    unitLine(
      {
        name: `Fargate vCPU${label}`,
        unit: "vCPU-hours",
        price: `${prefix}-vcpu-hour`,
        quantity: hours(vcpu),
      },
      where,
    ),
    unitLine(
      {
        name: `Fargate memory${label}`,
        unit: "GB-hours",
        price: `${prefix}-gb-hour`,
        quantity: hours(memory),
      },
      where,
    ),
    storage <= 0
      ? FREE
      : unitLine(
          {
            name: "Fargate storage above 20 GB",
            unit: "GB-hours",
            price: "fargate-ephemeral-storage-gb-hour",
            quantity: hours(decimal(storage)),
          },
          where,
        ),
  );
}

function taskOf(resource: ResourceView, view: PlanView): Followed {
  const path = ["task_definition"];
  const types = ["aws_ecs_task_definition"];
  const followed = follow(view, resource, {
    types,
    references: ["arn", "arn_without_revision", "id", "family"].map((targetAttribute) => ({
      path,
      targetAttribute,
    })),
  });
  if (followed.kind === "found") return followed;
  // "app:3", alone or at the end of an ARN, names a revision of the family.
  const family = /(?:^|\/)([^/:]+)(?::\d+)?$/.exec(textAt(resource.values, path) ?? "")?.[1];
  const named = view
    .ofType("aws_ecs_task_definition")
    .find((each) => family !== undefined && textAt(each.values, ["family"]) === family);
  return named === undefined ? followed : { kind: "found", resource: named };
}

/** Tasks by how they are bought: on Fargate, on Fargate's spare capacity, or on machines that are priced elsewhere. */
interface Placement {
  readonly fargate: number;
  readonly spot: number;
}

/**
 * Where a strategy puts so many tasks: the base first, the rest by weight, which is 0 where it is not said; the only provider takes all.
 * Source: ECS API reference, CapacityProviderStrategyItem. `undefined` when it cannot be told.
 */
function placeTasks(count: number, strategy: readonly JsonObject[]): Placement | undefined {
  const items = strategy.map((item) => ({
    provider: textAt(item, ["capacity_provider"]),
    base: numberAt(item, ["base"]) ?? 0,
    weight: strategy.length === 1 ? 1 : (numberAt(item, ["weight"]) ?? 0),
  }));
  if (items.some((item) => item.provider === undefined)) return undefined;
  const weights = items.reduce((sum, item) => sum + item.weight, 0);
  const based = Math.min(
    count,
    items.reduce((sum, item) => sum + item.base, 0),
  );
  // ECS refuses such a strategy: nobody takes the tasks above the base.
  if (weights === 0 && based < count) return undefined;
  const share = (provider: string): number =>
    items
      .filter((item) => item.provider === provider)
      .reduce(
        (sum, item) =>
          sum + Math.min(item.base, count) + (weights === 0 ? 0 : ((count - based) * item.weight) / weights),
        0,
      );
  const fargate = Math.ceil(share("FARGATE"));
  return { fargate, spot: Math.min(count - fargate, Math.ceil(share("FARGATE_SPOT"))) };
}

/** The strategy of the service, else its cluster's where it has neither that nor a launch type. */
function strategyOf(resource: ResourceView, view: PlanView): readonly JsonObject[] | "unknown" {
  const { values, unknowns } = resource;
  const own = blocksAt(values, ["capacity_provider_strategy"]);
  if (own.length > 0) return own;
  const launchType = textAt(values, ["launch_type"]);
  if (launchType === "FARGATE") return [{ capacity_provider: "FARGATE", weight: 1 }];
  if (launchType !== undefined) return [];
  const cluster = textAt(values, ["cluster"]);
  const named = resource.planned.references?.["cluster"] ?? [];
  const providers = view.ofType("aws_ecs_cluster_capacity_providers").find((each) => {
    const name = textAt(each.values, ["cluster_name"]);
    const same = each.planned.references?.["cluster_name"] ?? [];
    return name === undefined || cluster === undefined
      ? same.some((address) => named.includes(address))
      : cluster === name || cluster.endsWith(`/${name}`);
  });
  const given = providers && blocksAt(providers.values, ["default_capacity_provider_strategy"]);
  if (given !== undefined) return given;
  if (!isUnknownAt(unknowns, ["launch_type"])) return [];
  const inPlan = follow(view, resource, {
    types: ["aws_ecs_cluster"],
    references: ["id", "arn", "name"].map((targetAttribute) => ({ path: ["cluster"], targetAttribute })),
  });
  // A cluster of this plan that has no strategy leaves its services to machines.
  return inPlan.kind === "found" ? [] : "unknown";
}

/** EBS volumes that each task of the service gets. */
function taskVolumes(values: JsonObject, where: PricePlace): PricedParts {
  const volumes = blocksAt(values, ["volume_configuration"]).flatMap((configuration) =>
    blocksAt(configuration, ["managed_ebs_volume"]),
  );
  return combineParts(
    ...volumes.map((volume) =>
      priceBlockDevice(
        volume,
        { ...where, label: "Task volume" },
        { type: "volume_type", size: "size_in_gb", defaultType: "gp3" },
      ),
    ),
  );
}

function onFargate(resource: ResourceView, view: PlanView, where: PricePlace): PricedParts {
  const { values } = resource;
  const task = taskOf(resource, view);
  const month =
    task.kind === "found"
      ? taskMonth(task.resource, where)
      : essentialPartMissing(
          task.kind === "absent"
            ? "the task definition is not in this plan"
            : `task definition: ${task.reason}`,
        );
  const isPublic = flagAt(values, ["network_configuration", 0, "assign_public_ip"]) === true;
  return combineParts(month, isPublic ? publicAddress(where) : FREE, taskVolumes(values, where));
}

/** `aws_ecs_service`: its tasks on Fargate. Those on EC2 run on machines that are priced where they are declared. */
export function priceAwsEcsService(resource: ResourceView, view: PlanView): PricedParts {
  const { values, unknowns } = resource;
  const where = pricePlace(view, resource);
  if (textAt(values, ["launch_type"]) === "EXTERNAL") {
    return essentialPartMissing("the fee for machines outside of AWS is not in the table");
  }
  const strategy = strategyOf(resource, view);
  if (strategy === "unknown")
    return essentialPartMissing("where the tasks run is decided by a cluster that is not in this plan");
  if (strategy.length === 0) return taskVolumesOnMachines(resource, where);
  const one = onFargate(resource, view, where);
  if (isUnknownAt(unknowns, ["desired_count"])) {
    return partsOfUnknownCount(one, "how many tasks run is known only after apply; prices are per task");
  }
  // Terraform starts none where it is not told a number: documentation of aws_ecs_service.
  const count = numberAt(values, ["desired_count"]) ?? 0;
  const placed = isCount(count) ? placeTasks(count, strategy) : undefined;
  if (placed === undefined) return partsOfUnknownCount(one, "how many tasks run on Fargate is not known");
  return combineParts(
    placed.fargate === 0 ? FREE : multiplyParts(one, decimal(placed.fargate)),
    placed.spot === 0
      ? FREE
      : essentialPartMissing(`the Fargate Spot price of ${placed.spot} tasks is not known`),
  );
}

function taskVolumesOnMachines(resource: ResourceView, where: PricePlace): PricedParts {
  const volumes = taskVolumes(resource.values, where);
  const count = numberAt(resource.values, ["desired_count"]) ?? 0;
  return isCount(count) ? multiplyParts(volumes, decimal(count)) : FREE;
}
