import type { JsonObject } from "@apex/core";
import type { Autoscaler, InstanceGroupManager, InstanceTemplate } from "./compute-schema.ts";
import { type FoundResource, globalName } from "./gcp-resource.ts";
import { lastSegment, present, shortName, utcInstant, wholeNumber } from "./names.ts";

interface Place {
  readonly zone: string | undefined;
  readonly region: string | undefined;
  /** "zones/europe-west1-b", "regions/europe-west1" or "global". */
  readonly path: string;
}

function placeOf(thing: { readonly zone?: string | undefined; readonly region?: string | undefined }): Place {
  const zone = shortName(thing.zone);
  if (zone !== undefined) return { zone, region: undefined, path: `zones/${zone}` };
  const region = shortName(thing.region);
  return { zone, region, path: region === undefined ? "global" : `regions/${region}` };
}

/** A managed group as `google_compute_instance_group_manager`, or its regional kind. */
export function decodeGroupManager(project: string, group: InstanceGroupManager): FoundResource {
  const place = placeOf(group);
  const path = `projects/${project}/${place.path}/instanceGroupManagers`;
  const versions =
    group.versions.length > 0 ? group.versions : [{ instanceTemplate: group.instanceTemplate }];
  return {
    type: `google_compute_${place.zone === undefined ? "region_" : ""}instance_group_manager`,
    project,
    aliases: [globalName("compute", `${path}/${group.id}`)],
    attributes: {
      id: `${path}/${group.name}`,
      name: group.name,
      zone: place.zone,
      region: place.region,
      self_link: group.selfLink,
      base_instance_name: group.baseInstanceName,
      instance_group: group.instanceGroup,
      target_size: group.targetSize,
      version: versions.map((version) => present({ instance_template: version.instanceTemplate })),
      creation_timestamp: group.creationTimestamp,
    },
    observed: { createdAt: utcInstant(group.creationTimestamp) },
  };
}

/** A template as `google_compute_instance_template`, or its regional kind. */
export function decodeTemplate(project: string, template: InstanceTemplate): FoundResource {
  const place = placeOf(template);
  const path = `projects/${project}/${place.path}/instanceTemplates`;
  const { properties } = template;
  return {
    type: `google_compute_${place.region === undefined ? "" : "region_"}instance_template`,
    project,
    attributes: {
      id: `${path}/${template.name}`,
      name: template.name,
      region: place.region,
      self_link: template.selfLink,
      machine_type: shortName(properties?.machineType),
      labels: properties?.labels ?? {},
      disk: properties?.disks.map(templateDisk),
      scheduling: properties?.scheduling === undefined ? undefined : [templateScheduling(properties)],
      guest_accelerator: properties?.guestAccelerators.map(({ acceleratorType, acceleratorCount }) => ({
        type: lastSegment(acceleratorType),
        count: acceleratorCount,
      })),
    },
    observed: { createdAt: utcInstant(template.creationTimestamp) },
  };
}

type Properties = NonNullable<InstanceTemplate["properties"]>;

function templateDisk({ boot, initializeParams }: Properties["disks"][number]): JsonObject {
  return present({
    boot,
    disk_type: shortName(initializeParams?.diskType),
    disk_size_gb: wholeNumber(initializeParams?.diskSizeGb),
  });
}

function templateScheduling({ scheduling }: Properties): JsonObject {
  return present({
    preemptible: scheduling?.preemptible,
    provisioning_model: scheduling?.provisioningModel,
  });
}

/** An autoscaler as `google_compute_autoscaler`, or its regional kind. */
export function decodeAutoscaler(project: string, autoscaler: Autoscaler): FoundResource {
  const place = placeOf(autoscaler);
  const path = `projects/${project}/${place.path}/autoscalers`;
  const { autoscalingPolicy: policy } = autoscaler;
  const target = policy?.cpuUtilization?.utilizationTarget;
  return {
    type: `google_compute_${place.zone === undefined ? "region_" : ""}autoscaler`,
    project,
    attributes: {
      id: `${path}/${autoscaler.name}`,
      name: autoscaler.name,
      zone: place.zone,
      region: place.region,
      self_link: autoscaler.selfLink,
      target: autoscaler.target,
      autoscaling_policy:
        policy === undefined
          ? undefined
          : [
              present({
                min_replicas: policy.minNumReplicas,
                max_replicas: policy.maxNumReplicas,
                mode: policy.mode,
                cpu_utilization: target === undefined ? undefined : [{ target }],
              }),
            ],
    },
    observed: { createdAt: utcInstant(autoscaler.creationTimestamp) },
  };
}
