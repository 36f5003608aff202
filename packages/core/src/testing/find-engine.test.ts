import { mkdtempSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { isDockerOff } from "../docker-off.mjs";
import { findEngine } from "./find-engine.mjs";

let folder: string;
let server: Server | undefined;

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "apex-engine-"));
});

afterEach(() => {
  server?.close();
  server = undefined;
  rmSync(folder, { recursive: true, force: true });
});

const NOWHERE = "/nowhere/docker.sock";

test("a rootless engine is found, also where DOCKER_HOST is set to nothing", async () => {
  const socket = path.join(folder, "docker.sock");
  server = createServer((_request, response) => void response.end("OK"));
  await new Promise<void>((resolve) => server?.listen(socket, resolve));
  const env = { XDG_RUNTIME_DIR: folder, HOME: folder, DOCKER_HOST: "" };
  expect(await findEngine(env, NOWHERE)).toMatchObject({
    kind: "found",
    place: { url: `unix://${socket}` },
  });
});

test("without an engine every place that was asked is named", async () => {
  expect(await findEngine({ XDG_RUNTIME_DIR: folder, HOME: folder }, NOWHERE)).toEqual({
    kind: "absent",
    reason: `no Docker engine answers at unix://${NOWHERE}, unix://${folder}/docker.sock, unix://${folder}/.docker/run/docker.sock`,
  });
});

test.each(["ssh://me@other", "tcp://192.0.2.1:2375", "docker.sock", "unix://"])(
  "DOCKER_HOST=%s is no engine of this machine, and no other is taken in its place",
  async (host) => {
    expect(await findEngine({ DOCKER_HOST: host })).toEqual({
      kind: "absent",
      reason: expect.stringContaining(`DOCKER_HOST=${host} names no engine of this machine`),
    });
  },
);

test.each([undefined, "", "on", "1", "yes"])("APEX_DOCKER=%s is not off", (value) => {
  expect(isDockerOff({ APEX_DOCKER: value })).toBe(false);
});
