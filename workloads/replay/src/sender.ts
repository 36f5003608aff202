import type { Endpoint, ReplayProgress, ReplayResult, ReplaySchedule } from "@apex/core";
import { OpenLoop } from "./open-loop.ts";
import { Pacer } from "./pacer.ts";
import { reachAny } from "./reach.ts";
import { Recorder } from "./recorder.ts";
import { RequestWriter } from "./request-writer.ts";
import type { SenderOrder } from "./sender-protocol.ts";
import { TargetPool } from "./target-pool.ts";
import { constantSchedule, targetWarmup, withEchoServer } from "./warm-up.ts";

/** Enough for V8 to compile the sender's path: after 1,000 it is not late any more, see the README. */
const OWN_WARMUP_REQUESTS = 5_000;
const OWN_WARMUP_RATE = 10_000;
const OWN_WARMUP_CONNECTIONS = 32;
const OWN_WARMUP_PATH = "/warm-up";
const WARMUP_IN_FLIGHT_MAX = 64;
/** A service that does not answer its warm-up is not waited for longer. */
const WARMUP_TIMEOUT_MAX_MS = 5_000;

type Limits = Pick<SenderOrder["options"], "timeoutMs" | "inFlightMax">;

/** Replays schedules one after another with the same warm code and pacer. */
export class Sender {
  readonly #pacer: Pacer;

  private constructor(pacer: Pacer) {
    this.#pacer = pacer;
  }

  /** Starts the pacer and warms the code against a server of this process, so that no service is loaded for it. */
  static async open(ownWarmupRequests = OWN_WARMUP_REQUESTS): Promise<Sender> {
    const sender = new Sender(new Pacer());
    if (ownWarmupRequests === 0) return sender;
    await withEchoServer(async (target) => {
      const schedule = constantSchedule([OWN_WARMUP_PATH], ownWarmupRequests, OWN_WARMUP_RATE);
      const pools = poolsFor([target], OWN_WARMUP_CONNECTIONS);
      await sender.#send(schedule, pools, { timeoutMs: 2_000, inFlightMax: ownWarmupRequests });
      for (const pool of pools) pool.close();
    });
    return sender;
  }

  async replay(
    { schedule, options }: SenderOrder,
    onProgress: (progress: ReplayProgress) => void,
  ): Promise<ReplayResult> {
    await reachAny(options.targets);
    const pools = poolsFor(options.targets, Math.floor(options.connectionsMax / options.targets.length));
    try {
      const opened = await this.#warm(schedule, pools, options);
      const result = await this.#send(schedule, pools, options, onProgress);
      return { ...result, connectionsOpened: opened + result.connectionsOpened };
    } finally {
      for (const pool of pools) pool.close();
    }
  }

  /** Returns the connections that it opened; they stay open. */
  async #warm(
    schedule: ReplaySchedule,
    pools: readonly TargetPool[],
    { warmupRequests, timeoutMs }: SenderOrder["options"],
  ): Promise<number> {
    if (warmupRequests === 0) return 0;
    const warmup = targetWarmup(schedule, warmupRequests);
    const limits = {
      timeoutMs: Math.min(timeoutMs, WARMUP_TIMEOUT_MAX_MS),
      inFlightMax: WARMUP_IN_FLIGHT_MAX,
    };
    return (await this.#send(warmup, pools, limits)).connectionsOpened;
  }

  async #send(
    schedule: ReplaySchedule,
    pools: readonly TargetPool[],
    { timeoutMs, inFlightMax }: Limits,
    onProgress?: (progress: ReplayProgress) => void,
  ): Promise<ReplayResult> {
    const recorder = new Recorder({
      scheduled: schedule.offsetsMs.length,
      durationMs: schedule.durationMs,
      timeoutMs,
    });
    const loop = new OpenLoop({
      schedule,
      pools,
      writer: new RequestWriter(
        schedule,
        pools.map((pool) => pool.target),
      ),
      pacer: this.#pacer,
      recorder,
      timeoutMs,
      inFlightMax,
      ...(onProgress === undefined ? {} : { onProgress }),
    });
    const before = process.cpuUsage();
    const tookMs = await loop.run();
    const used = process.cpuUsage(before);
    return recorder.result(tookMs, (used.user + used.system) / 1_000);
  }
}

function poolsFor(targets: readonly Endpoint[], connectionsMax: number): readonly TargetPool[] {
  return targets.map((target) => new TargetPool(target, connectionsMax));
}
