import { blocksAt, numberAt, textAt } from "@apex/catalog";
import type { AppliedResource, Diagnostic, JsonPath } from "@apex/core";
import { about, type AppliedState, configuredText, follow } from "./applied-state.ts";
import { type Launch, templateLaunch } from "./launch.ts";
import { catalogShape, noService, type ServiceReading, spotAdvice } from "./machine-shape.ts";

/** What a group launches, and how much of its size one machine fills. */
interface GroupLaunch extends Launch {
  readonly weight: number;
}

const MIXED: JsonPath = ["mixed_instances_policy", 0];
const MIXED_TEMPLATE: JsonPath = [...MIXED, "launch_template", 0];

function mixedAdvice(resource: AppliedResource, types: readonly string[]): readonly Diagnostic[] {
  const { values } = resource;
  const distribution: JsonPath = [...MIXED, "instances_distribution", 0];
  const onDemandPercent = numberAt(values, [...distribution, "on_demand_percentage_above_base_capacity"]);
  const [first] = types;
  return [
    ...(types.length > 1
      ? [
          about(resource, {
            code: "sandbox-mixed-instances",
            summary: `EC2 chooses among ${types.join(", ")}; all machines are taken to be ${first ?? ""}, the first`,
          }),
        ]
      : []),
    ...(onDemandPercent !== undefined && onDemandPercent < 100 && blocksAt(values, distribution).length > 0
      ? [spotAdvice(resource, "Its spot machines")]
      : []),
  ];
}

function mixedLaunch(resource: AppliedResource, state: AppliedState): GroupLaunch | undefined {
  const { values } = resource;
  const launch = templateLaunch(resource, state, {
    block: [...MIXED_TEMPLATE, "launch_template_specification", 0],
    id: "launch_template_id",
    name: "launch_template_name",
  });
  const overrides = blocksAt(values, [...MIXED_TEMPLATE, "override"]);
  const types = overrides.flatMap((override) => configuredText(override, ["instance_type"]) ?? []);
  if (launch === undefined && types.length === 0) return undefined;
  const [first] = overrides;
  return {
    instanceType: types[0] ?? launch?.instanceType,
    // An override has a type of its own, so that what the template does not tell no longer matters.
    diagnostics: [
      ...(types.length > 0 ? [] : (launch?.diagnostics ?? [])),
      ...mixedAdvice(resource, [...new Set(types)]),
    ],
    weight: Math.max(1, (first && numberAt(first, ["weighted_capacity"])) ?? 1),
  };
}

function configurationLaunch(resource: AppliedResource, state: AppliedState): GroupLaunch | undefined {
  const configuration = follow(state, resource.values, {
    paths: [["launch_configuration"]],
    types: ["aws_launch_configuration"],
    targetAttributes: ["name", "id"],
  });
  if (configuration === undefined) return undefined;
  const isSpot = configuredText(configuration.values, ["spot_price"]) !== undefined;
  return {
    instanceType: configuredText(configuration.values, ["instance_type"]),
    diagnostics: isSpot ? [spotAdvice(resource, "Its spot machines")] : [],
    weight: 1,
  };
}

function launchOf(resource: AppliedResource, state: AppliedState): GroupLaunch | undefined {
  const template = templateLaunch(resource, state, { block: ["launch_template", 0], id: "id", name: "name" });
  return (
    mixedLaunch(resource, state) ??
    (template === undefined ? undefined : { ...template, weight: 1 }) ??
    configurationLaunch(resource, state)
  );
}

/**
 * Machines of the group: the desired capacity, which AWS keeps between minimum and maximum, else the minimum, which is what
 * a group starts with. Where none is written the stand-in has 0, which the minimum raises just the same.
 * Source: Auto Scaling API reference, UpdateAutoScalingGroup.
 */
function capacityOf(resource: AppliedResource): number | undefined {
  const { values } = resource;
  const unit = configuredText(values, ["desired_capacity_type"]) ?? "units";
  const minimum = numberAt(values, ["min_size"]);
  const desired = numberAt(values, ["desired_capacity"]) ?? minimum;
  if (unit !== "units" || desired === undefined) return undefined;
  const maximum = numberAt(values, ["max_size"]) ?? desired;
  return Math.max(minimum ?? 0, Math.min(maximum, desired));
}

/** `aws_autoscaling_group`: its machines, from a launch template, a launch configuration or a mixed instances policy. */
export function readAwsAutoscalingGroup(resource: AppliedResource, state: AppliedState): ServiceReading {
  const launch = launchOf(resource, state);
  if (launch === undefined) {
    const pointed = textAt(resource.values, ["launch_template", 0, "name"]);
    return noService(
      resource,
      "sandbox-no-machine-type",
      "What the group launches is not in the state",
      pointed === undefined ? undefined : "Its launch template belongs to another configuration.",
    );
  }
  if (launch.instanceType === undefined) {
    const missing = noService(resource, "sandbox-no-machine-type", "The group's instance type is not known");
    return launch.diagnostics.length === 0 ? missing : { diagnostics: launch.diagnostics };
  }
  const capacity = capacityOf(resource);
  const reading = catalogShape(resource, "aws", launch.instanceType);
  const diagnostics = [...launch.diagnostics, ...reading.diagnostics];
  if (capacity === undefined) {
    const unsized = noService(
      resource,
      "sandbox-unknown-size",
      "How many machines the group has is not known",
    );
    return { diagnostics: [...diagnostics, ...unsized.diagnostics] };
  }
  const count = Math.ceil(capacity / launch.weight);
  return { ...(reading.shape === undefined ? {} : { shape: reading.shape }), count, diagnostics };
}
