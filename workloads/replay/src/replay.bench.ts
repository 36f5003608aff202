import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { availableParallelism, loadavg } from "node:os";
import { promisify } from "node:util";
import type { Endpoint, ReplayResult } from "@apex/core";
import { expect, test } from "vitest";
import { openReplayer } from "./open-replayer.ts";
import { aSchedule, someOptions } from "./testing/a-schedule.ts";

/** Small by default. For figures: `APEX_BENCH_SECONDS=10 APEX_BENCH_RATE_MAX=60000` on a quiet machine. */
const SECONDS = Number(process.env["APEX_BENCH_SECONDS"] ?? 1);
const RATE_MAX = Number(process.env["APEX_BENCH_RATE_MAX"] ?? 10_000);
const RATES = [500, 2_000, 5_000];
const CONNECTIONS = 50;
const WARMUP_REQUESTS = 1_000;
/** A rate counts as sustained when everything is answered and the last answer comes so little after the schedule's end. */
const OVERTIME_SHARE_MAX = 0.02;
const RATE_STEP = 1.4;
const RATE_START = 2_000;

const WRK = ["/usr/bin/wrk", "/usr/local/bin/wrk"].find((path) => existsSync(path));
const require = createRequire(import.meta.url);
const AUTOCANNON = require.resolve("autocannon");
const run = promisify(execFile);

/** How late the requests of a tool came at the server, against a grid of the asked rate. */
interface Arrivals {
  readonly count: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

async function startServer() {
  const child = fork(new URL("./testing/stamp-server.ts", import.meta.url), {
    serialization: "advanced",
    execArgv: [],
  });
  const [port] = (await once(child, "message")) as [number];
  return {
    target: { container: "bench", host: "127.0.0.1", port } satisfies Endpoint,
    async stamps(): Promise<Float64Array> {
      child.send("stamps");
      const [stamps] = (await once(child, "message")) as [Float64Array];
      return stamps;
    },
    [Symbol.dispose]: () => child.disconnect(),
  };
}

/**
 * The same measure for every tool, none of which is asked: arrival k is due at k ÷ rate after the start, and the start is the
 * latest that makes no arrival early.
 */
function arrivalsAgainstGrid(stamps: Float64Array, rate: number): Arrivals {
  const offsets = stamps.map((stamp, index) => stamp - (index * 1_000) / rate);
  const start = offsets.reduce((least, offset) => Math.min(least, offset), Number.POSITIVE_INFINITY);
  const late = offsets.map((offset) => offset - start).toSorted();
  const at = (share: number) =>
    late[Math.min(late.length - 1, Math.floor(share * late.length))] ?? Number.NaN;
  return { count: stamps.length, p50Ms: at(0.5), p99Ms: at(0.99) };
}

async function autocannon(url: string, rate?: number): Promise<number> {
  const args = [
    AUTOCANNON,
    "--json",
    "-c",
    `${CONNECTIONS}`,
    "-d",
    `${SECONDS}`,
    ...(rate === undefined ? [] : ["-R", `${rate}`]),
  ];
  const { stdout } = await run(process.execPath, [...args, url]);
  return (JSON.parse(stdout) as { requests: { average: number } }).requests.average;
}

async function wrk(program: string, url: string): Promise<number> {
  const { stdout } = await run(program, ["-t1", `-c${CONNECTIONS}`, `-d${SECONDS}`, url]);
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(stdout)?.[1]);
}

function isSustained(result: ReplayResult): boolean {
  return (
    result.completed === result.scheduled && result.durationMs <= SECONDS * 1_000 * (1 + OVERTIME_SHARE_MAX)
  );
}

/** What the search for the highest rate found. */
interface HighestRate {
  /** 0 when none was sustained. */
  readonly rate: number;
  readonly latenessMs: number | null;
  /** The highest rate that was tried was sustained: there may be higher ones. */
  readonly isCapped: boolean;
  /** Whole sentences: the rates that were not sustained, on the way too. */
  readonly failures: readonly string[];
}

