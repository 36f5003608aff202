import { decimal } from "@apex/core";
import type { OperatingSystem } from "../machine-price.ts";
import {
  combineParts,
  essentialPartMissing,
  FREE,
  multiplyParts,
  partMissing,
  partsOfUnknownCount,
  type PricedParts,
} from "../pricing/priced-parts.ts";
import { monthOf, usageLine } from "../pricing/unit-lines.ts";
import { unitPrice } from "../unit-prices.ts";
import { flagAt, isCount, numberAt, textAt } from "./attributes.ts";
import { isSetLater } from "./aws-data-lines.ts";
import { priceBlockDevice } from "./ebs-block-device.ts";
import { toldOperatingSystem, toldUse } from "./launch-extras.ts";
import { type LaunchSpec, pointedTemplate, priceLaunch, readLaunchTemplate } from "./launch-spec.ts";
import type { PlanView, ResourceView } from "./plan-view.ts";
import { type PricePlace, pricePlace } from "./resource-region.ts";

/** The last day of each version's standard support. Source: EKS user guide, "Kubernetes version lifecycle", release calendar. */
const STANDARD_SUPPORT_ENDS: Readonly<Record<string, string>> = {
  "1.23": "2023-10-11",
  "1.24": "2024-01-31",
  "1.25": "2024-05-01",
  "1.26": "2024-06-11",
  "1.27": "2024-07-24",
  "1.28": "2024-11-26",
  "1.29": "2025-03-23",
  "1.30": "2025-07-23",
  "1.31": "2025-11-26",
  "1.32": "2026-03-23",
  "1.33": "2026-07-29",
};

/**
 * Whether a cluster pays for extended support by the day of the price: a version that was out of standard support then, unless the
 * cluster is upgraded in time (`support_type` STANDARD).
 */
function isExtended(resource: ResourceView, where: PricePlace): boolean {
  const { values } = resource;
  if (textAt(values, ["upgrade_policy", 0, "support_type"]) === "STANDARD") return false;
  const version = textAt(values, ["version"]) ?? "";
  const end = Object.hasOwn(STANDARD_SUPPORT_ENDS, version) ? STANDARD_SUPPORT_ENDS[version] : undefined;
  const price = unitPrice("eks-extended-support-cluster-hour", where.region, where.prices);
  return end !== undefined && price.kind === "known" && end < price.value.date;
}

/** `aws_eks_cluster`: its control plane. Nodes are priced where they are declared, but for those that the cluster makes itself. */
export function priceAwsEksCluster(resource: ResourceView, view: PlanView): PricedParts {
  const { values } = resource;
  const where = pricePlace(view, resource);
  const tier = textAt(values, ["control_plane_scaling_config", 0, "tier"]) ?? "standard";
  return combineParts(
    isExtended(resource, where)
      ? monthOf("EKS cluster (extended support)", "eks-extended-support-cluster-hour", where)
      : monthOf("EKS cluster", "eks-cluster-hour", where),
    tier === "standard"
      ? FREE
      : essentialPartMissing(`the price of a control plane of the tier ${tier} is not in the table`),
    flagAt(values, ["compute_config", 0, "enabled"]) === true
      ? partMissing("the nodes that EKS makes in auto mode, and their fee, are not known")
      : FREE,
  );
}

/** What EKS launches where nobody says it, and on what disk. Source: EKS API reference, CreateNodegroup. */
const DEFAULT_NODE = { type: "t3.medium", diskGib: 20, windowsDiskGib: 50 } as const;

function nodeSystem(resource: ResourceView, view: PlanView): OperatingSystem {
  const told = toldOperatingSystem(resource, view);
  if (told !== undefined) return told;
  return (textAt(resource.values, ["ami_type"]) ?? "").startsWith("WINDOWS") ? "windows" : "linux";
}

