import type {
  ContainerSpec,
  CounterReading,
  Environment,
  EnvironmentSpec,
  Replayer,
  ReplayOptions,
  SandboxHost,
} from "@apex/core";
import { describe, expect, test } from "vitest";
import { countersOf, cpuAllotment, type PartOfHost, partOfHost } from "./host-part.ts";

const READING: CounterReading = {
  at: 1,
  monotonicMs: 1,
  bootId: "b",
  cpuNs: 5n,
  memoryReservedByteMs: 0n,
  gpuMs: 0n,
  networkBytes: 0n,
  blockBytes: 0n,
};

/** What a part of a host of eight CPUs asks of that host, and of its sender. */
function parted(part: PartOfHost) {
  const specs: EnvironmentSpec[] = [];
  const sent: ReplayOptions[] = [];
  const readings: CounterReading[] = [];
  let opened = 0;
  const host: SandboxHost = {
    facts: {
      cpus: 8,
      memoryBytes: 32e9,
      gpus: 1,
      cpuModel: "m",
      kernel: "6",
      engineVersion: "29",
      cgroupVersion: 2,
    },
    counters: () => Promise.resolve({ atMs: 0, totalMs: 8, busyMs: 8, stealMs: 0 }),
    provision: (spec) => {
      specs.push(spec);
      return Promise.resolve({ name: spec.name } as Environment);
    },
    reading: () => Promise.resolve(READING),
    closeRun: () => Promise.resolve(),
  };
  const replayer: Replayer = {
    replay: (_schedule, options) => {
      sent.push(options);
      return Promise.reject(new Error("nothing is sent"));
    },
  };
  const hooks = {
    onOpened: () => {
      opened += 1;
    },
    onReading: (reading: CounterReading) => void readings.push(reading),
  };
  return { part: partOfHost(host, replayer, part, hooks), specs, sent, readings, opened: () => opened };
}

const CONTAINER: ContainerSpec = {
  name: "service-0",
  image: "twin",
  env: {},
  port: 80,
  cpus: 1,
  cpuset: [1],
  cpusetUntilReady: [0, 1],
  memoryBytes: 1e9,
  gpus: 0,
};

describe("a part of a host", () => {
  test("is a host of its own, whose first CPU is the third of the whole", async () => {
    const { part, specs, sent } = parted({ cpus: [2, 3], memoryBytes: 4e9, gpus: 0 });
    expect(part.host.facts).toMatchObject({ cpus: 2, memoryBytes: 4e9, gpus: 0, kernel: "6" });
    const spec = { runId: "r", name: "a", containers: [CONTAINER], leaseMs: 1, readyTimeoutMs: 1 };
    await part.host.provision(spec, new AbortController().signal);
    expect(specs[0]?.containers).toEqual([{ ...CONTAINER, cpuset: [3], cpusetUntilReady: [2, 3] }]);
    const options = { cpus: [0], targets: [] } as unknown as ReplayOptions;
    await expect(part.replayer.replay({} as never, options)).rejects.toThrow("nothing is sent");
    expect(sent[0]?.cpus).toEqual([2]);
  });

  test("counts the time of its own CPUs alone; the whole host counts its own", async () => {
    const whole = parted({ cpus: [0, 1, 2, 3, 4, 5, 6, 7], memoryBytes: 64e9, gpus: 4 });
    expect(whole.part.host.facts).toMatchObject({ cpus: 8, memoryBytes: 32e9, gpus: 1 });
    expect(await whole.part.host.counters()).toMatchObject({ totalMs: 8 });
    const first = parted({ cpus: [0], memoryBytes: 4e9, gpus: 0 });
    const { totalMs, busyMs } = await first.part.host.counters();
    expect(totalMs).toBeGreaterThan(busyMs);
    expect(busyMs).toBeGreaterThan(8);
  });

  test("tells when there is something to be read, and what was read last", async () => {
    const { part, readings, opened } = parted({ cpus: [0], memoryBytes: 4e9, gpus: 0 });
    expect(opened()).toBe(0);
    const spec = { runId: "r", name: "a", containers: [], leaseMs: 1, readyTimeoutMs: 1 };
    await part.host.provision(spec, new AbortController().signal);
    expect(opened()).toBe(1);
    expect(await part.host.reading("r")).toEqual(READING);
    expect(readings).toEqual([READING]);
  });
});

test("counters of some CPUs are the sums of their lines", () => {
  const text = ["cpu  9 9 9 9 9 9 9 9", "cpu0 1 2 3 4 5 6 7 8", "cpu1 10 0 0 20 0 0 0 0", "intr 1 2"].join(
    "\n",
  );
  expect(countersOf(text, [0, 1], 7)).toEqual({ atMs: 7, totalMs: 660, busyMs: 290, stealMs: 80 });
  expect(countersOf(text, [1], 7)).toEqual({ atMs: 7, totalMs: 300, busyMs: 100, stealMs: 0 });
  expect(() => countersOf(text, [1, 10], 7)).toThrow("cpu10");
});

test("no two runs share a CPU, and what is given back is there again", () => {
  const allotment = cpuAllotment([0, 1, 2]);
  const [first, second] = [allotment.take(2), allotment.take(1)];
  expect([first.cpus, second.cpus]).toEqual([[0, 1], [2]]);
  expect(() => allotment.take(1)).toThrow("1 CPUs are wanted and 0 are free");
  first.giveBack();
  expect(allotment.take(1).cpus).toEqual([0]);
});
