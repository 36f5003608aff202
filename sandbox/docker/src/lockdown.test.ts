import fc from "fast-check";
import { expect, test } from "vitest";
import { lockedDown, SANDBOX_USER } from "./lockdown.ts";

const MIB = 1024 * 1024;
const limits = { memoryBytes: 128 * MIB, cpus: 0.5, pids: 64 };

test("nothing of the policy depends on what is asked for", () => {
  fc.assert(
    fc.property(
      fc.record({
        memoryBytes: fc.integer({ min: 6 * MIB, max: 2 ** 40 }),
        cpus: fc.double({ min: 0.01, max: 512, noNaN: true }),
        pids: fc.integer({ min: 1, max: 100_000 }),
        cpuset: fc.option(fc.uniqueArray(fc.nat(511), { minLength: 1 }), { nil: undefined }),
      }),
      fc.record({ network: fc.constantFrom("none", "net"), gpus: fc.nat(8), init: fc.boolean() }),
      ({ cpuset, ...rest }, access) => {
        const { HostConfig: host, User } = lockedDown({ ...rest, ...(cpuset && { cpuset }) }, access);
        expect(User).toBe(SANDBOX_USER);
        expect(host).toMatchObject({
          ReadonlyRootfs: true,
          CapAdd: [],
          CapDrop: ["ALL"],
          SecurityOpt: ["no-new-privileges:true"],
          Privileged: false,
          Devices: [],
          IpcMode: "private",
          PidMode: "",
          PublishAllPorts: false,
          RestartPolicy: { Name: "no" },
          PidsLimit: rest.pids,
        });
        expect(host.Memory).toBe(host.MemorySwap);
        expect(host.Binds).toBeUndefined();
        expect(host.PortBindings).toBeUndefined();
        // What it may use of the CPU is held either way.
        const cores = (host.CpuQuota ?? Infinity) / (host.CpuPeriod ?? 1);
        expect(Math.min(cores, cpuset?.length ?? Infinity)).toBeLessThanOrEqual(rest.cpus + 0.00001);
      },
    ),
  );
});

test("whole cores by the set of CPUs alone, fractions by a quota", () => {
  expect(lockedDown({ ...limits, cpus: 2, cpuset: [1, 3] }, { network: "none" }).HostConfig).toMatchObject({
    CpusetCpus: "1,3",
  });
  expect(
    lockedDown({ ...limits, cpus: 2, cpuset: [1, 3] }, { network: "none" }).HostConfig.CpuQuota,
  ).toBeUndefined();
  expect(lockedDown({ ...limits, cpuset: [1] }, { network: "none" }).HostConfig).toMatchObject({
    CpusetCpus: "1",
    CpuPeriod: 100_000,
    CpuQuota: 50_000,
  });
});

test("what can be written to is limited in bytes and files, and nothing in it can be executed", () => {
  const { HostConfig } = lockedDown(limits, { network: "none", tmpfs: { "/scratch": 10.7 * MIB } });
  expect(HostConfig.Tmpfs).toEqual({
    "/scratch": `rw,noexec,nosuid,nodev,mode=1777,size=${Math.floor(10.7 * MIB)},nr_inodes=16384`,
  });
});

test("directories of the host are seen read-only", () => {
  const { HostConfig } = lockedDown(limits, { network: "none", readOnly: [{ source: "/a", target: "/b" }] });
  expect(HostConfig.Mounts).toEqual([
    { Type: "bind", Source: "/a", Target: "/b", ReadOnly: true, BindOptions: { Propagation: "rprivate" } },
  ]);
});

test("GPUs are asked for only where some are wanted", () => {
  expect(lockedDown(limits, { network: "none" }).HostConfig.DeviceRequests).toBeUndefined();
  expect(lockedDown(limits, { network: "none", gpus: 2 }).HostConfig.DeviceRequests).toMatchObject([
    { Driver: "nvidia", Count: 2, Capabilities: [["gpu"]] },
  ]);
});
