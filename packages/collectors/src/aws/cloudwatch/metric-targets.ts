import type { JsonValue, Resource } from "@apex/core";

/** What a dimension's value names: a resource, or a part of it. */
export interface MetricTarget {
  readonly resourceId: string;
  readonly part?: string;
  /** How long a sample of an Auto Scaling group's amounts is, in milliseconds: a minute where members have detailed monitoring. */
  readonly samplePeriodMs?: number;
}

const DETAILED_MS = 60_000;
const BASIC_MS = 300_000;

/** The dimension that names a resource of this type, for the types whose id is the dimension's value. */
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
    const detailedGroups = new Set(
      resources.filter(({ attributes }) => attributes["monitoring"] === true).map(groupOf),
    );
    for (const resource of resources) this.addResource(resource, detailedGroups);
  }

  /** The resource or part that a dimension's value names; `undefined` for what is not in the inventory. */
  find(dimension: string, value: string): MetricTarget | undefined {
    return this.targets.get(`${dimension}\n${value}`);
  }

  /** Whether any resource is named by this dimension. */
  has(dimension: string): boolean {
    return this.dimensions.has(dimension);
  }

  private addResource(resource: Resource, detailedGroups: ReadonlySet<string | undefined>): void {
    const { type, id } = resource;
    if (type === "aws_autoscaling_group") {
      const samplePeriodMs = detailedGroups.has(id) ? DETAILED_MS : BASIC_MS;
      this.add("AutoScalingGroupName", id, { resourceId: id, samplePeriodMs });
    } else if (type === "aws_lambda_function") {
      this.add("FunctionName", id, { resourceId: id });
      this.add("function_name", id, { resourceId: id });
    } else if (type === "aws_elasticache_replication_group") {
      for (const member of texts(resource.attributes["member_clusters"]))
        this.add("CacheClusterId", member, { resourceId: id, part: member });
    } else {
      const dimension = Object.hasOwn(DIMENSIONS, type) ? DIMENSIONS[type] : undefined;
      if (dimension !== undefined) this.add(dimension, id, { resourceId: id });
    }
  }

  private add(dimension: string, value: string, target: MetricTarget): void {
    this.dimensions.add(dimension);
    this.targets.set(`${dimension}\n${value}`, target);
  }
}

/** Auto Scaling tags its members; the tag cannot be set by users. */
function groupOf({ tags }: Resource): string | undefined {
  return tags["aws:autoscaling:groupName"];
}

function texts(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}
