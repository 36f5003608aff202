import { isCount } from "@apex/catalog";
import {
  type AppliedResource,
  COMPUTE_TYPES,
  type ComputeService,
  type ComputeType,
  type Diagnostic,
} from "@apex/core";
import { about, type AppliedState, appliedState } from "./applied-state.ts";
import { readAwsAutoscalingGroup } from "./aws-autoscaling-group.ts";
import { readAwsEcsService } from "./aws-ecs-service.ts";
import { readAwsInstance } from "./aws-instance.ts";
import { readGoogleComputeInstance } from "./google-compute-instance.ts";
import { readGoogleInstanceGroupManager } from "./google-instance-group-manager.ts";
import type { ServiceReading } from "./machine-shape.ts";

/** The services of one applied state, and what could not be taken as one or must be known about it. */
export interface ComputeServices {
  /** In the order of the state. */
  readonly services: readonly ComputeService[];
  readonly diagnostics: readonly Diagnostic[];
}

const READERS = {
  aws_instance: readAwsInstance,
  aws_autoscaling_group: readAwsAutoscalingGroup,
  aws_ecs_service: readAwsEcsService,
  google_compute_instance: readGoogleComputeInstance,
  google_compute_instance_group_manager: readGoogleInstanceGroupManager,
  google_compute_region_instance_group_manager: readGoogleInstanceGroupManager,
} as const satisfies Record<ComputeType, (resource: AppliedResource, state: AppliedState) => ServiceReading>;

function computeType(resource: AppliedResource): ComputeType | undefined {
  return resource.mode === "managed" ? COMPUTE_TYPES.find((type) => type === resource.type) : undefined;
}

function sizeAdvice(resource: AppliedResource, count: number | undefined): Diagnostic {
  if (count === 0) {
    const summary = "It has no machines: there is nothing to run";
    return about(resource, { code: "sandbox-no-machines", summary });
  }
  const summary = "How many machines it has is not known";
  return about(resource, { code: "sandbox-unknown-size", summary });
}

/**
 * The compute services of an applied state: what becomes containers in the sandbox. Vocabulary and joins are Terraform's;
 * shapes are the catalogue's. What is not known is a diagnostic and no service, never a guess.
 */
export function computeServices(resources: readonly AppliedResource[]): ComputeServices {
  const state = appliedState(resources);
  const services: ComputeService[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const resource of resources) {
    const type = computeType(resource);
    if (type === undefined) continue;
    const { shape, count, diagnostics: said } = READERS[type](resource, state);
    diagnostics.push(...said);
    if (shape === undefined) continue;
    if (count !== undefined && isCount(count) && count > 0)
      services.push({ address: resource.address, type, ...shape, count });
    else diagnostics.push(sizeAdvice(resource, count));
  }
  return { services, diagnostics };
}
