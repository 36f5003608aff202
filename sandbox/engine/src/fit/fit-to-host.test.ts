import type { Fit, HostFacts } from "@apex/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildService } from "../run/testing/build-request.ts";
import { type FitRequest, fitToHost } from "./fit-to-host.ts";

const GIB = 2 ** 30;

function host(overrides: Partial<HostFacts> = {}): HostFacts {
  return {
    cpus: 2,
    memoryBytes: 24 * GIB,
    gpus: 0,
    cpuModel: "EPYC",
    kernel: "6.18",
    engineVersion: "20.10",
    cgroupVersion: 1,
    ...overrides,
  };
}

const m5 = {
  xlarge: buildService(),
  large: buildService({ machineType: "m5.large", vcpus: 2, memoryGib: 8 }),
};

function request(overrides: Partial<FitRequest> = {}): FitRequest {
  return { baseline: m5.xlarge, candidate: m5.large, host: host(), mode: "twin", ...overrides };
}

function fitted(overrides: Partial<FitRequest> = {}): Fit {
  const outcome = fitToHost(request(overrides));
  if (outcome.kind === "refused") throw new Error(outcome.reason);
  return outcome.fit;
}

function refusal(overrides: Partial<FitRequest>): string {
  const outcome = fitToHost(request(overrides));
  return outcome.kind === "refused" ? outcome.reason : "";
}

describe("one scale for both sides", () => {
  test("gives the larger machine all cores but the sender's", () => {
    const fit = fitted();
    expect(fit).toMatchObject({
      scale: 0.25,
      cpuset: [1],
      baseline: { replicas: 1, cpusPerReplica: 1, memoryBytesPerReplica: 4 * GIB, loadShare: 1 },
      candidate: { replicas: 1, cpusPerReplica: 0.5, memoryBytesPerReplica: 2 * GIB, loadShare: 1 },
    });
    expect(fit.notes).toEqual([
      "One vCPU is 0.25 of a core of this host, and memory is scaled alike, for both sides: containers of 1 and 0.5 cores, 4 GiB and 2 GiB.",
    ]);
  });

  test("is at most 1, however large the host is", () => {
    expect(fitted({ host: host({ cpus: 64, memoryBytes: 512 * GIB }) })).toMatchObject({
      scale: 1,
      candidate: { cpusPerReplica: 2 },
    });
  });

  test("leaves 40 % of the host's memory to others, and scales CPU with it", () => {
    const fit = fitted({ host: host({ memoryBytes: 2 * GIB }) });
    expect(fit.scale).toBeCloseTo((2 * 0.6) / 16);
    expect(fit.baseline.cpusPerReplica).toBeCloseTo(4 * fit.scale);
  });

  test("on a single CPU shares it with the sender, and says so", () => {
    const fit = fitted({ host: host({ cpus: 1 }) });
    expect(fit.cpuset).toEqual([0]);
    expect(fit.notes.join(" ")).toContain("single CPU");
  });

  test("of the user is honoured, or refused with the largest that fits", () => {
    expect(fitted({ scale: 0.1 })).toMatchObject({ scale: 0.1 });
    expect(refusal({ scale: 0.5 })).toBe(
      "A scale of 0.5 does not fit: the services may use 1 core and 14.4 GiB of this host, which is enough for 0.25. Leave --scale out to get that.",
    );
    expect(refusal({ scale: Number.NaN })).toContain("above 0");
  });

  test("must leave the twin its own memory", () => {
    const small = buildService({ machineType: "t3.nano", vcpus: 2, memoryGib: 0.5 });
    const large = buildService({ machineType: "m5.4xlarge", vcpus: 16, memoryGib: 64 });
    expect(refusal({ baseline: large, candidate: small })).toBe(
      "At a scale of 0.0625 a container for t3.nano would have 32 MiB, less than the 96 MiB that the twin needs. Use a host with more cores and memory.",
    );
    expect(fitToHost(request({ baseline: large, candidate: small, mode: "image" })).kind).toBe("fitted");
  });
});

