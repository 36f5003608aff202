import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { promisify } from "node:util";
import { type ReplayProgress, TWIN_PROTOCOL } from "@apex/core";
import { afterAll, describe, expect, test } from "vitest";
import { openReplayer } from "./open-replayer.ts";
import { aSchedule, someOptions } from "./testing/a-schedule.ts";
import { aDeadTarget, serveHttp, serveRaw } from "./testing/serve.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

const replayer = openReplayer();
afterAll(() => replayer.close());

/** Blocks this thread, and with it the test's servers; the sender has a thread of its own. */
function freeze(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function bodyLength(request: IncomingMessage): Promise<number> {
  let length = 0;
  for await (const chunk of request) length += (chunk as Buffer).length;
  return length;
}

describe("what is sent", () => {
  test("is the schedule: each request once, with its method, path, body and work", async () => {
    const count = 200;
    const seen: string[] = [];
    await using server = await serveHttp(async (request, response) => {
      const work = request.headers[TWIN_PROTOCOL.workHeader];
      const length = await bodyLength(request);
      seen.push(`${request.method} ${request.url} ${length} ${String(work)}`);
      response.end("fine");
    });
    const methods = ["GET", "POST", "HEAD"];
    const schedule = aSchedule(count, 1, {
      methods: { values: methods, codes: Uint32Array.from({ length: count }, (_, index) => index % 3) },
      bodyBytes: Uint32Array.from({ length: count }, (_, index) => (index % 3 === 1 ? index * 300 : 0)),
      workUs: Float64Array.from({ length: count }, (_, index) => index),
    });
    const result = await replayer.replay(schedule, someOptions([server.target]));
    const wanted = Array.from({ length: count }, (_, index) => {
      const length = index % 3 === 1 ? index * 300 : 0;
      return `${methods[index % 3]} /${index} ${length} ${index}`;
    });
    expect(seen.toSorted()).toEqual(wanted.toSorted());
    expect(result).toMatchObject({
      scheduled: count,
      sent: count,
      completed: count,
      dropped: 0,
      statuses: { "200": count },
      failures: { timeout: 0, refused: 0, reset: 0, "bad-response": 0 },
    });
    expect(result.sentBytes).toBeGreaterThan(wanted.length * 60);
    expect(result.receivedBytes).toBeGreaterThan(count * 80);
    expect(result.senderCpuMs).toBeGreaterThan(0);
    expect(result.durationMs).toBeGreaterThanOrEqual(schedule.durationMs);
    // One connection found out whether the service is there.
    expect(server.accepted()).toBe(result.connectionsOpened + 1);
  });

  test("a body of megabytes goes out whole, and always the same", async () => {
    const digests = new Set<string>();
    const bytes = 3_000_001;
    await using server = await serveHttp(async (request, response) => {
      const hash = createHash("sha256");
      let length = 0;
      for await (const chunk of request) {
        hash.update(chunk as Buffer);
        length += (chunk as Buffer).length;
      }
      digests.add(`${length} ${hash.digest("hex")}`);
      response.end();
    });
    const schedule = aSchedule(3, 1, {
      methods: { values: ["PUT"], codes: new Uint32Array(3) },
      bodyBytes: new Uint32Array(3).fill(bytes),
    });
    const result = await replayer.replay(schedule, someOptions([server.target]));
    expect(result.completed).toBe(3);
    expect(result.sentBytes).toBeGreaterThan(3 * bytes);
    expect([...digests]).toEqual([expect.stringMatching(/^3000001 /)]);
  });

  test("goes to the targets in turn; the requests of a dead one are refused", async () => {
    await using first = await serveHttp((_request, response) => response.end());
    await using second = await serveHttp((_request, response) => response.end());
    const targets = [first.target, await aDeadTarget(), second.target];
    const result = await replayer.replay(aSchedule(90, 1), someOptions(targets));
    expect(result).toMatchObject({ sent: 90, completed: 60, failures: { refused: 30 } });
  });
});

describe("the warm-up", () => {
  test("of the twin carries no work and is not counted", async () => {
    const seen: { url: string | undefined; work: unknown }[] = [];
    await using server = await serveHttp((request, response) => {
      seen.push({ url: request.url, work: request.headers[TWIN_PROTOCOL.workHeader] });
      response.end();
    });
    const schedule = aSchedule(5, 1, { workUs: new Float64Array(5).fill(9) });
    const result = await replayer.replay(schedule, someOptions([server.target], { warmupRequests: 20 }));
    expect(result.completed).toBe(5);
    expect(seen.slice(0, 20)).toEqual(
      Array.from({ length: 20 }, () => ({ url: TWIN_PROTOCOL.readyPath, work: undefined })),
    );
    expect(seen).toHaveLength(25);
  });

  test("of a user's service only gets paths that the schedule gets", async () => {
    const seen: string[] = [];
    await using server = await serveHttp((request, response) => {
      seen.push(`${request.method} ${request.url}`);
      response.end();
    });
    const schedule = aSchedule(4, 1, {
      methods: { values: ["DELETE", "GET"], codes: Uint32Array.of(0, 1, 0, 1) },
    });
    await replayer.replay(schedule, someOptions([server.target], { warmupRequests: 4 }));
    // On several connections they may overtake each other.
    expect(seen.slice(0, 4).toSorted()).toEqual(["GET /1", "GET /1", "GET /3", "GET /3"]);
  });
});

describe("a request fails", () => {
  test.each([
    ["reset", "the connection ends before the answer", ""],
    ["reset", "the connection ends inside the answer", OK.slice(0, -1)],
    ["bad-response", "the answer is no HTTP", "hello\r\n"],
  ] as const)("as %s when %s", async (failure, _name, answer) => {
    await using server = await serveRaw((socket) => socket.on("data", () => socket.end(answer)));
    const result = await replayer.replay(aSchedule(20, 1), someOptions([server.target]));
    expect(result.failures[failure]).toBe(20);
    expect(result.latency.count).toBe(0);
  });

  test("as timeout when no answer comes, counted with the time limit", async () => {
    await using server = await serveRaw((socket) => socket.on("data", () => undefined));
    const result = await replayer.replay(aSchedule(20, 1), someOptions([server.target], { timeoutMs: 300 }));
    expect(result.failures.timeout).toBe(20);
    expect(result.latency).toMatchObject({ count: 20, p50Ms: 300, maxMs: 300 });
    expect(result.durationMs).toBeGreaterThanOrEqual(300);
  });

  test("once, though its answer comes later, while others are in flight", async () => {
    const [timeoutMs, answerMs] = [200, 400];
    await using server = await serveRaw((socket) => {
      socket.on("data", () => setTimeout(() => socket.write(OK), answerMs));
    });
    const result = await replayer.replay(aSchedule(40, 20), someOptions([server.target], { timeoutMs }));
    expect(result).toMatchObject({ sent: 40, completed: 0, failures: { timeout: 40, reset: 0 } });
    expect(result.intervals.at(-1)?.inFlight).toBe(0);
  });

  test("never because the server closed the connection after the last answer", async () => {
    await using server = await serveHttp((_request, response) => {
      response.setHeader("connection", "close");
      response.end("bye");
    });
    const result = await replayer.replay(
      aSchedule(100, 2),
      someOptions([server.target], { connectionsMax: 3 }),
    );
    expect(result).toMatchObject({ completed: 100, connectionsOpened: 100 });
  });
});

test("a connection is not used so shortly before the server closes it", async () => {
  await using server = await serveRaw((socket) => {
    socket.on("data", () => socket.write("HTTP/1.1 204 No Content\r\nkeep-alive: timeout=1\r\n\r\n"));
  });
  const result = await replayer.replay(aSchedule(3, 600), someOptions([server.target]));
  expect(result).toMatchObject({ completed: 3, connectionsOpened: 3 });
});

describe("latency counts from the intended send time", () => {
  test("a service that freezes for half a second shows it, for all who came meanwhile", async () => {
    const [count, gapMs, freezeMs] = [600, 4, 500];
    await using server = await serveHttp((request, response) => {
      if (request.url === "/200") freeze(freezeMs);
      response.end();
    });
    const result = await replayer.replay(aSchedule(count, gapMs), someOptions([server.target]));
    expect(result.completed).toBe(count);
    // 125 of the 600 requests fall into the freeze; the k-th of them waits 500 − 4k ms.
    expect(result.latency.p99Ms).toBeGreaterThanOrEqual(freezeMs - 0.01 * count * gapMs - gapMs);
    expect(result.latency.p90Ms).toBeGreaterThanOrEqual(freezeMs - 0.1 * count * gapMs - gapMs);
    expect(Math.max(...result.intervals.map(({ inFlight }) => inFlight))).toBeGreaterThan(10);
  });

  test("so does the wait for a free connection, which is counted, and is not the sender's", async () => {
    const [count, serviceMs] = [12, 30];
    await using server = await serveHttp((_request, response) => {
      setTimeout(() => response.end(), serviceMs);
    });
    const schedule = aSchedule(count, 1, { offsetsMs: new Float64Array(count) });
    const result = await replayer.replay(schedule, someOptions([server.target], { connectionsMax: 1 }));
    expect(result.waitedForConnection).toBe(count - 1);
    expect(result.connectionsOpened).toBe(1);
    // A timer may fire up to a millisecond early.
    expect(result.latency.maxMs).toBeGreaterThanOrEqual(count * (serviceMs - 1));
    expect(result.lateness.maxMs).toBeGreaterThanOrEqual((count - 1) * (serviceMs - 1));
    expect(result.senderLateness?.maxMs).toBeLessThan(result.lateness.maxMs ?? 0);
  });
});

test("what exceeds the limit in flight is dropped and counted", async () => {
  await using server = await serveRaw((socket) => socket.on("data", () => undefined));
  const schedule = aSchedule(50, 1, { offsetsMs: new Float64Array(50) });
  const limits = { inFlightMax: 5, timeoutMs: 500 };
  const result = await replayer.replay(schedule, someOptions([server.target], limits));
  expect(result).toMatchObject({ scheduled: 50, sent: 5, dropped: 45, failures: { timeout: 5 } });
});

test("progress is told while it runs", async () => {
  await using server = await serveHttp((_request, response) => response.end());
  const told: ReplayProgress[] = [];
  const onProgress = (progress: ReplayProgress) => told.push(progress);
  await replayer.replay(aSchedule(150, 10), someOptions([server.target], { onProgress }));
  expect(told.length).toBeGreaterThanOrEqual(1);
  expect(told.at(-1)?.completed).toBeGreaterThan(0);
  expect(told.at(-1)?.durationMs).toBe(1_500);
});

describe("a replay stops", () => {
  test("at once when aborted, with the signal's reason and nothing left open; the next one works", async () => {
    await using server = await serveRaw((socket) => socket.on("data", () => undefined));
    const controller = new AbortController();
    const reason = new Error("enough");
    const running = replayer.replay(
      aSchedule(100_000, 1),
      someOptions([server.target], { signal: controller.signal }),
    );
    await expect.poll(() => server.connections(), { timeout: 20_000 }).toBeGreaterThan(5);
    controller.abort(reason);
    await expect(running).rejects.toBe(reason);
    await expect.poll(() => server.connections(), { timeout: 20_000 }).toBe(0);
    await expect(
      replayer.replay(aSchedule(1, 1), someOptions([server.target], { signal: controller.signal })),
    ).rejects.toBe(reason);

    await using other = await serveHttp((_request, response) => response.end());
    expect(await replayer.replay(aSchedule(3, 1), someOptions([other.target]))).toMatchObject({
      completed: 3,
    });
  });

  test("when its listener fails", async () => {
    await using server = await serveHttp((_request, response) => response.end());
    const onProgress = () => {
      throw new Error("no paint left");
    };
    const running = replayer.replay(aSchedule(10_000, 1), someOptions([server.target], { onProgress }));
    await expect(running).rejects.toThrow("no paint left");
  });

  test("when its replayer is closed", async () => {
    await using server = await serveRaw((socket) => socket.on("data", () => undefined));
    const closing = openReplayer();
    const running = closing.replay(aSchedule(10_000, 1), someOptions([server.target]));
    const closed = closing.close();
    await expect(running).rejects.toThrow("ended before its replay");
    await closed;
  });

  test("before it starts when no target answers", async () => {
    await expect(replayer.replay(aSchedule(1, 1), someOptions([await aDeadTarget()]))).rejects.toMatchObject({
      name: "AdapterError",
      kind: "unavailable",
      message: expect.stringMatching(/dead \(127\.0\.0\.1:\d+\): .*ECONNREFUSED/),
    });
  });
});

/** Runs a module's text in a process of its own, with at most so many open files. */
async function runScript(script: string, filesMax: number): Promise<string> {
  const shell = [
    "-c",
    `ulimit -n ${filesMax}; exec "$0" --input-type=module -e "$1"`,
    process.execPath,
    script,
  ];
  return (await promisify(execFile)("sh", shell)).stdout;
}

const MODULE = JSON.stringify(new URL("./open-replayer.ts", import.meta.url).href);

test("a process that forgets to close its replayer ends all the same", async () => {
  const script = `const { openReplayer } = await import(${MODULE}); openReplayer(); console.log("done");`;
  expect(await runScript(script, 512)).toBe("done\n");
});

test("what this machine lacks is not blamed on the service", async () => {
  await using server = await serveRaw((socket) => socket.on("data", () => undefined));
  const script = `
    const { openReplayer } = await import(${MODULE});
    const count = 300;
    const column = (value) => ({ values: [value], codes: new Uint32Array(count) });
    const schedule = {
      offsetsMs: new Float64Array(count), methods: column("GET"), paths: column("/"),
      bodyBytes: new Uint32Array(count), durationMs: 1, rate: 1,
    };
    const options = {
      targets: [${JSON.stringify(server.target)}],
      timeoutMs: 20_000, connectionsMax: count, inFlightMax: count, warmupRequests: 0,
    };
    await openReplayer().replay(schedule, options).catch((error) => console.log(error.kind, error.message));`;
  expect(await runScript(script, 120)).toMatch(/^unavailable The replay stopped: .*ulimit -n/);
});
