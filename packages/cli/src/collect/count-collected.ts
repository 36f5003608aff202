import type { Resource } from "@apex/core";

/** What a person calls the things that are counted, by Terraform type; others are counted under their type. */
const NAMES: Readonly<Record<string, string>> = {
  aws_instance: "instances",
  google_compute_instance: "instances",
  aws_ebs_volume: "volumes",
  google_compute_disk: "volumes",
  google_compute_region_disk: "volumes",
  aws_ebs_snapshot: "snapshots",
  google_compute_snapshot: "snapshots",
  aws_eip: "addresses",
  google_compute_address: "addresses",
  google_compute_global_address: "addresses",
  aws_autoscaling_group: "autoScalingGroups",
  google_compute_instance_group_manager: "instanceGroups",
  google_compute_region_instance_group_manager: "instanceGroups",
  aws_launch_template: "launchTemplates",
  aws_lb: "loadBalancers",
  aws_elb: "loadBalancers",
  aws_nat_gateway: "natGateways",
  aws_db_instance: "databases",
  google_sql_database_instance: "databases",
  aws_elasticache_cluster: "cacheClusters",
  aws_elasticache_replication_group: "cacheClusters",
  aws_eks_cluster: "kubernetesClusters",
  google_container_cluster: "kubernetesClusters",
  aws_eks_node_group: "nodePools",
  google_container_node_pool: "nodePools",
  aws_lambda_function: "functions",
  aws_s3_bucket: "buckets",
};

/** How many of each there are, by name, the most frequent kinds first in the order of {@link NAMES}. */
export function countCollected(resources: readonly Resource[]): Readonly<Record<string, number>> {
  const order = [...new Set(Object.values(NAMES))];
  const counts = new Map<string, number>(
    ["instances", "volumes", "snapshots", "addresses"].map((name) => [name, 0]),
  );
  for (const { type } of resources) {
    const name = Object.hasOwn(NAMES, type) ? (NAMES[type] ?? type) : type;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const place = (name: string): number => {
    const index = order.indexOf(name);
    return index < 0 ? order.length : index;
  };
  return Object.fromEntries([...counts].toSorted(([a], [b]) => place(a) - place(b)));
}
