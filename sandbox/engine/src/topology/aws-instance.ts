import { numberAt } from "@apex/catalog";
import type { AppliedResource } from "@apex/core";
import { type AppliedState, configuredText, follow } from "./applied-state.ts";
import { templateLaunch } from "./launch.ts";
import { catalogShape, noService, type ServiceReading, spotAdvice } from "./machine-shape.ts";

function isStopped(resource: AppliedResource, state: AppliedState): boolean {
  const stops = state.ofType("aws_ec2_instance_state").some(
    (wanted) =>
      configuredText(wanted.values, ["state"]) === "stopped" &&
      follow(state, wanted.values, {
        paths: [["instance_id"]],
        types: ["aws_instance"],
        targetAttributes: ["id"],
      }) === resource,
  );
  return stops || configuredText(resource.values, ["instance_state"]) === "stopped";
}

/** vCPUs as `cpu_options` cuts them; the stand-in writes 0 where nothing is asked. */
function orderedVcpus(resource: AppliedResource): number | undefined {
  const { values } = resource;
  const cores =
    numberAt(values, ["cpu_options", 0, "core_count"]) ?? numberAt(values, ["cpu_core_count"]) ?? 0;
  const threads =
    numberAt(values, ["cpu_options", 0, "threads_per_core"]) ??
    numberAt(values, ["cpu_threads_per_core"]) ??
    0;
  return cores > 0 && threads > 0 ? cores * threads : undefined;
}

/** `aws_instance`: one machine. Its own type has the last word over its launch template's. */
export function readAwsInstance(resource: AppliedResource, state: AppliedState): ServiceReading {
  const own = configuredText(resource.values, ["instance_type"]);
  const launch = templateLaunch(resource, state, { block: ["launch_template", 0], id: "id", name: "name" });
  const name = own ?? launch?.instanceType;
  const said = launch?.diagnostics ?? [];
  if (isStopped(resource, state)) {
    return noService(resource, "sandbox-stopped", "The machine is stopped: there is nothing to run");
  }
  if (name === undefined) {
    const missing = noService(resource, "sandbox-no-machine-type", "Its instance type is not known");
    return said.length === 0 ? missing : { diagnostics: said };
  }
  const reading = catalogShape(resource, "aws", name);
  const isSpot =
    configuredText(resource.values, ["instance_market_options", 0, "market_type"]) === "spot" ||
    configuredText(resource.values, ["instance_lifecycle"]) === "spot";
  const diagnostics = [
    ...said,
    ...reading.diagnostics,
    ...(isSpot ? [spotAdvice(resource, "This spot machine")] : []),
  ];
  if (reading.shape === undefined) return { diagnostics };
  return {
    shape: { ...reading.shape, vcpus: orderedVcpus(resource) ?? reading.shape.vcpus },
    count: 1,
    diagnostics,
  };
}
