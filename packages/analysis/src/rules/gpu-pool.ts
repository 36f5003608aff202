import { type MachineGpu, machineType } from "@apex/catalog";
import type { Decimal, Resource } from "@apex/core";
import { blocksAt, textAt } from "../fleet/attributes.ts";
import { type MachineLoad, machineLoad } from "../rightsizing/gpu-load.ts";
import { gpuIdle } from "./gpu-idle.ts";
import { gpuMachine } from "./gpu-machine.ts";
import type { RuleContext } from "./rule.ts";

/** What starts and stops the machines of a pool. */
export type PoolOwner =
  | { readonly kind: "eks-node-group"; readonly cluster: string; readonly name: string }
  | { readonly kind: "gke-node-pool"; readonly cluster: string; readonly name: string }
  | { readonly kind: "auto-scaling-group"; readonly name: string }
  | { readonly kind: "karpenter"; readonly name: string }
  | { readonly kind: "kubernetes"; readonly name: string }
  /** A managed instance group of Compute Engine. */
  | { readonly kind: "instance-group"; readonly name: string }
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
  // Most machines have none: that is looked up first.
  if (!mayHaveGpu(resource)) return undefined;
  const owner = ownerOf(resource);
  const found = gpuMachine({ ...context, resource: withoutOwner(resource) });
  if (found === undefined) return undefined;
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

function mayHaveGpu({ type, provider, attributes }: Resource): boolean {
  if (type !== "aws_instance" && type !== "google_compute_instance") return false;
  const name = textAt(attributes, provider === "aws" ? "instance_type" : "machine_type");
  const shape = name === undefined ? undefined : machineType(provider, name.split("/").at(-1) ?? name);
  return shape?.gpu !== undefined || blocksAt(attributes, "guest_accelerator").length > 0;
}

function ownerOf(resource: Resource): PoolOwner {
  return resource.provider === "aws" ? ownerOnAws(resource) : ownerOnGoogle(resource);
}

/** Source: the tags that EKS, EC2 Auto Scaling and Karpenter put on their instances. */
function ownerOnAws({ tags }: Resource): PoolOwner {
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

/** Source: the labels that GKE puts on its nodes; of groups an inventory tells the name. */
function ownerOnGoogle({ tags, observed }: Resource): PoolOwner {
  const cluster = tags["goog-k8s-cluster-name"];
  const nodePool = tags["goog-k8s-node-pool-name"];
  if (cluster !== undefined) {
    return nodePool === undefined
      ? { kind: "kubernetes", name: cluster }
      : { kind: "gke-node-pool", cluster, name: nodePool };
  }
  const group = observed?.details?.["instanceGroup"];
  return typeof group === "string" ? { kind: "instance-group", name: group } : { kind: "nobody" };
}

const CLUSTER_TAG = "kubernetes.io/cluster/";

/** Tags by which the rules on single machines leave a machine to its owner. */
const OWNER_TAG = /^(?:aws:autoscaling:groupName$|kubernetes\.io\/cluster\/|goog-(?:k8s|gke))/;

/** The machine as if it stood by itself. */
function withoutOwner(resource: Resource): Resource {
  const tags = Object.fromEntries(Object.entries(resource.tags).filter(([key]) => !OWNER_TAG.test(key)));
  const { observed } = resource;
  if (observed?.details?.["isInManagedGroup"] !== true) return { ...resource, tags };
  return {
    ...resource,
    tags,
    observed: { ...observed, details: { ...observed.details, isInManagedGroup: false } },
  };
}
