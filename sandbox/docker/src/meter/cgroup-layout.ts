import { AdapterError } from "@apex/core";
import type { EngineFacts } from "../engine-facts.ts";

/** Where this machine's control groups are, and how the engine names those of its containers. */
export interface CgroupLayout {
  readonly version: 1 | 2;
  readonly driver: "cgroupfs" | "systemd";
  /** Mount point by controller on version 1; on version 2 the only one, under "". */
  readonly mounts: ReadonlyMap<string, string>;
}

/** The parent of all control groups of one run. */
export interface RunCgroup {
  /** What the engine takes as `CgroupParent`. */
  readonly parent: string;
  /** Below each mount point, without a leading slash. */
  readonly path: string;
}

/** Everything that Apex makes lies below this group. */
const ROOT = "apex";
/**
 * Every controller of version 1, by the kernel's documentation of it. Most are not measured, but the engine makes a run's group in
 * each hierarchy that is mounted, and what it makes there has to be removed.
 */
const CONTROLLERS = new Set([
  "blkio",
  "cpu",
  "cpuacct",
  "cpuset",
  "devices",
  "freezer",
  "hugetlb",
  "memory",
  "misc",
  "net_cls",
  "net_prio",
  "perf_event",
  "pids",
  "rdma",
]);

/** Mount points of control groups by `/proc/self/mounts`. Named hierarchies of version 1 have their name: "name=systemd". */
export function parseCgroupMounts(mounts: string): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const line of mounts.split("\n")) {
    const [, point = "", type, options = ""] = line.split(" ");
    if (type === "cgroup2") found.set("", point);
    if (type !== "cgroup") continue;
    for (const option of options.split(",")) {
      if (CONTROLLERS.has(option) || option.startsWith("name=")) found.set(option, point);
    }
  }
  return found;
}

/** Throws an AdapterError (`unavailable`) when the engine's containers cannot be measured by control groups. */
export function cgroupLayout(facts: EngineFacts, mounts: string): CgroupLayout {
  const found = parseCgroupMounts(mounts);
  const needed = facts.cgroupVersion === 2 ? [""] : ["cpu", "cpuacct", "memory", "blkio"];
  const missing = needed.filter((controller) => !found.has(controller));
  if (facts.cgroupDriver === "none" || missing.length > 0) {
    const what =
      facts.cgroupDriver === "none" ? "the engine uses none" : `not mounted here: ${missing.join(", ")}`;
    throw new AdapterError(
      "unavailable",
      `containers cannot be limited and measured without control groups (${what}): run the sandbox on the host itself, ` +
        "with Docker as root.",
    );
  }
  return { version: facts.cgroupVersion, driver: facts.cgroupDriver, mounts: found };
}

/**
 * The group of a run. systemd takes every "-" of a slice's name for a level, so the run's become "_", which no run id has.
 */
export function runCgroup(layout: CgroupLayout, runId: string): RunCgroup {
  if (layout.driver === "cgroupfs") return { parent: `/${ROOT}/${runId}`, path: `${ROOT}/${runId}` };
  const slice = `${ROOT}-${runId.replaceAll("-", "_")}.slice`;
  return { parent: slice, path: `${ROOT}.slice/${slice}` };
}

/** The group that holds the groups of all runs, and the run id of one of them by its name there. */
export function rootCgroup(layout: CgroupLayout): {
  readonly path: string;
  runIdOf(name: string): string | undefined;
} {
  if (layout.driver === "cgroupfs") return { path: ROOT, runIdOf: (name) => name };
  return {
    path: `${ROOT}.slice`,
    runIdOf: (name) => /^apex-([a-z0-9_]+)\.slice$/.exec(name)?.[1]?.replaceAll("_", "-"),
  };
}

/** The group of one container of a run, below each mount point. */
export function containerCgroup(layout: CgroupLayout, runId: string, containerId: string): string {
  const { path } = runCgroup(layout, runId);
  return layout.driver === "cgroupfs" ? `${path}/${containerId}` : `${path}/docker-${containerId}.scope`;
}

/** The distinct mount points: several controllers of version 1 may share one. */
export function mountPoints({ mounts }: CgroupLayout): readonly string[] {
  return [...new Set(mounts.values())];
}

/** A group's directory of one controller. The controllers of version 2 share theirs. */
export function cgroupDirectory(layout: CgroupLayout, controller: string, path: string): string {
  return `${layout.mounts.get(layout.version === 2 ? "" : controller) ?? ""}/${path}`;
}
