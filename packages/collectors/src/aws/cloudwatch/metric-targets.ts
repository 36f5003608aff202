import { isJsonObject, memberNames, nameOfResource, type Resource } from "@apex/core";

/** What a dimension's value names: a resource, or a part of it. */
export interface MetricTarget {
  readonly resourceId: string;
  readonly part?: string;
  /** How long a sample of an Auto Scaling group's amounts is, in milliseconds: a minute where members have detailed monitoring. */
  readonly samplePeriodMs?: number;
}

const DETAILED_MS = 60_000;
const BASIC_MS = 300_000;

/** The dimension that names a resource of this type, for the types whose name is the dimension's value. */
const DIMENSIONS: Readonly<Record<string, string>> = {
  aws_instance: "InstanceId",
  aws_ebs_volume: "VolumeId",
  aws_db_instance: "DBInstanceIdentifier",
  aws_rds_cluster_instance: "DBInstanceIdentifier",
  aws_rds_cluster: "DBClusterIdentifier",
  aws_lb: "LoadBalancer",
  aws_elb: "LoadBalancerName",
  aws_nat_gateway: "NatGatewayId",
  aws_elasticache_cluster: "CacheClusterId",
};

/** Which resource each value of each dimension names, of the resources of one account and region. */
export class MetricTargets {
  private readonly targets = new Map<string, MetricTarget>();
  private readonly dimensions = new Set<string>();

  constructor(resources: readonly Resource[]) {
    const monitoring = monitoringOf(resources);
    for (const resource of resources) this.addResource(resource, monitoring);
  }

  /** The resource or part that a dimension's value names; `undefined` for what is not in the inventory. */
  find(dimension: string, value: string): MetricTarget | undefined {
    return this.targets.get(`${dimension}\n${value}`);
  }

  /** Whether any resource is named by this dimension. */
  has(dimension: string): boolean {
    return this.dimensions.has(dimension);
  }

  private addResource(resource: Resource, monitoring: ReadonlyMap<string, boolean>): void {
    const { type, id } = resource;
    const name = nameOfResource(resource);
    if (type === "aws_autoscaling_group") {
      // What is not known is taken as detailed: that counts an amount five times rather than a fifth of it.
      const isDetailed = monitoring.get(name) ?? monitoring.get(templateOf(resource) ?? "") ?? true;
      const samplePeriodMs = isDetailed ? DETAILED_MS : BASIC_MS;
      this.add("AutoScalingGroupName", name, { resourceId: id, samplePeriodMs });
    } else if (type === "aws_lambda_function") {
      this.add("FunctionName", name, { resourceId: id });
      this.add("function_name", name, { resourceId: id });
    } else if (type === "aws_elasticache_replication_group") {
      for (const member of memberNames(resource))
        this.add("CacheClusterId", member, { resourceId: id, part: member });
    } else {
      const dimension = Object.hasOwn(DIMENSIONS, type) ? DIMENSIONS[type] : undefined;
      if (dimension !== undefined) this.add(dimension, name, { resourceId: id });
    }
  }

  private add(dimension: string, value: string, target: MetricTarget): void {
    this.dimensions.add(dimension);
    this.targets.set(`${dimension}\n${value}`, target);
  }
}

/** Whether members of groups, by the group's name, and instances of launch templates, by the template's id, have detailed monitoring. */
function monitoringOf(resources: readonly Resource[]): ReadonlyMap<string, boolean> {
  const detailed = new Map<string, boolean>();
  for (const { type, id, tags, attributes } of resources) {
    const { monitoring } = attributes;
    if (type === "aws_launch_template") {
      const [block] = Array.isArray(monitoring) ? monitoring : [];
      detailed.set(id, isJsonObject(block) && block["enabled"] === true);
    }
    // Auto Scaling tags its members; nobody else can set the tag.
    const group = tags["aws:autoscaling:groupName"];
    if (type === "aws_instance" && group !== undefined && typeof monitoring === "boolean")
      detailed.set(group, monitoring || detailed.get(group) === true);
  }
  return detailed;
}

function templateOf({ attributes }: Resource): string | undefined {
  const { launch_template: blocks } = attributes;
  const [block] = Array.isArray(blocks) ? blocks : [];
  const id = isJsonObject(block) ? block["id"] : undefined;
  return typeof id === "string" ? id : undefined;
}
