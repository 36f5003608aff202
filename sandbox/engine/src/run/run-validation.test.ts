import { AdapterError, ContainerNotReady, type RunEvent, type Validation } from "@apex/core";
import { describe, expect, test } from "vitest";
import { runValidation } from "./run-validation.ts";
import { buildProfile, buildRequest, buildService, buildWorkload } from "./testing/build-request.ts";
import { SimulatedSandbox, type SimulatedWorld } from "./testing/simulated-sandbox.ts";
import type { ValidationProgress, ValidationRequest } from "./validation-request.ts";

interface Outcome {
  readonly sandbox: SimulatedSandbox;
  readonly validation: Validation;
  readonly told: readonly ValidationProgress[];
}

async function validated(
  overrides: Partial<ValidationRequest> = {},
  world: SimulatedWorld = {},
): Promise<Outcome> {
  const sandbox = new SimulatedSandbox(world);
  const told: ValidationProgress[] = [];
  const validation = await runValidation(buildRequest(overrides), sandbox.ports, (progress) =>
    told.push(progress),
  );
  expect(sandbox.violations).toEqual([]);
  expect([...sandbox.standing.keys()]).toEqual([]);
  expect(sandbox.isClosed).toBe(true);
  return { sandbox, validation, told };
}

/** A world in which these starts fail, by the number of the start among those whose name begins so. */
function failingStarts(
  prefix: string,
  numbers: readonly number[],
  error: () => Error = () => new AdapterError("invalid", "no port"),
): SimulatedWorld {
  return {
    onOperation: (operation, _count, sandbox) => {
      const starts = sandbox.provisioned.filter(({ name }) => name.startsWith(prefix));
      if (operation !== "provision" || starts.at(-1) !== sandbox.provisioned.at(-1)) return;
      if (numbers.includes(starts.length)) throw error();
    },
  };
}

const outOfMemory = () =>
  new ContainerNotReady("service-0 was killed.", { container: "service-0", state: { kind: "oom-killed" } });

const codes = ({ verdict }: Validation) => verdict.reasons.map(({ code }) => code);

const IMAGE = { kind: "image", image: "shop:1", port: 80 } as const;

const kinds = (events: readonly RunEvent[]) => events.map((event) => event.kind);

