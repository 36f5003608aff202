import { createServer, type RequestListener, type Server } from "node:http";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { findDocker, firstEngine, openDocker } from "./connect.ts";
import { engineAddresses } from "./engine-address.ts";

let folder: string;
const servers: Server[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "apex-connect-test-"));
});

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  await rm(folder, { recursive: true, force: true });
});

/** A server at a socket of its own. */
async function serve(answer: RequestListener): Promise<string> {
  const path = join(folder, `docker-${servers.length}.sock`);
  const server = createServer(answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(path, resolve));
  return `unix://${path}`;
}

/** A server that says what an engine says about itself. */
function engineThatSays(info: object, version: object): Promise<string> {
  return serve((request, response) => {
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify(request.url?.startsWith("/info") ? info : version));
  });
}

/** An engine that this user may not use. Root may open every socket, so it is the engine that says no. */
function engineThatDenies(): Promise<string> {
  return serve((_request, response) => {
    response.statusCode = 403;
    response.end(JSON.stringify({ message: "not you" }));
  });
}

const addresses = (...urls: readonly string[]) => urls.flatMap((url) => engineAddresses(url, {}));

test("without an engine it is said what to install, and callers that can do without go on", async () => {
  const search = await findDocker({ host: `unix://${folder}/nothing.sock` });
  expect(search).toMatchObject({ kind: "absent", reason: { kind: "unavailable" } });
  await expect(openDocker({ host: `unix://${folder}/nothing.sock` })).rejects.toThrow(
    `no Docker engine answers at unix://${folder}/nothing.sock (not there). On Debian or Ubuntu install it as root with "apt install docker.io"`,
  );
});

test("an engine elsewhere is refused: its containers could be neither reached nor measured", () => {
  for (const host of [
    "tcp://10.0.0.1:2375",
    "ssh://me@there",
    "tcp://example.com",
    "npipe:////./pipe/docker",
    "unix://",
  ]) {
    expect(() => engineAddresses(host, {})).toThrow("it must be on this machine");
  }
  expect(engineAddresses("tcp://127.0.0.1:2375", {})[0]?.options).toEqual({
    host: "127.0.0.1",
    port: 2375,
    protocol: "http",
  });
});

test("an engine that cannot be used is absent, whatever the reason", async () => {
  expect(await findDocker({ host: "ssh://me@there" })).toMatchObject({
    kind: "absent",
    reason: { kind: "invalid" },
  });
});

test("the usual sockets are tried, the system's first", () => {
  const urls = engineAddresses(undefined, { XDG_RUNTIME_DIR: "/run/user/7" }).map(({ url }) => url);
  expect(urls.slice(0, 2)).toEqual(["unix:///var/run/docker.sock", "unix:///run/user/7/docker.sock"]);
});

test("what an engine says about itself is read", async () => {
  const host = await engineThatSays(
    {
      ID: "7TRN:4HVV",
      OSType: "linux",
      NCPU: 4,
      MemTotal: 8,
      CgroupVersion: "2",
      CgroupDriver: "systemd",
      SecurityOptions: ["name=rootless"],
      Runtimes: { nvidia: {} },
      MemoryLimit: true,
      SwapLimit: false,
    },
    { ApiVersion: "1.47", Version: "27.3.1", KernelVersion: "6.1.0" },
  );
  const { facts } = await openDocker({ host });
  expect(facts).toEqual({
    id: "7TRN:4HVV",
    version: "27.3.1",
    cpus: 4,
    memoryBytes: 8,
    kernel: "6.1.0",
    cgroupVersion: 2,
    cgroupDriver: "systemd",
    isRootless: true,
    hasNvidia: true,
    hasInit: false,
    hasSeccomp: false,
    lacks: ["swap"],
  });
});

test("an engine that is too old, or runs Windows containers, is absent with its reason", async () => {
  const host = await engineThatSays({ OSType: "linux" }, { ApiVersion: "1.40", Version: "19.03" });
  expect(await findDocker({ host })).toMatchObject({
    reason: {
      kind: "unavailable",
      message: "Docker 19.03 is too old (API 1.40): install 20.10 or newer (API 1.41).",
    },
  });
});

test("an engine that this user may not use does not hide the next one", async () => {
  const usable = await engineThatSays({ OSType: "linux" }, { ApiVersion: "1.47", Version: "27.3.1" });
  const { address } = await firstEngine(addresses(await engineThatDenies(), usable));
  expect(address).toBe(usable);
});

test("where no engine works, the one that was denied is told of: it is there", async () => {
  const nothing = `unix://${folder}/nothing.sock`;
  const denying = await engineThatDenies();
  await expect(firstEngine(addresses(nothing, denying, nothing))).rejects.toMatchObject({
    kind: "denied",
    message: expect.stringContaining(`Docker at ${denying} may not be used by `),
  });
});
