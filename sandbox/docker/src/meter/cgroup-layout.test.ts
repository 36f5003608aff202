import { expect, test } from "vitest";
import {
  cgroupDirectory,
  cgroupLayout,
  containerCgroup,
  parseCgroupMounts,
  rootCgroup,
  runCgroup,
} from "./cgroup-layout.ts";
import type { EngineFacts } from "../engine-facts.ts";

const V1_MOUNTS = `proc /proc proc rw 0 0
tmpfs /sys/fs/cgroup tmpfs rw,mode=755 0 0
cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,nosuid,cpu,cpuacct 0 0
cgroup /sys/fs/cgroup/memory cgroup rw,memory 0 0
cgroup /sys/fs/cgroup/blkio cgroup rw,blkio 0 0
cgroup /sys/fs/cgroup/systemd cgroup rw,name=systemd 0 0
cgroup /sys/fs/cgroup/net_cls,net_prio cgroup rw,net_cls,net_prio 0 0
cgroup /sys/fs/cgroup/perf_event cgroup rw,relatime,perf_event 0 0
cgroup /sys/fs/cgroup/hugetlb cgroup rw,hugetlb 0 0
cgroup2 /sys/fs/cgroup/unified cgroup2 rw,relatime 0 0
`;
const V2_MOUNTS = "cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid,nodev,noexec,relatime,nsdelegate 0 0\n";

function facts(cgroupVersion: 1 | 2, cgroupDriver: EngineFacts["cgroupDriver"]): EngineFacts {
  return { cgroupVersion, cgroupDriver } as EngineFacts;
}

test("controllers that share a mount are both found there", () => {
  const mounts = parseCgroupMounts(V1_MOUNTS);
  expect(mounts.get("cpuacct")).toBe("/sys/fs/cgroup/cpu,cpuacct");
  expect(mounts.get("cpu")).toBe("/sys/fs/cgroup/cpu,cpuacct");
  expect(mounts.get("name=systemd")).toBe("/sys/fs/cgroup/systemd");
  expect(mounts.get("")).toBe("/sys/fs/cgroup/unified");
});

test("hierarchies that are not measured are found too, because the engine makes groups there that are to be removed", () => {
  const points = new Set(parseCgroupMounts(V1_MOUNTS).values());
  expect(points).toContain("/sys/fs/cgroup/net_cls,net_prio");
  expect(points).toContain("/sys/fs/cgroup/perf_event");
  expect(points).toContain("/sys/fs/cgroup/hugetlb");
  expect(points.size).toBe(8);
});

test("a run's group is the engine's parent for its containers", () => {
  const v1 = cgroupLayout(facts(1, "cgroupfs"), V1_MOUNTS);
  expect(runCgroup(v1, "val-3f9a").parent).toBe("/apex/val-3f9a");
  expect(cgroupDirectory(v1, "cpuacct", containerCgroup(v1, "val-3f9a", "c0ffee"))).toBe(
    "/sys/fs/cgroup/cpu,cpuacct/apex/val-3f9a/c0ffee",
  );
  const v2 = cgroupLayout(facts(2, "cgroupfs"), V2_MOUNTS);
  expect(cgroupDirectory(v2, "cpuacct", containerCgroup(v2, "val-3f9a", "c0ffee"))).toBe(
    "/sys/fs/cgroup/apex/val-3f9a/c0ffee",
  );
});

test("under systemd it is a slice of one level, and its name leads back to the run", () => {
  const layout = cgroupLayout(facts(2, "systemd"), V2_MOUNTS);
  expect(runCgroup(layout, "val-3f-9a")).toEqual({
    parent: "apex-val_3f_9a.slice",
    path: "apex.slice/apex-val_3f_9a.slice",
  });
  expect(containerCgroup(layout, "val-3f9a", "c0ffee")).toBe(
    "apex.slice/apex-val_3f9a.slice/docker-c0ffee.scope",
  );
  expect(rootCgroup(layout).runIdOf("apex-val_3f_9a.slice")).toBe("val-3f-9a");
  expect(rootCgroup(layout).runIdOf("cpu.stat")).toBeUndefined();
});

test("without control groups it is said what to do", () => {
  expect(() => cgroupLayout(facts(2, "none"), V2_MOUNTS)).toThrow("the engine uses none");
  expect(() => cgroupLayout(facts(1, "cgroupfs"), V2_MOUNTS)).toThrow(
    "not mounted here: cpu, cpuacct, memory, blkio",
  );
});