describe("a validation", () => {
  test("of a machine with room passes, with headroom, a calibration near the record, and all of it journaled", async () => {
    const { validation, sandbox } = await validated();
    expect(validation.verdict.kind).toBe("pass");
    expect(validation.calibration?.recordedCpuShare).toBeCloseTo(0.12);
    expect(validation.calibration?.errorShare).toBeLessThan(0.03);
    expect(validation.verdict.headroom.map((probe) => probe.loadFactor)[0]).toBe(1);
    expect(validation.verdict.headroomFactor).toBeGreaterThanOrEqual(1.25);
    expect(validation.reading?.seq).toBe(kinds(sandbox.events).filter((kind) => kind === "reading").length);
    expect(kinds(sandbox.events).slice(0, 3)).toEqual(["started", "fitted", "provisioning"]);
    expect(kinds(sandbox.events).slice(-4)).toEqual(["judged", "reading", "reading", "ended"]);
  });

  test("of a machine that is too small fails, because it does not hold the load", async () => {
    const candidate = buildService({ machineType: "t3.micro", vcpus: 1, memoryGib: 8, vcpuSpeed: null });
    const { validation } = await validated({ candidate, utilization: [buildProfile(40, 30)] });
    expect(validation.verdict.kind).toBe("fail");
    expect(validation.verdict.reasons[0]?.code).toBe("does-not-hold-the-load");
    expect(validation.verdict.headroom).toEqual([]);
    // Three of three are enough where the baseline holds it.
    expect(validation.runs).toHaveLength(6);
  });

  test("interleaves the sides and sends both of a pair the very same requests, each pair others", async () => {
    const { validation, sandbox } = await validated();
    const order = validation.runs.map((run) => run.side[0]).join("");
    expect(order).toBe("bccbbccbbc");
    const measured = sandbox.replayed.filter(({ name }) => /^(baseline|candidate)/.test(name));
    const [first] = measured;
    const sent = measured.map(({ schedule }) => schedule.offsetsMs.join(" "));
    for (let pair = 0; pair < sent.length; pair += 2) expect(sent[pair]).toBe(sent[pair + 1]);
    expect(new Set(sent).size).toBe(sent.length / 2);
    expect(validation.workload.replayedRequests).toBe(first?.schedule.offsetsMs.length);
  });

  test("gives every replay an environment of its own, with the fit's limits and the twin's settings", async () => {
    const { sandbox, validation } = await validated();
    expect(new Set(sandbox.provisioned.map((spec) => spec.name)).size).toBe(sandbox.provisioned.length);
    const candidate = sandbox.provisioned.find((spec) => spec.name.startsWith("candidate"));
    expect(candidate?.containers).toHaveLength(1);
    expect(candidate?.containers[0]).toMatchObject({
      cpus: 0.5,
      cpuset: [1],
      memoryBytes: 2 * 2 ** 30,
      env: { TWIN_SLOTS: "2", TWIN_SLOT_CORES: "0.25" },
    });
    expect(validation.fit.scale).toBe(0.25);
  });

  test("that is killed for want of memory on the candidate only is a fail with that reason", async () => {
    const candidate = buildService({ machineType: "c5.xlarge", memoryGib: 4 });
    const { validation } = await validated({ candidate, utilization: [buildProfile(25, 40)] });
    expect(validation.verdict.kind).toBe("fail");
    expect(validation.verdict.reasons[0]).toMatchObject({ code: "out-of-memory", kind: "fail" });
  });

  test("whose candidate cannot be started where the baseline can is a fail, a host that breaks is an error", async () => {
    const refuseCandidates = (kind: "invalid" | "unavailable"): SimulatedWorld => ({
      onOperation: (operation, _count, sandbox) => {
        const isCandidate = sandbox.provisioned.at(-1)?.name.startsWith("candidate") === true;
        if (operation === "provision" && isCandidate) throw new AdapterError(kind, "the engine says no");
      },
    });
    const { validation } = await validated({}, refuseCandidates("invalid"));
    expect(validation.verdict).toMatchObject({ kind: "fail" });
    expect(validation.verdict.reasons[0]).toMatchObject({ code: "does-not-start" });
    await expect(validated({}, refuseCandidates("unavailable"))).rejects.toThrow(
      "The candidate's environment failed twice. The sandbox could not run it. the engine says no",
    );
  });

  test("whose candidate hiccups twice, with replays in between, is judged by its replays", async () => {
    const { validation } = await validated({}, failingStarts("candidate", [2, 5]));
    expect(validation.runs).toHaveLength(10);
    expect(validation.verdict.kind).toBe("pass");
  });

  test("whose candidate came up before and then does not, is no fail and no pass", async () => {
    const { validation } = await validated({}, failingStarts("candidate", [4, 5]));
    expect(validation.verdict.kind).toBe("inconclusive");
    expect(codes(validation)).toEqual(expect.arrayContaining(["broken-off", "too-few-replays"]));
    const late = await validated({ utilization: [buildProfile(12, 30)] }, failingStarts("candidate", [5, 6]));
    expect(late.validation.verdict.kind).toBe("inconclusive");
    const killed = await validated({}, failingStarts("candidate", [4, 5], outOfMemory));
    expect(killed.validation.verdict).toMatchObject({ kind: "fail" });
    expect(codes(killed.validation)[0]).toBe("out-of-memory");
  });

  test("keeps the headroom that was found when a probe's environment fails", async () => {
    const hiccup = await validated({}, failingStarts("headroom", [2]));
    expect(hiccup.validation.verdict.kind).toBe("pass");
    expect(hiccup.validation.verdict.headroomFactor).toBe(1.25);
    expect(hiccup.validation.verdict.headroom.map(({ loadFactor }) => loadFactor)).toEqual([1, 1.25]);
    const killed = await validated({}, failingStarts("headroom", [2], outOfMemory));
    expect(killed.validation.verdict.headroom.at(-1)).toMatchObject({ loadFactor: 1.5, holds: false });
    expect(killed.validation.verdict.headroomFactor).toBe(1.25);
  });

  test("whose baseline cannot start is an error that says so, not a verdict", async () => {
    const sandbox = new SimulatedSandbox({ imageBytes: 2 ** 40 });
    const service = { kind: "image", image: "shop:1", port: 80 } as const;
    const failed = runValidation(buildRequest({ service }), sandbox.ports);
    await expect(failed).rejects.toThrow(/baseline's environment failed twice.*want of memory/s);
    expect(sandbox.isClosed).toBe(true);
    expect(kinds(sandbox.events)).toContain("failed");
  });

  test("of a user's own image has no calibration and scales the load with the machines", async () => {
    const service = { kind: "image", image: "shop:1", port: 80, readyPath: "/health" } as const;
    const { sandbox, validation } = await validated({ service, utilization: [] });
    expect(validation.calibration).toBeNull();
    expect(sandbox.provisioned[0]?.readyPath).toBe("/health");
    expect(sandbox.replayed[0]?.schedule.workUs).toBeUndefined();
    expect(sandbox.replayed[0]?.schedule.rate).toBeGreaterThan(20);
    expect(sandbox.replayed[0]?.schedule.rate).toBeLessThan(30);
    expect(validation.limits.join(" ")).toContain("stalling a container");
  });

  test("does unfaithful replays again, a few times, and keeps them apart", async () => {
    const { validation } = await validated({}, { foreignShare: (replay) => (replay === 4 ? 0.5 : 0) });
    expect(validation.runs).toHaveLength(11);
    expect(validation.runs.filter((run) => run.unfit.length > 0).map((run) => run.unfit)).toEqual([
      ["foreign-load"],
    ]);
    expect(validation.verdict.kind).toBe("pass");
  });

  test("on a host that is busy all the time stays open, after a bounded number of replays", async () => {
    const { validation } = await validated({}, { foreignShare: () => 0.5 });
    expect(validation.verdict.kind).toBe("inconclusive");
    expect(validation.runs.length).toBeLessThanOrEqual(22);
  });

  test("does not pass with less memory when nobody recorded how much is used", async () => {
    const { validation } = await validated({ utilization: [buildProfile(12)] });
    expect(validation.verdict.kind).toBe("inconclusive");
    expect(validation.verdict.reasons[0]?.code).toBe("memory-not-recorded");
    const candidate = buildService({ machineType: "c5.large", vcpus: 2, memoryGib: 16 });
    const same = await validated({ candidate, utilization: [buildProfile(12)] });
    expect(same.validation.verdict.kind).toBe("pass");
  });

  test("does not pass on GPUs that the twin never used", async () => {
    const gpu = (machineType: string, gpus: number) =>
      buildService({ machineType, vcpus: 4, memoryGib: 16, gpus });
    const judged = async (baseline: ReturnType<typeof gpu>, candidate: ReturnType<typeof gpu>) =>
      (await validated({ baseline, candidate })).validation;
    const fewer = await judged(gpu("g5.12xlarge", 4), gpu("g5.xlarge", 1));
    expect([fewer.verdict.kind, codes(fewer)[0]]).toEqual(["inconclusive", "gpu-not-measured"]);
    const other = await judged(gpu("g5.xlarge", 1), gpu("g4dn.xlarge", 1));
    expect([other.verdict.kind, codes(other)[0]]).toEqual(["inconclusive", "gpu-not-measured"]);
    const smaller = await judged(gpu("a2-ultragpu-1g", 1), gpu("a2-highgpu-1g", 1));
    expect(codes(smaller)[0]).toBe("gpu-not-measured");
    expect((await judged(gpu("g5.2xlarge", 1), gpu("g5.xlarge", 1))).verdict.kind).toBe("pass");
  });

  test("gives no side GPUs where the host has too few for one of them", async () => {
    const request = {
      baseline: buildService({ machineType: "g5.12xlarge", gpus: 4 }),
      candidate: buildService({ machineType: "g5.xlarge", gpus: 1 }),
      service: IMAGE,
    };
    const gpus = async (hostGpus: number) => {
      const { sandbox } = await validated(request, { facts: { gpus: hostGpus } });
      return sandbox.provisioned.slice(0, 2).flatMap((spec) => spec.containers.map((one) => one.gpus));
    };
    expect(await gpus(1)).toEqual([0, 0]);
    expect(await gpus(4)).toEqual([4, 1]);
  });

  test("of an image is held to the CPU that was recorded, and without a record proves nothing about less CPU", async () => {
    // 100 requests a second of 1 ms are 2.5 % of four vCPUs, at whatever scale.
    const judged = async (imageWorkUs: number, overrides: Partial<ValidationRequest> = {}) => {
      const request = { service: IMAGE, utilization: [buildProfile(2.5, 30)], ...overrides };
      return (await validated(request, { imageWorkUs, overheadUs: 0 })).validation;
    };
    expect((await judged(1_000)).verdict.kind).toBe("pass");
    const light = await judged(700);
    expect([light.verdict.kind, codes(light)[0]]).toEqual(["inconclusive", "calibration"]);
    expect(light.verdict.reasons[0]?.summary).toMatch(
      /^The image used 1\.\d % of the CPU where 2\.5 % was recorded/,
    );
    const untied = await judged(1_000, { utilization: [] });
    expect([untied.verdict.kind, codes(untied)[0]]).toEqual(["inconclusive", "image-not-calibrated"]);
    const candidate = buildService({ machineType: "c5.xlarge", memoryGib: 8 });
    expect((await judged(1_000, { utilization: [], candidate })).verdict.kind).toBe("pass");
  });

  test("does not pass on CPU that lasts as long as the credits do", async () => {
    const burstable = (sustainedVcpus: number) =>
      buildService({ machineType: "t3.large", vcpus: 2, memoryGib: 8, sustainedVcpus });
    const { validation } = await validated({ candidate: burstable(0.4) });
    expect([validation.verdict.kind, codes(validation)[0]]).toEqual(["inconclusive", "burst-credits"]);
    expect(validation.verdict.reasons[0]?.summary).toMatch(
      /used 0\.\d+ vCPUs .* sustains 0\.4 without credits/,
    );
    expect((await validated({ candidate: burstable(0.6) })).validation.verdict.kind).toBe("pass");
  });

  test("tells what it takes before it starts, and progress while it runs", async () => {
    const { told } = await validated();
    expect(told[0]).toMatchObject({ kind: "quoted", quote: { pairs: 5, probes: [1.25, 1.5, 2] } });
    const replaying = told.filter((progress) => progress.kind === "replaying");
    expect(replaying.length).toBeGreaterThan(10);
    expect(replaying[0]).toMatchObject({ replay: { purpose: "calibration", side: "baseline" } });
  });

  test("ends within its budget of time", async () => {
    const sandbox = new SimulatedSandbox();
    const { clock } = sandbox.ports;
    const startMs = clock.monotonicMs();
    await runValidation(buildRequest({ minutes: 3 }), sandbox.ports);
    expect(clock.monotonicMs() - startMs).toBeLessThanOrEqual(3 * 60_000);
  });

  test("ends within it on a host where starting takes longer than a replay, with four pairs or more", async () => {
    const sandbox = new SimulatedSandbox({ provisionMs: 11_000 });
    const { clock } = sandbox.ports;
    const startMs = clock.monotonicMs();
    const validation = await runValidation(buildRequest({ minutes: 4 }), sandbox.ports);
    expect(clock.monotonicMs() - startMs).toBeLessThanOrEqual(4 * 60_000);
    expect(validation.runs).toHaveLength(8);
    expect(validation.verdict.runs).toMatchObject({ baseline: 4, candidate: 4 });
  });

  test("keeps its seed in the journal, beside what it was made from", async () => {
    const { sandbox } = await validated();
    expect(sandbox.events[0]).toMatchObject({ kind: "started", inputs: { patch: "abc", seed: "11" } });
  });

  /** A world whose engine does not answer when it is asked for the last reading, so many times. */
  const unreadable = (times: number, kind: "unavailable" | "not-found" = "unavailable"): SimulatedWorld => {
    let failures = 0;
    return {
      onOperation: (operation, _count, sandbox) => {
        const isOver = sandbox.events.some((event) => event.kind === "judged");
        if (operation !== "reading" || !isOver || sandbox.standing.size > 0 || failures === times) return;
        failures += 1;
        throw new AdapterError(kind, "the engine is away");
      },
    };
  };

  test("whose counters cannot be read at its end is asked again before it is closed", async () => {
    const sandbox = new SimulatedSandbox(unreadable(1));
    await runValidation(buildRequest(), sandbox.ports).catch(() => {});
    expect(sandbox.operations.slice(-4)).toEqual(["reading", "append", "closeRun", "append"]);
    expect(kinds(sandbox.events).slice(-2)).toEqual(["reading", "ended"]);
  });

  test("whose counters cannot be read at all is left to the reaper with them, but for one that has none", async () => {
    const away = new SimulatedSandbox(unreadable(Infinity));
    await runValidation(buildRequest(), away.ports).catch(() => {});
    expect(away.isClosed).toBe(false);
    expect(kinds(away.events).at(-1)).toBe("ended");
    const gone = new SimulatedSandbox(unreadable(Infinity, "not-found"));
    await runValidation(buildRequest(), gone.ports).catch(() => {});
    expect(gone.isClosed).toBe(true);
  });

  test("that was cancelled before it began starts nothing", async () => {
    const sandbox = new SimulatedSandbox();
    const reason = new Error("stop");
    sandbox.signal.stop(reason);
    await expect(runValidation(buildRequest(), sandbox.ports)).rejects.toBe(reason);
    expect(sandbox.replayed).toEqual([]);
    expect(sandbox.isClosed).toBe(true);
  });
});

describe("what cannot be validated is refused before anything starts", () => {
  test.each<[string, Partial<ValidationRequest>, RegExp]>([
    ["no metrics", { utilization: [] }, /No CPU utilisation of aws_instance.web.*--metrics/],
    ["an idle machine", { utilization: [buildProfile(0)] }, /idle/],
    ["too little time", { minutes: 0.5 }, /0.5 minutes are too short.*at least/],
    ["a scale that does not fit", { scale: 0.9 }, /scale of 0.9 does not fit.*enough for 0.25/],
    ["no scale at all", { scale: 0 }, /above 0/],
    ["no arrivals", { arrivalFactor: 0 }, /arrival factor must be above 0/],
    ["an empty window", { workload: buildWorkload({ rate: 0 }) }, /holds no requests/],
    ["hardly any requests", { workload: buildWorkload({ rate: 0.5 }) }, /would hold \d+ requests, too few/],
  ])("%s", async (_name, overrides, message) => {
    const sandbox = new SimulatedSandbox();
    const refused = runValidation(buildRequest(overrides), sandbox.ports);
    await expect(refused).rejects.toThrow(message);
    await expect(refused).rejects.toBeInstanceOf(AdapterError);
    expect(sandbox.operations).toEqual([]);
  });
});
