import { ContainerNotReady } from "@apex/core";
import { dockerDescribe } from "@apex/core/testing";
import { afterEach, assert, beforeAll, expect, test } from "vitest";
import { type DockerEngine, openDocker } from "../connect.ts";
import { hostListing, NOTHING } from "../testing/host-listing.ts";
import { containerSpec, environmentSpec, never, testRunId } from "../testing/specs.ts";
import { testImage } from "../testing/test-image.ts";
import { type DockerSandboxHost, sandboxHost } from "./sandbox-host.ts";

dockerDescribe("environments", () => {
  let engine: DockerEngine;
  let host: DockerSandboxHost;
  let image: string;
  let runId: string;

  beforeAll(async () => {
    engine = await openDocker();
    host = await sandboxHost(engine);
    image = await testImage(engine);
    runId = testRunId();
  });

  afterEach(async () => {
    await host.closeRun(runId);
    const left = await hostListing(engine, { runId, environments: ["env-1", "env-2"] });
    assert.deepEqual(left, NOTHING);
    runId = testRunId();
  });

  async function text(
    endpoint: { readonly host: string; readonly port: number } | undefined,
  ): Promise<string> {
    return (await fetch(`http://${endpoint?.host}:${endpoint?.port}`)).text();
  }

  test("containers are reached in the order of their specification, and see what they were given", async () => {
    const program = `require("http").createServer((q, s) => s.end(process.env.WHO + " " + require("os").hostname())).listen(9000)`;
    const names = ["c", "a", "b"];
    const containers = names.map((name) =>
      containerSpec({ image, name, program, port: 9000, env: { WHO: `I am ${name}` } }),
    );
    const environment = await host.provision(environmentSpec(runId, containers), never);
    expect(environment.endpoints.map(({ container }) => container)).toEqual(names);
    expect(await Promise.all(environment.endpoints.map(text))).toEqual(["I am c c", "I am a a", "I am b b"]);
    await environment.destroy();
    await environment.destroy();
  });

  test("a container has the cores and the memory of its specification", async () => {
    const program = `require("http").createServer((q, s) => s.end()).listen(8080); setInterval(() => { const end = Date.now() + 90; while (Date.now() < end); }, 100);`;
    const spec = containerSpec({ image, program, cpus: 0.2, cpuset: [0], memoryBytes: 100 * 1024 * 1024 });
    const environment = await host.provision(environmentSpec(runId, [spec]), never);
    const startMs = performance.now();
    const first = await environment.usage();
    await expect
      .poll(async () => (await environment.usage()).containers[0]!.periods - first.containers[0]!.periods, {
        timeout: 30_000,
      })
      .toBeGreaterThan(20);
    const last = await environment.usage();
    const usedNs = last.containers[0]!.cpuNs - first.containers[0]!.cpuNs;
    // Whatever else the machine does: a quota is an upper bound. One period and one tick on each side may be off.
    expect(usedNs / 1e6 / (performance.now() - startMs)).toBeLessThan(0.25);
    expect(last.containers[0]).toMatchObject({
      state: { kind: "running" },
      memoryLimitBytes: 100 * 1024 * 1024,
    });
    expect(last.containers[0]!.throttledPeriods).toBeGreaterThan(first.containers[0]!.throttledPeriods);
    expect(last.containers[0]!.throttledNs).toBeGreaterThan(0);
    expect(last.containers[0]!.memoryPeakBytes).toBeGreaterThan(5_000_000);
  });

  test("a container starts with all its CPUs, and has its limit once it is ready", async () => {
    const program = `const end = process.cpuUsage().user + 4e5; while (process.cpuUsage().user < end); require("http").createServer((q, s) => s.end()).listen(8080); setInterval(() => { while (true); }, 50);`;
    const spec = containerSpec({ image, program, cpus: 0.1, cpuset: [0] });
    const environment = await host.provision(environmentSpec(runId, [spec]), never);
    const [atReady] = (await environment.usage()).containers;
    // 0.4 s of CPU at 0.1 cores are 40 periods; hardly one can have passed since it was ready.
    expect(atReady!.throttledPeriods).toBeLessThan(10);
    await expect
      .poll(async () => (await environment.usage()).containers[0]!.throttledPeriods, { timeout: 30_000 })
      .toBeGreaterThan(10);
  });

  test("a container has more CPUs to start on where it is given more, and its own once it is ready", async () => {
    const program = `const start = os.availableParallelism(); require("http").createServer((q, s) => s.end(start + " " + /Cpus_allowed_list:\\s*(\\S+)/.exec(fs.readFileSync("/proc/self/status", "utf8"))[1])).listen(8080);`;
    const everywhere = Array.from({ length: host.facts.cpus }, (_cpu, index) => index);
    const spec = containerSpec({ image, program, cpus: 1, cpuset: [0], cpusetUntilReady: everywhere });
    const environment = await host.provision(environmentSpec(runId, [spec]), never);
    expect(await text(environment.endpoints[0])).toBe(`${host.facts.cpus} 0`);
  });

  test("what a container sends and receives is counted, for it and for the run", async () => {
    const program = `require("http").createServer((q, s) => s.end(Buffer.alloc(1_000_000))).listen(8080)`;
    const environment = await host.provision(
      environmentSpec(runId, [containerSpec({ image, program })]),
      never,
    );
    await text(environment.endpoints[0]);
    const [usage] = (await environment.usage()).containers;
    expect(usage?.networkSentBytes).toBeGreaterThan(1_000_000);
    expect(usage?.networkSentBytes).toBeLessThan(1_200_000);
    const before = await host.reading(runId);
    expect(before.networkBytes).toBeGreaterThan(1_000_000n);
    await environment.destroy();
    expect((await host.reading(runId)).networkBytes).toBeGreaterThanOrEqual(before.networkBytes);
  });

  test("readiness waits for the path to answer 2xx", async () => {
    const program = `let asked = 0; require("http").createServer((q, s) => {
      if (q.url === "/ready") { asked++; s.statusCode = asked < 4 ? 503 : 204; return s.end(); }
      s.end(String(asked)); }).listen(8080)`;
    const spec = { ...environmentSpec(runId, [containerSpec({ image, program })]), readyPath: "/ready" };
    const environment = await host.provision(spec, never);
    expect(await text(environment.endpoints[0])).toBe("4");
  });

  test("a service that never gets ready fails with its last words, and takes the others with it", async () => {
    const silent = containerSpec({
      image,
      name: "silent",
      program: `console.log("\\u001b[31mwaiting for the database"); setInterval(() => {}, 1000)`,
    });
    const spec = { ...environmentSpec(runId, [containerSpec({ image }), silent]), readyTimeoutMs: 1_000 };
    const failing = host.provision(spec, never);
    await expect(failing).rejects.toMatchObject({ container: "silent", state: { kind: "running" } });
    await expect(failing).rejects.toThrow(
      /container silent of env-1 was not ready on port 8080 in 1 s \(ECONNREFUSED\)\. Its last lines:\n\\u001b\[31mwaiting for the database/,
    );
    expect((await hostListing(engine, { runId, environments: ["env-1"] })).containers).toEqual([]);
  });

  test("a service that ends before it is ready is told with its state and exit code", async () => {
    const program = `console.error("no configuration"); process.exit(3)`;
    const failing = host.provision(environmentSpec(runId, [containerSpec({ image, program })]), never);
    await expect(failing).rejects.toBeInstanceOf(ContainerNotReady);
    await expect(failing).rejects.toMatchObject({ state: { kind: "exited", exitCode: 3 } });
    await expect(failing).rejects.toThrow(
      "ended with exit code 3 before it was ready. Its last lines:\nno configuration",
    );
  });

  test("a program that is not in the image is bad input", async () => {
    const failing = host.provision(
      environmentSpec(runId, [containerSpec({ image, command: ["/no/such"] })]),
      never,
    );
    await expect(failing).rejects.toMatchObject({ kind: "invalid" });
  });

  test("an image that is not there is asked for", async () => {
    const failing = host.provision(
      environmentSpec(runId, [containerSpec({ image: "apex/never:built" })]),
      never,
    );
    await expect(failing).rejects.toMatchObject({ kind: "not-found" });
    await expect(failing).rejects.toThrow('build Apex\'s own with "apex sandbox images"');
  });

  test("an abort while it waits throws the signal's reason and leaves nothing", async () => {
    const controller = new AbortController();
    const program = `setInterval(() => {}, 1000)`;
    const failing = host.provision(
      environmentSpec(runId, [containerSpec({ image, program })]),
      controller.signal,
    );
    setTimeout(() => controller.abort(new Error("enough")), 600);
    await expect(failing).rejects.toThrow("enough");
    await expect(
      host.provision(environmentSpec(runId, [containerSpec({ image })]), controller.signal),
    ).rejects.toThrow("enough");
    const left = await hostListing(engine, { runId, environments: ["env-1"] });
    expect([...left.containers, ...left.networks, ...left.interfaces, ...left.firewallRules]).toEqual([]);
  });

  test("a container that ends keeps its last figures and its state, and is destroyed like any other", async () => {
    const program = `require("http").createServer((q, s) => { s.end(); if (q.url === "/end") process.exit(5); }).listen(8080)`;
    const environment = await host.provision(
      environmentSpec(runId, [containerSpec({ image, program })]),
      never,
    );
    const before = await environment.usage();
    const [endpoint] = environment.endpoints;
    await fetch(`http://${endpoint?.host}:8080/end`).catch(() => {});
    await expect
      .poll(async () => (await environment.usage()).containers[0]?.state, { timeout: 30_000 })
      .toEqual({ kind: "exited", exitCode: 5 });
    expect((await environment.usage()).containers[0]?.cpuNs).toBeGreaterThanOrEqual(
      before.containers[0]!.cpuNs,
    );
    await environment.destroy();
  });

  test("two environments of one run live side by side; one that is taken away from outside is told as gone", async () => {
    const [first, second] = await Promise.all(
      ["env-1", "env-2"].map((name) =>
        host.provision(environmentSpec(runId, [containerSpec({ image })], name), never),
      ),
    );
    expect(await text(first?.endpoints[0])).toBe("here");
    await engine.docker.getContainer(`apex-${runId}-env-2-web-0`).remove({ force: true });
    await expect(second!.usage()).rejects.toMatchObject({ kind: "not-found" });
    expect(await second!.logs("web-0")).toBe("");
    await second!.destroy();
    expect(await text(first?.endpoints[0])).toBe("here");
  });

  test("destroying after the run was closed, or taken away with its network, is no error", async () => {
    const environment = await host.provision(environmentSpec(runId, [containerSpec({ image })]), never);
    await host.closeRun(runId);
    await environment.destroy();
    const again = await host.provision(environmentSpec(runId, [containerSpec({ image })], "env-2"), never);
    await engine.docker.getContainer(`apex-${runId}-env-2-web-0`).remove({ force: true });
    await engine.docker.getNetwork(`apex-${runId}-env-2`).remove();
    await again.destroy();
  });

  test("what cannot be had on this host is said before anything is made", async () => {
    const wrong: readonly [object, string][] = [
      [{ cpus: 10_000 }, "it wants 10000 cores"],
      [{ cpus: Number.NaN }, "it wants NaN cores"],
      [{ cpuset: [] }, "its set of CPUs is empty"],
      [{ cpuset: [9_999] }, "CPU 9999 is not one of"],
      [{ cpusetUntilReady: [9_998] }, "CPU 9998 is not one of"],
      [{ memoryBytes: 2 ** 60 }, "bytes of memory"],
      [{ gpus: 99 }, "it wants 99 GPUs"],
      [{ port: 0 }, "0 is not a port"],
      [{ name: "../x" }, 'the name "../x"'],
      [{ env: { "A=B": "x" } }, 'the environment variable "A=B"'],
    ];
    for (const [part, message] of wrong) {
      await expect(
        host.provision(environmentSpec(runId, [containerSpec({ image, ...part })]), never),
      ).rejects.toThrow(message);
    }
    const good = containerSpec({ image });
    await expect(host.provision(environmentSpec("../etc", [good]), never)).rejects.toMatchObject({
      kind: "invalid",
    });
    await expect(host.provision(environmentSpec(runId, [good, good]), never)).rejects.toThrow(
      "the same name",
    );
    await expect(host.provision(environmentSpec(runId, []), never)).rejects.toThrow("it has 0 containers");
    await expect(
      host.provision({ ...environmentSpec(runId, [good]), readyPath: "x y" }, never),
    ).rejects.toThrow("is not a path");
    await expect(host.reading("../etc")).rejects.toMatchObject({ kind: "invalid" });
  });
});
