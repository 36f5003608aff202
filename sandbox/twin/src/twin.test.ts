import { type AddressInfo, connect } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PROTOCOL } from "./protocol.ts";
import { type StartedTwin, startTwin } from "./testing/start-twin.ts";
import { Twin } from "./twin.ts";

let twin: StartedTwin;

beforeAll(async () => {
  twin = await startTwin({
    TWIN_SLOTS: "2",
    TWIN_SLOT_CORES: "0.5",
    TWIN_RESIDENT_BYTES: String(32 * 2 ** 20),
  });
});

afterAll(async () => {
  await twin.stop();
});

const work = (us: number, waitUs = 0): RequestInit => ({
  headers: { [PROTOCOL.workHeader]: String(us), [PROTOCOL.waitHeader]: String(waitUs) },
});

const ask = (path: string, init: RequestInit = {}) => fetch(`http://127.0.0.1:${twin.port}${path}`, init);

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** Sends bytes as they are and returns all that comes back until the end. */
function sendRaw(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    let answer = "";
    const socket = connect(port, "127.0.0.1", () => socket.write(text, "latin1"));
    socket.setTimeout(2000, () => socket.destroy());
    socket.on("data", (chunk) => {
      answer += chunk.toString("latin1");
    });
    socket.on("error", () => {});
    socket.on("close", () => resolve(answer));
  });
}

test("is ready with nothing counted and its memory held", async () => {
  expect((await ask(PROTOCOL.readyPath)).status).toBe(204);
  const statistics = await twin.statistics();
  expect(statistics).toMatchObject({
    isReady: true,
    slots: 2,
    slotCores: 0.5,
    accepted: 0,
    completed: 0,
    queuedMax: 0,
  });
  expect(statistics.residentBytes).toBe(32 * 2 ** 20);
  expect(statistics.ownCostUs).toBeGreaterThan(0);
});

test.each(["GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"])(
  "answers %s of any path with a small 200",
  async (method) => {
    const answer = await ask("/any/thing?at=all", {
      method,
      ...(method === "GET" ? {} : { body: "x".repeat(100_000) }),
    });
    expect([answer.status, answer.headers.get("content-length"), await answer.text()]).toEqual([
      200,
      "3",
      "ok\n",
    ]);
  },
);

test("a request takes at least its work divided by the slot's cores", async () => {
  expect(await timed(() => ask("/", work(10_000)))).toBeGreaterThanOrEqual(20);
});

test("the wait comes on top and needs no slot", async () => {
  const before = await twin.statistics();
  const waits = Array.from({ length: 8 }, () => ask("/", work(0, 100_000)));
  expect(await timed(() => Promise.all(waits))).toBeGreaterThanOrEqual(98);
  const after = await twin.statistics();
  expect(after.burnedUs).toBe(before.burnedUs);
  expect(await timed(() => ask("/", work(5000, 50_000)))).toBeGreaterThanOrEqual(59);
});

test("requests with the same work are answered in the order in which they came", async () => {
  const order: number[] = [];
  const { accepted } = await twin.statistics();
  const answers: Promise<unknown>[] = [];
  for (let i = 0; i < 10; i += 1) {
    answers.push(ask("/", work(20_000)).then(() => order.push(i)));
    // A connection each, so only what the twin has seen tells who came first.
    await expect.poll(async () => (await twin.statistics()).accepted).toBe(accepted + i + 1);
  }
  await Promise.all(answers);
  // Two slots may end together, so neighbours may swap.
  for (const [place, i] of order.entries()) expect(Math.abs(place - i)).toBeLessThanOrEqual(1);
});

test.each(["-1", "many", "1e9", "600000001"])("refuses work of %s and counts it", async (text) => {
  const before = await twin.statistics();
  const answer = await ask("/", { headers: { [PROTOCOL.workHeader]: text } });
  expect(answer.status).toBe(400);
  expect((await twin.statistics()).rejectedInvalid).toBe(before.rejectedInvalid + 1);
});

describe("input of a hostile client", () => {
  test.each([
    ["no HTTP at all", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n"],
    ["a head without end", `GET / HTTP/1.1\r\nhost: x\r\nx: ${"a".repeat(40_000)}\r\n\r\n`],
    ["two lengths", "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab"],
    [
      "a length and chunks",
      "POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
    ],
    ["a tunnel", "CONNECT x:1 HTTP/1.1\r\nhost: x\r\n\r\n"],
  ])("%s is no request and does not end the twin", async (_name, text) => {
    const before = await twin.statistics();
    const answer = await sendRaw(twin.port, text);
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
    expect((await twin.statistics()).accepted).toBe(before.accepted);
  });

  test("a client that leaves does not keep its request from being worked on", async () => {
    const before = await twin.statistics();
    const socket = connect(twin.port, "127.0.0.1", () => {
      socket.write(`GET / HTTP/1.1\r\nhost: x\r\n${PROTOCOL.workHeader}: 30000\r\n\r\n`);
    });
    await expect.poll(async () => (await twin.statistics()).accepted).toBe(before.accepted + 1);
    socket.destroy();
    await expect.poll(async () => (await twin.statistics()).completed).toBe(before.completed + 1);
    // The rest of the 30 ms went into what this test asked in between.
    expect((await twin.statistics()).burnedUs - before.burnedUs).toBeGreaterThan(3000);
  });

  test("a body over the limit is cut off with 413", async () => {
    const head = "POST / HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n";
    const chunk = `${(2 ** 20).toString(16)}\r\n${"x".repeat(2 ** 20)}\r\n`;
    expect(await sendRaw(twin.port, head + chunk.repeat(66))).toMatch(/^HTTP\/1\.1 413 |^$/);
    await expect.poll(async () => (await twin.statistics()).rejectedInvalid).toBeGreaterThan(0);
  });
});

test("a full queue answers 503 at once, and counts it", async () => {
  // Each request would take ten seconds.
  const small = new Twin({ slots: 1, slotCores: 0.001 }, { residentBytes: 0, queueMax: 4 });
  small.server.listen(0);
  const { port } = small.server.address() as AddressInfo;
  const text = `GET / HTTP/1.1\r\nhost: x\r\n${PROTOCOL.workHeader}: 10000\r\n\r\n`;
  const sockets = Array.from({ length: 10 }, () => connect(port, "127.0.0.1").on("error", () => {}));
  for (const socket of sockets) socket.write(text);
  await expect.poll(() => small.statistics().accepted).toBe(10);
  // One in the slot and four in the queue; one place less if five came before the first was taken.
  const { rejectedFull, completed, queued, inSlot } = small.statistics();
  expect([5, 6]).toContain(rejectedFull);
  expect({ completed, waiting: queued + inSlot }).toEqual({ completed: 0, waiting: 10 - rejectedFull });
  for (const socket of sockets) socket.destroy();
  small.server.close();
});

test("settings that cannot be are told and end it", async () => {
  await expect(startTwin({ TWIN_SLOTS: "none" })).rejects.toThrow("ended with 1");
});
