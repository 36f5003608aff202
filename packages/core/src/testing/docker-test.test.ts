import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { decideOnDocker } from "./docker-test.ts";

let server: Server | undefined;

afterEach(() => server?.close());

async function serve(status: number): Promise<string> {
  server = createServer((_request, response) => void response.writeHead(status).end());
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("an engine that answers is used", async () => {
  expect(await decideOnDocker({ DOCKER_HOST: await serve(200) })).toEqual({ kind: "run" });
});

test("something that answers but is no engine is not used", async () => {
  const host = await serve(404);
  expect(await decideOnDocker({ DOCKER_HOST: host })).toEqual({
    kind: "skip",
    reason: `no Docker engine answers at ${host}`,
  });
});

test("without an engine the reason for skipping is told", async () => {
  expect(await decideOnDocker({ DOCKER_HOST: "unix:///nowhere/docker.sock" })).toEqual({
    kind: "skip",
    reason: "no Docker engine answers at unix:///nowhere/docker.sock",
  });
});

test("where an engine is required its absence is a failure", async () => {
  const decision = await decideOnDocker({
    DOCKER_HOST: "unix:///nowhere/docker.sock",
    APEX_REQUIRE_DOCKER: "1",
  });
  expect(decision.kind).toBe("fail");
});

test.each(["off", "OFF", "0", "false", "No"])("APEX_DOCKER=%s: an engine is not asked", async (off) => {
  expect(await decideOnDocker({ DOCKER_HOST: await serve(200), APEX_DOCKER: off })).toEqual({
    kind: "skip",
    reason: `APEX_DOCKER=${off}`,
  });
});
