import { epochMsOf } from "../timestamp.ts";
import type { Points } from "./points.ts";

/** Labels of a series. */
export type Labels = Readonly<Record<string, string>>;

/**
 * Labels that name the machine, the most deliberate first: what people add themselves; Kubernetes' node by its provider or its name;
 * `Hostname`, which dcgm-exporter adds; last `instance`, the scraped address, which under Kubernetes may be a pod's.
 */
export const MACHINE_LABELS: readonly string[] = [
  "instance_id",
  "resource_id",
  "provider_id",
  "node",
  "kubernetes_node",
  "Hostname",
  "nodename",
  "instance",
];

/** The machine that a series is of: without the port, and of a provider's id ("aws:///eu-west-1a/i-0abc") the last part. */
export function machineOf(
  labels: Labels,
  candidates: readonly string[] = MACHINE_LABELS,
): string | undefined {
  for (const label of candidates) {
    const name = machineName(labels[label]);
    if (name !== undefined) return name;
  }
  return undefined;
}

/**
 * A machine as one label names it; `undefined` for a label that is not there or empty. Google's provider id says in full which one it is,
 * and becomes the id that Terraform has for it; names on Google come back in other projects and zones.
 */
export function machineName(value: string | undefined): string | undefined {
  if (value === undefined || value === "") return undefined;
  const [, project, zone, name] = /^gce:\/\/([^/]+)\/([^/]+)\/([^/]+)$/.exec(value) ?? [];
  if (name !== undefined) return `projects/${project}/zones/${zone}/instances/${name}`;
  return /^[a-z]+:\/\//.test(value) ? value.slice(value.lastIndexOf("/") + 1) : value.replace(/:\d+$/, "");
}

/** The GPU that a series of DCGM is of. */
export function partOf(labels: Labels): string | undefined {
  const gpu = labels["gpu"];
  if (gpu === undefined || gpu === "") return undefined;
  // Under MIG each slice of a GPU reports for itself.
  const slice = labels["GPU_I_ID"];
  return slice === undefined || slice === "" ? `gpu-${gpu}` : `gpu-${gpu}-mig-${slice}`;
}

/**
 * Adds the samples of a series as Prometheus writes them, `[seconds, "value"]`, each `shiftMs` later; what is no number becomes NaN.
 * Returns how many have no readable time.
 */
export function pushSamples(values: readonly unknown[], into: Points, shiftMs = 0): number {
  let unreadable = 0;
  for (const sample of values) {
    const [time, number] = Array.isArray(sample) ? (sample as readonly unknown[]) : [];
    const epochMs = typeof time === "number" ? epochMsOf(time) : undefined;
    if (epochMs === undefined) unreadable += 1;
    else {
      const value = typeof number === "string" && number.trim() !== "" ? Number(number) : Number.NaN;
      into.push(epochMs + shiftMs, value);
    }
  }
  return unreadable;
}
