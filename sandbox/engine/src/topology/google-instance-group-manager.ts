import { blocksAt, numberAt } from "@apex/catalog";
import type { AppliedResource, Diagnostic } from "@apex/core";
import { about, type AppliedState, follow } from "./applied-state.ts";
import { readGoogleMachine } from "./google-machine.ts";
import { noService, type ServiceReading } from "./machine-shape.ts";

const TEMPLATE_TYPES = ["google_compute_instance_template", "google_compute_region_instance_template"];
const AUTOSCALER_TYPES = ["google_compute_autoscaler", "google_compute_region_autoscaler"];
const MANAGER_TYPES = [
  "google_compute_instance_group_manager",
  "google_compute_region_instance_group_manager",
];

/** The autoscaler's minimum, where one decides the size. */
function autoscaledSize(resource: AppliedResource, state: AppliedState): number | undefined {
  const autoscaler = AUTOSCALER_TYPES.flatMap((type) => state.ofType(type)).find(
    (candidate) =>
      follow(state, candidate.values, {
        paths: [["target"]],
        types: MANAGER_TYPES,
        targetAttributes: ["id", "self_link", "name"],
      }) === resource,
  );
  return autoscaler && numberAt(autoscaler.values, ["autoscaling_policy", 0, "min_replicas"]);
}

interface GroupSize {
  readonly count?: number;
  readonly diagnostics: readonly Diagnostic[];
}

function sizeOf(resource: AppliedResource, state: AppliedState): GroupSize {
  const minimum = autoscaledSize(resource, state);
  if (minimum !== undefined) {
    const summary = `An autoscaler decides its size; it is run at the minimum of ${minimum}`;
    return { count: minimum, diagnostics: [about(resource, { code: "sandbox-autoscaled", summary })] };
  }
  const target = numberAt(resource.values, ["target_size"]);
  return { ...(target === undefined ? {} : { count: target }), diagnostics: [] };
}

/** `google_compute_(region_)instance_group_manager`: the machines of its instance template. */
export function readGoogleInstanceGroupManager(
  resource: AppliedResource,
  state: AppliedState,
): ServiceReading {
  if (blocksAt(resource.values, ["version"]).length > 1) {
    return noService(
      resource,
      "sandbox-several-versions",
      "How its machines divide among several versions of the template is not known",
    );
  }
  const template = follow(state, resource.values, {
    paths: [["version", 0, "instance_template"]],
    types: TEMPLATE_TYPES,
    targetAttributes: ["self_link_unique", "self_link", "id", "name"],
  });
  if (template === undefined) {
    return noService(resource, "sandbox-no-machine-type", "Its instance template is not in the state");
  }
  const reading = readGoogleMachine(resource, template.values);
  const size = sizeOf(resource, state);
  const diagnostics = [...reading.diagnostics, ...size.diagnostics];
  if (reading.shape === undefined) return { diagnostics };
  return { shape: reading.shape, diagnostics, ...(size.count === undefined ? {} : { count: size.count }) };
}
