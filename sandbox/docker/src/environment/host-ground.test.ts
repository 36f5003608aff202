import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openDocker } from "../connect.ts";
import { parseCgroupMounts } from "../meter/cgroup-layout.ts";
import { hasInterface, requireInterface, sandboxHostProblem } from "./host-ground.ts";

let folder: string;
let server: Server | undefined;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "apex-ground-test-"));
});

afterEach(async () => {
  server?.closeAllConnections();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

describe.runIf(process.platform === "linux")("on Linux", () => {
  const hasVersion2 = parseCgroupMounts(readFileSync("/proc/self/mounts", "utf8")).has("");

  /** What is found wrong with an engine that says this about itself and its own network. */
  async function problemOf(info: object, network: object | undefined): Promise<string | undefined> {
    const facts = {
      OSType: "linux",
      KernelVersion: release(),
      CgroupVersion: hasVersion2 ? "2" : "1",
      CgroupDriver: "cgroupfs",
      ...info,
    };
    const path = join(folder, "docker.sock");
    server = createServer((request, response) => {
      const url = request.url ?? "";
      const isNetwork = url.endsWith("/networks/bridge");
      const version = { ApiVersion: "1.47", Version: "27.3.1", KernelVersion: release() };
      const answer = isNetwork ? network : url.endsWith("/info") ? facts : version;
      response.writeHead(answer === undefined ? 404 : 200, { "content-type": "application/json" });
      response.end(JSON.stringify(answer ?? { message: "no such network" }));
    });
    await new Promise<void>((resolve) => server?.listen(path, resolve));
    return sandboxHostProblem(await openDocker({ host: `unix://${path}` }));
  }

  const bridge = (name: string) => ({ Options: { "com.docker.network.bridge.name": name } });

  test("an engine of this machine has its networks among the interfaces here", async () => {
    expect(await problemOf({}, bridge("lo"))).toBeUndefined();
  });

  test("an engine whose networks are elsewhere, on the same kernel, is refused", async () => {
    expect(await problemOf({}, bridge("nobodys0"))).toContain("not among this machine's interfaces");
  });

  test("what an engine calls its interface leads to no other file", async () => {
    expect(await hasInterface("lo")).toBe(true);
    for (const name of ["../net/lo", "..", "", "lo/statistics"]) expect(await hasInterface(name)).toBe(false);
    await expect(requireInterface("nobodys0")).rejects.toMatchObject({ kind: "unavailable" });
  });

  test("an engine without a network of its own is judged by the rest", async () => {
    expect(await problemOf({}, undefined)).toBeUndefined();
    server?.close();
    await rm(join(folder, "docker.sock"), { force: true });
    expect(await problemOf({ SecurityOptions: ["name=rootless"] }, undefined)).toContain("rootless Docker");
  });

  test("without control groups nothing can be held to its limits", async () => {
    expect(await problemOf({ CgroupDriver: "none" }, bridge("lo"))).toContain("the engine uses none");
  });
});