/** The disk that EKS gives a node whose template says none. */
function nodeDisk(resource: ResourceView, system: OperatingSystem, where: PricePlace): PricedParts {
  const usual = system === "windows" ? DEFAULT_NODE.windowsDiskGib : DEFAULT_NODE.diskGib;
  const volume_size = numberAt(resource.values, ["disk_size"]) ?? usual;
  return priceBlockDevice({ volume_size, volume_type: "gp2" }, { ...where, label: "Node disk" });
}

/** A node of the group: of its launch template, with what the group says itself. */
function nodeOf(resource: ResourceView, view: PlanView, where: PricePlace): LaunchSpec | string {
  const { values } = resource;
  const system = nodeSystem(resource, view);
  const pointed = pointedTemplate(view, resource, {
    block: ["launch_template", 0],
    idAttribute: "id",
    nameAttribute: "name",
  });
  if (pointed?.kind === "unknown") return pointed.reason;
  const spec = pointed && readLaunchTemplate(pointed.value.values, where);
  if (isSetLater(resource, ["instance_types"])) return "the instance types are known only after apply";
  if (isSetLater(resource, ["disk_size"])) return "the size of the nodes' disks is known only after apply";
  // On demand, EKS takes the first type as long as there is one.
  const named = textAt(values, ["instance_types", 0]);
  return {
    purchase: "on-demand",
    tenancy: "default",
    hasUnlimitedCredits: undefined,
    hasDetailedMonitoring: false,
    isEbsOptimised: false,
    hasPublicAddress: false,
    volumes: nodeDisk(resource, system, where),
    ...spec,
    operatingSystem: system,
    instanceType: spec?.instanceType ?? named ?? DEFAULT_NODE.type,
    ...(textAt(values, ["capacity_type"]) === "SPOT" ? { purchase: "spot" as const } : {}),
  };
}

/** `aws_eks_node_group`: its nodes with their disks. */
export function priceAwsEksNodeGroup(resource: ResourceView, view: PlanView): PricedParts {
  const { values, usage } = resource;
  const where = pricePlace(view, resource);
  const node = nodeOf(resource, view, where);
  if (typeof node === "string") return essentialPartMissing(node);
  const one = priceLaunch(node, where, toldUse(resource, node.instanceType));
  const count = numberAt(usage, ["instances"]) ?? numberAt(values, ["scaling_config", 0, "desired_size"]);
  if (count === 0) return FREE;
  return count === undefined || !isCount(count)
    ? partsOfUnknownCount(one, "the size of the node group is not known; prices are per node")
    : multiplyParts(one, decimal(count));
}

/** `aws_eks_fargate_profile`: free by itself, paid by what the pods that it takes ask for. */
export function priceAwsFargateProfile(resource: ResourceView, view: PlanView): PricedParts {
  const where = pricePlace(view, resource);
  return combineParts(
    usageLine(
      { name: "Pods' vCPU", unit: "vCPU-hours", price: "fargate-vcpu-hour", quantity: undefined },
      where,
    ),
    usageLine(
      { name: "Pods' memory", unit: "GB-hours", price: "fargate-gb-hour", quantity: undefined },
      where,
    ),
  );
}

/** Add-ons of AWS itself; those of its marketplace have prices of their own. Source: EKS user guide, "AWS add-ons". */
const FREE_ADDONS = new Set([
  "adot",
  "amazon-cloudwatch-observability",
  "aws-ebs-csi-driver",
  "aws-efs-csi-driver",
  "aws-guardduty-agent",
  "aws-mountpoint-s3-csi-driver",
  "aws-network-flow-monitoring-agent",
  "coredns",
  "eks-node-monitoring-agent",
  "eks-pod-identity-agent",
  "kube-proxy",
  "metrics-server",
  "snapshot-controller",
  "vpc-cni",
]);

/** `aws_eks_addon`. */
export function priceAwsEksAddon(resource: ResourceView): PricedParts {
  const name = textAt(resource.values, ["addon_name"]) ?? "";
  return FREE_ADDONS.has(name) ? FREE : essentialPartMissing(`the price of the add-on ${name} is not known`);
}