/** Tries every step up to the cap: on a machine that others use too, one that fails says nothing of the next. */
async function highestRate(replay: (rate: number) => Promise<ReplayResult>): Promise<HighestRate> {
  let found: Pick<HighestRate, "rate" | "latenessMs" | "isCapped"> = {
    rate: 0,
    latenessMs: null,
    isCapped: false,
  };
  const failures: string[] = [];
  for (let rate = RATE_START; rate <= RATE_MAX; rate = Math.round(rate * RATE_STEP)) {
    const result = await replay(rate);
    if (isSustained(result)) {
      found = { rate, latenessMs: result.lateness.p99Ms, isCapped: true };
      continue;
    }
    found = { ...found, isCapped: false };
    failures.push(
      `${rate} a second were not sustained: ${result.completed} of ${result.scheduled} answered, the last after ${(result.durationMs / 1_000).toFixed(2)} s of ${SECONDS} s.`,
    );
  }
  return { ...found, failures };
}

/** A figure that the search's cap makes a lower bound says so. */
function atLeast({ isCapped }: HighestRate, text: string): string {
  return isCapped ? `at least ${text} (the search's cap)` : text;
}

test("scheduling error at a constant rate, and the highest rate that is sustained", async () => {
  using server = await startServer();
  const url = `http://127.0.0.1:${server.target.port}/`;
  const replayer = openReplayer();
  const replay = async (rate: number) => {
    const options = someOptions([server.target], { connectionsMax: CONNECTIONS, timeoutMs: 10_000 });
    const result = await replayer.replay(aSchedule(rate * SECONDS, 1_000 / rate), options);
    return { result, arrivals: arrivalsAgainstGrid(await server.stamps(), rate) };
  };
  // Compiles the server's path and the sender's.
  await autocannon(url);
  await replayer.replay(aSchedule(WARMUP_REQUESTS, 1), someOptions([server.target]));
  await server.stamps();

  const errors = [];
  for (const rate of RATES) {
    const { result, arrivals } = await replay(rate);
    await autocannon(url, rate);
    const theirs = arrivalsAgainstGrid(await server.stamps(), rate);
    errors.push({
      rate,
      "apex p50 ms": arrivals.p50Ms.toFixed(3),
      "apex p99 ms": arrivals.p99Ms.toFixed(3),
      "apex own p99 ms": result.lateness.p99Ms?.toFixed(3),
      "apex cpu": (result.senderCpuMs / result.durationMs).toFixed(2),
      "autocannon p50 ms": theirs.p50Ms.toFixed(1),
      "autocannon p99 ms": theirs.p99Ms.toFixed(1),
      "p99, times better": Math.round(theirs.p99Ms / arrivals.p99Ms),
    });
    expect(arrivals.count).toBe(rate * SECONDS);
  }
  console.table(errors);

  const highest = await highestRate(async (rate) => (await replay(rate)).result);
  const closed = await autocannon(url);
  const fastest = WRK === undefined ? undefined : await wrk(WRK, url);
  console.table({
    "apex, open loop": {
      perSecond: atLeast(highest, String(highest.rate)),
      "lateness p99 ms": highest.latenessMs,
      "apex over it": "1",
    },
    "autocannon, closed loop": {
      perSecond: Math.round(closed),
      "apex over it": atLeast(highest, (highest.rate / closed).toFixed(2)),
    },
    "wrk, closed loop":
      fastest === undefined
        ? { perSecond: "not installed (Debian package wrk)" }
        : {
            perSecond: Math.round(fastest),
            "apex over it": atLeast(highest, (highest.rate / fastest).toFixed(2)),
          },
  });
  if (highest.isCapped) {
    console.log(
      `The search ended at its cap, APEX_BENCH_RATE_MAX=${RATE_MAX}, and not at a rate that was not sustained: at least ${highest.rate} a second.`,
    );
  }
  for (const failure of highest.failures) console.log(failure);
  console.log(
    "wrk and autocannon without -R send as fast as answers come: they keep no schedule. wrk2 is not packaged.",
  );
  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(" ")} on ${availableParallelism()} cores`,
  );
  await replayer.close();
}, 1_200_000);
