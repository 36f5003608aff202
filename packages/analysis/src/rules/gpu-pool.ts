import { type MachineGpu, machineType, type MachineType } from "@apex/catalog";
import type { Decimal, Resource } from "@apex/core";
import { textAt } from "../fleet/attributes.ts";
import { type MachineLoad, machineLoad } from "../rightsizing/gpu-load.ts";
import { ec2Machine } from "./ec2-machine.ts";
import { gpuIdle } from "./gpu-idle.ts";
import type { RuleContext } from "./rule.ts";

/** What starts and stops the machines of a pool. */
type PoolOwner =
  | { readonly kind: "eks-node-group"; readonly cluster: string; readonly name: string }
  | { readonly kind: "auto-scaling-group"; readonly name: string }
  | { readonly kind: "karpenter"; readonly name: string }
  | { readonly kind: "kubernetes"; readonly name: string }
  | { readonly kind: "nobody" };

/** A machine with GPUs that others could stand in for, as its profile passes by: plain data, kept until all are known. */
export interface PooledGpus {
  /** Machines of the same key could carry each other's work. */
  readonly pool: string;
  readonly owner: PoolOwner;
  readonly machineName: string;
  readonly gpu: MachineGpu;
  /** USD. */
  readonly hourly: Decimal;
  /** The most GPUs that Kubernetes had reserved on it; `undefined` where that is not known. */
  readonly requested: number | undefined;
  readonly measured:
    | { readonly kind: "measured"; readonly load: MachineLoad }
    | { readonly kind: "unknown"; readonly reason: string };
}

/** Tags that set machines apart whose work should not meet. */
const STAGES = /^(?:env|environment|stage|tier)$/i;

/** The machine as a member of its pool; `undefined` for machines without GPUs, and those that cannot be priced or are idle. */
export function pooledGpus(context: RuleContext): PooledGpus | undefined {
  const { resource } = context;
  if (resource.type !== "aws_instance") return undefined;
  // Most machines have none: that is looked up first.
  const type = textAt(resource.attributes, "instance_type");
  if (type === undefined || machineType("aws", type)?.gpu === undefined) return undefined;
  const owner = ownerOf(resource);
  const found = ec2Machine({ ...context, resource: { ...resource, tags: withoutOwner(resource) } });
  if (found.kind === "refused" || !hasGpu(found.machine)) return undefined;
  // What is idle is stopped, not moved.
  if (gpuIdle.judge(context).some(({ kind }) => kind === "proposed")) return undefined;
  const { machine, hourly, market } = found;
  const stages = Object.entries(resource.tags).filter(([key]) => STAGES.test(key));
  return {
    pool: JSON.stringify([
      resource.account ?? "",
      market.region,
      market.operatingSystem,
      machine.name,
      owner,
      stages.map(([key, value]) => `${key}=${value}`.toLowerCase()).toSorted(),
    ]),
    owner,
    machineName: machine.name,
    gpu: machine.gpu,
    hourly,
    requested: mostRequested(context),
    measured: machineLoad(machine, context),
  };
}

/** Of a reservation an average over hours says enough: it stands while its pod runs. */
function mostRequested({ profile }: RuleContext): number | undefined {
  const values = profile.series.flatMap(({ metric, values }) =>
    metric === "gpu_requested" ? [...values] : [],
  );
  return values.length === 0 ? undefined : values.reduce((most, value) => Math.max(most, value), 0);
}

/** Source: the tags that EKS, EC2 Auto Scaling and Karpenter put on their instances. */
function ownerOf({ tags }: Resource): PoolOwner {
  const [cluster, nodeGroup] = [tags["eks:cluster-name"], tags["eks:nodegroup-name"]];
  if (cluster !== undefined && nodeGroup !== undefined)
    return { kind: "eks-node-group", cluster, name: nodeGroup };
  const nodePool = tags["karpenter.sh/nodepool"] ?? tags["karpenter.sh/provisioner-name"];
  if (nodePool !== undefined) return { kind: "karpenter", name: nodePool };
  const group = tags["aws:autoscaling:groupName"];
  if (group !== undefined) return { kind: "auto-scaling-group", name: group };
  const key = Object.keys(tags).find((tag) => tag.startsWith(CLUSTER_TAG));
  return key === undefined ? { kind: "nobody" } : { kind: "kubernetes", name: key.slice(CLUSTER_TAG.length) };
}

const CLUSTER_TAG = "kubernetes.io/cluster/";

function withoutOwner({ tags }: Resource): Resource["tags"] {
  return Object.fromEntries(
    Object.entries(tags).filter(
      ([key]) => key !== "aws:autoscaling:groupName" && !key.startsWith(CLUSTER_TAG),
    ),
  );
}

function hasGpu(machine: MachineType): machine is MachineType & { readonly gpu: MachineGpu } {
  return machine.gpu !== undefined;
}
