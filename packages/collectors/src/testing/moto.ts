import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe } from "vitest";

/** Python has to load moto; on a busy machine that takes its time. */
const START_MS_MAX = 60_000;

/** A moto server of its own for one test file. */
export interface Moto {
  /** Known once the tests run. */
  readonly url: string;
}

/**
 * Declares tests that talk to a real moto server, started before them and stopped after them; skipped where Python has no moto
 * (`pip install "moto[server]"`). One a file: a server takes seconds to start.
 */
export function describeWithMoto(title: string, body: (moto: Moto) => void): void {
  const isHere = spawnSync("python3", ["-c", "import moto.server"], { stdio: "ignore" }).status === 0;
  const name = isHere ? title : `${title} (skipped: python3 has no moto.server)`;
  describe.skipIf(!isHere)(name, () => {
    const moto = { url: "" };
    let stop: (() => Promise<void>) | undefined;
    beforeAll(async () => {
      const started = await startMoto();
      moto.url = started.url;
      stop = started.stop;
    }, START_MS_MAX);
    afterAll(() => stop?.());
    body(moto);
  });
}

async function startMoto(): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const port = await freePort();
  const server = spawn("python3", ["-m", "moto.server", "-H", "127.0.0.1", "-p", String(port)], {
    stdio: "ignore",
  });
  const exited = once(server, "exit");
  const stop = async () => {
    server.kill("SIGKILL");
    await exited;
  };
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + START_MS_MAX;
  while (Date.now() < deadline && server.exitCode === null) {
    const answer = await fetch(`${url}/moto-api/data.json`).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok === true) return { url, stop };
    await sleep(100);
  }
  await stop();
  throw new Error("moto did not start");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}