describe("processors of two generations", () => {
  test("get CPU by their speed", () => {
    const candidate = buildService({ machineType: "m7i.large", vcpus: 2, memoryGib: 8, vcpuSpeed: 25_000 });
    const fit = fitted({ candidate });
    expect(fit.candidate.cpusPerReplica).toBeCloseTo(2 * 0.25 * 1.25);
    expect(fit.notes.at(-1)).toBe(
      "A vCPU of m7i.large does 1.25 times the work of one of m5.xlarge (CoreMark per vCPU), and its containers get that much more CPU.",
    );
  });

  test("never stand for more than a core", () => {
    const candidate = buildService({ machineType: "m7i.xlarge", vcpuSpeed: 25_000 });
    const fit = fitted({ candidate, host: host({ cpus: 64, memoryBytes: 512 * GIB }) });
    expect(fit.scale).toBeCloseTo(0.8);
    expect(fit.candidate.cpusPerReplica).toBeCloseTo(4);
  });

  test("count as equal where one is not known, and that is said; within a family they are", () => {
    const unknown = buildService({ machineType: "t3.large", vcpus: 2, memoryGib: 8, vcpuSpeed: null });
    expect(fitted({ candidate: unknown }).notes.at(-1)).toContain("is not known; they count as equal");
    const sibling = { ...m5.large, vcpuSpeed: null };
    expect(fitted({ candidate: sibling }).notes.join(" ")).not.toContain("count as equal");
  });
});

describe("groups", () => {
  const group = (count: number) => buildService({ machineType: "m5.large", vcpus: 2, memoryGib: 8, count });

  test("run whole where every container gets a reasonable share", () => {
    const fit = fitted({
      baseline: group(6),
      candidate: group(4),
      host: host({ cpus: 17, memoryBytes: 96 * GIB }),
    });
    expect([fit.baseline.replicas, fit.candidate.replicas]).toEqual([6, 4]);
  });

  test("run in part, both sides with the same share of the load", () => {
    const fit = fitted({ baseline: group(6), candidate: group(4) });
    expect([fit.baseline.replicas, fit.candidate.replicas]).toEqual([3, 2]);
    expect([fit.baseline.loadShare, fit.candidate.loadShare]).toEqual([0.5, 0.5]);
    expect(fit.notes[1]).toBe(
      "Of 6 machines now and 4 proposed, 3 and 2 run, with 50 % of the load: a balancer is taken to share it evenly.",
    );
  });

  test("of numbers without a common part run one each, with its own share", () => {
    const fit = fitted({ baseline: group(7), candidate: group(5) });
    expect([fit.baseline.loadShare, fit.candidate.loadShare]).toEqual([1 / 7, 1 / 5]);
  });
});

const anyService = fc.record({
  vcpus: fc.constantFrom(0.25, 1, 2, 4, 16, 96, 448),
  memoryGib: fc.constantFrom(0.5, 1, 4, 16, 64, 384, 24_576),
  count: fc.integer({ min: 1, max: 500 }),
  vcpuSpeed: fc.constantFrom(null, 10_000, 20_000, 40_000),
  machineType: fc.constantFrom("m5.large", "c7g.large", "t3.micro"),
});

test("whatever fits does fit: cores, memory, shares, for any machines, host and scale", () => {
  fc.assert(
    fc.property(
      fc.tuple(anyService, anyService),
      fc.integer({ min: 1, max: 128 }),
      fc.constantFrom(1, 4, 24, 1024),
      fc.option(fc.double({ min: 0.001, max: 1, noNaN: true }), { nil: undefined }),
      ([baseline, candidate], cpus, memoryGib, scale) => {
        const facts = host({ cpus, memoryBytes: memoryGib * GIB });
        const outcome = fitToHost(
          request({
            baseline: buildService(baseline),
            candidate: buildService(candidate),
            host: facts,
            ...(scale === undefined ? {} : { scale }),
          }),
        );
        if (outcome.kind === "refused") return outcome.reason.length > 40;
        const { fit } = outcome;
        return [fit.baseline, fit.candidate].every(
          (side) =>
            side.replicas >= 1 &&
            side.replicas <= side.service.count &&
            side.loadShare === side.replicas / side.service.count &&
            side.replicas * side.cpusPerReplica <= fit.cpuset.length * (1 + 1e-9) &&
            side.cpusPerReplica <= side.service.vcpus * (1 + 1e-9) &&
            side.replicas * side.memoryBytesPerReplica <= 0.6 * facts.memoryBytes * (1 + 1e-9) &&
            side.memoryBytesPerReplica >= 96 * 2 ** 20 - 4096 &&
            (scale === undefined || fit.scale === scale),
        );
      },
    ),
    { numRuns: 500 },
  );
});
