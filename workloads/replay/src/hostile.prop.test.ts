import type { Socket } from "node:net";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { openReplayer } from "./open-replayer.ts";
import { aSchedule, someOptions } from "./testing/a-schedule.ts";
import { serveRaw } from "./testing/serve.ts";

const OK = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";
const TRICKLE_MS = 1;
const TIMEOUT_MS = 250;
/** Given up, while later requests still wait. */
const LATE_MS = TIMEOUT_MS + 20;
/** More than the kernel takes at once, so that answers meet requests that are still being sent. */
const LONG_BODY_BYTES = 3_000_000;
const DEAF_MS = 400;

/** What a server may do to a request. */
const BEHAVIOURS = {
  answers: (socket) => socket.write(OK),
  answersTwice: (socket) => socket.write(OK + OK),
  answersTwiceLater: (socket) => {
    socket.write(OK);
    setTimeout(() => socket.write(OK), TRICKLE_MS);
  },
  trickles: (socket) => {
    let at = 0;
    const timer = setInterval(() => {
      if (at < OK.length && socket.writable) socket.write(OK.slice(at, ++at));
      else clearInterval(timer);
    }, TRICKLE_MS);
  },
  answersLate: (socket) => setTimeout(() => socket.write(OK), LATE_MS),
  stalls: () => undefined,
  stopsReading: (socket) => {
    socket.pause();
    setTimeout(() => socket.resume(), DEAF_MS);
  },
  stallsInside: (socket) => socket.write(OK.slice(0, 30)),
  closes: (socket) => socket.end(),
  closesInside: (socket) => socket.end(OK.slice(0, 30)),
  answersAndCloses: (socket) => socket.end(OK),
  announcesToClose: (socket) =>
    socket.write("HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"),
  endsByClosing: (socket) => socket.end("HTTP/1.1 200 OK\r\n\r\nuntil the end"),
  resets: (socket) => socket.resetAndDestroy(),
  answersAndResets: (socket) => {
    socket.write(OK);
    socket.resetAndDestroy();
  },
  talksNonsense: (socket) => socket.write("220 smtp.example ESMTP ready\r\n"),
  talksBinary: (socket) => socket.write(Buffer.from([0, 255, 13, 10, 0, 10])),
  boasts: (socket) => socket.write(`HTTP/1.1 200 OK\r\n${"x-boast: yes\r\n".repeat(6_000)}\r\n`),
  promisesForEver: (socket) => socket.write("HTTP/1.1 100 Continue\r\n\r\n".repeat(50)),
} as const satisfies Record<string, (socket: Socket) => unknown>;

type Behaviour = keyof typeof BEHAVIOURS;

const replayer = openReplayer();
afterAll(() => replayer.close());

async function replayAgainst(
  behaviours: readonly Behaviour[],
  limits: { connectionsMax: number; inFlightMax: number },
) {
  const seen = new Map<string, number>();
  await using server = await serveRaw((socket) => {
    socket.on("data", (bytes) => {
      for (const [, path = ""] of bytes.toString("latin1").matchAll(/(?:GET|PUT) (\S+) HTTP/g)) {
        seen.set(path, (seen.get(path) ?? 0) + 1);
        BEHAVIOURS[behaviours[Number(path.slice(1))] ?? "answers"](socket);
      }
    });
  });
  const result = await replayer.replay(
    aSchedule(behaviours.length, 2, {
      methods: { values: ["GET", "PUT"], codes: Uint32Array.from(behaviours, (_, index) => index % 2) },
      bodyBytes: Uint32Array.from(behaviours, (_, index) => (index % 8 === 1 ? LONG_BODY_BYTES : 0)),
    }),
    someOptions([server.target], { timeoutMs: TIMEOUT_MS, ...limits }),
  );
  await expect.poll(() => server.connections(), { timeout: 20_000 }).toBe(0);
  return { result, seen };
}

const sum = (counts: readonly number[]) => counts.reduce((total, count) => total + count, 0);

test("whatever the server does, every request is accounted for once and none is sent twice", async () => {
  const behaviour = fc.constantFrom(...(Object.keys(BEHAVIOURS) as Behaviour[]));
  await fc.assert(
    fc.asyncProperty(
      fc.array(behaviour, { minLength: 1, maxLength: 60, size: "max" }),
      fc.record({
        connectionsMax: fc.integer({ min: 1, max: 12 }),
        inFlightMax: fc.integer({ min: 1, max: 60 }),
      }),
      async (behaviours, limits) => {
        const { result, seen } = await replayAgainst(behaviours, limits);
        const failed = sum(Object.values(result.failures));
        expect(result.scheduled).toBe(behaviours.length);
        expect(result.scheduled).toBe(result.sent + result.dropped);
        expect(result.sent).toBe(result.completed + failed);
        expect(result.latency.count).toBe(result.completed + result.failures.timeout);
        expect(sum(Object.values(result.statuses))).toBe(result.completed);
        expect(sum(result.intervals.map((interval) => interval.sent))).toBe(result.sent);
        expect(sum(result.intervals.map((interval) => interval.completed))).toBe(result.completed);
        expect(sum(result.intervals.map((interval) => interval.failed))).toBe(failed);
        expect(result.intervals.at(-1)?.inFlight).toBe(0);
        expect([...seen.values()].filter((times) => times !== 1)).toEqual([]);
        expect(seen.size).toBeLessThanOrEqual(result.sent);
      },
    ),
    { numRuns: 30 },
  );
});
