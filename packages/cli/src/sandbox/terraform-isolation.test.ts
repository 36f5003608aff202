import { createServer, type Server } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { recordedIo, type RecordedIo } from "../testing.ts";
import { findHost, findSandbox } from "./find-sandbox.ts";
import { terraformIsolation } from "./terraform-isolation.ts";

let folder: string;
let server: Server;
let asked: string[];

/** An engine, as a virtual machine has one, that answers and can neither build nor run anything. */
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "apex-isolation-test-"));
  asked = [];
  const answers: Readonly<Record<string, object>> = {
    "/info": {
      ID: "A",
      OSType: "linux",
      KernelVersion: "6.10.14-linuxkit",
      CgroupVersion: "2",
      CgroupDriver: "cgroupfs",
    },
    "/version": { ApiVersion: "1.47", Version: "27.3.1", KernelVersion: "6.10.14-linuxkit" },
  };
  server = createServer((request, response) => {
    const name = request.url?.replace(/^\/v[\d.]+/, "") ?? "";
    asked.push(name);
    const answer = answers[name];
    response.writeHead(answer === undefined ? 500 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify(answer ?? { message: "no space left" }));
  });
  await new Promise<void>((resolve) => server.listen(path.join(folder, "docker.sock"), resolve));
});

afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true, force: true });
});

function ioWith(env: Readonly<Record<string, string>> = {}): RecordedIo {
  const DOCKER_HOST = `unix://${folder}/docker.sock`;
  return recordedIo({ env: { DOCKER_HOST, XDG_CACHE_HOME: folder, ...env } });
}

test("an engine that answers and cannot run Terraform is told of once, and Terraform runs on this host", async () => {
  const io = ioWith();
  expect(await terraformIsolation(io)).toBeUndefined();
  const requests = asked.length;
  expect(await terraformIsolation(io)).toBeUndefined();
  expect(asked).toHaveLength(requests);
  expect(io.stderr()).toMatch(
    /^apex: warning: Docker at unix:\/\/\S+ cannot run Terraform here \(.*no space left\); planned on this host\n$/,
  );
});

test("the image that the user named is not passed over in silence", async () => {
  const io = ioWith({ APEX_TERRAFORM_IMAGE: "mine:1" });
  await expect(terraformIsolation(io)).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.stringMatching(/cannot run Terraform here .*unset APEX_TERRAFORM_IMAGE/),
  });
});

test.each(["off", "No", "0"])("APEX_DOCKER=%s: an engine is not asked, and nothing is said", async (off) => {
  const io = ioWith({ APEX_DOCKER: off });
  expect(await terraformIsolation(io)).toBeUndefined();
  expect(await findHost(io)).toEqual({
    kind: "absent",
    reason: `APEX_DOCKER=${off} says to do without Docker; unset it to use the engine`,
  });
  expect(io.stderr()).toBe("");
  expect(asked).toEqual([]);
});

test("an engine in a virtual machine runs no sandbox, and it is said why", async () => {
  for (const find of [findHost, findSandbox]) {
    expect(await find(ioWith())).toEqual({
      kind: "absent",
      reason: expect.stringContaining("in a virtual machine"),
    });
  }
});
