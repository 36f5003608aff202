import {
  AdapterError,
  type AfterAttempt,
  type AttemptEnding,
  type ClaimOutcome,
  decimal,
  type Heartbeat,
  type HeartbeatOutcome,
  type QueuedRun,
  type RunClaim,
  type RunRecords,
  type RunState,
  type StopReason,
  type WorkerIdentity,
} from "@apex/core";

const FAILURES_MAX = 3;
const LEASE_MS = 1_000;
const BACKOFF_MS = 20;

interface KnownRun {
  readonly run: QueuedRun;
  state: RunState;
  attempt: number;
  failures: number;
  leaseUntil: number;
  notBefore: number;
  stop: StopReason | undefined;
}

/** A run for a test: small, of campaign "c1". */
export function aQueuedRun(changes: Partial<QueuedRun> = {}): QueuedRun {
  return {
    tenant: "acme",
    runId: "r1",
    campaignId: "c1",
    priority: 5,
    reservation: { cores: 1, memoryBytes: 1, gpus: 0, gpuModel: null, maxSeconds: 60 },
    ...changes,
  };
}

/** Records in memory, with leases, attempts and fencing like those in the database, for tests of the queue alone. */
export class MemoryRecords implements RunRecords {
  /** While away every method throws. */
  isAway = false;
  readonly endings: AttemptEnding[] = [];
  readonly beats: Heartbeat[] = [];
  readonly #known = new Map<string, KnownRun>();
  readonly #leaseMs: number;

  constructor(runs: readonly QueuedRun[], leaseMs = LEASE_MS) {
    this.#leaseMs = leaseMs;
    for (const run of runs) {
      const fresh = { state: "waiting", attempt: 0, failures: 0, leaseUntil: 0, notBefore: 0 } as const;
      this.#known.set(run.runId, { run, ...fresh, stop: undefined });
    }
  }

  stateOf(runId: string): RunState | undefined {
    return this.#known.get(runId)?.state;
  }

  /** Lets the lease of a run be over now. */
  expire(runId: string): void {
    const known = this.#known.get(runId);
    if (known !== undefined) known.leaseUntil = 0;
  }

  stop(runId: string, reason: StopReason): void {
    const known = this.#known.get(runId);
    if (known !== undefined) known.stop = reason;
  }

  async claim({ runId }: Pick<QueuedRun, "runId">, _worker: WorkerIdentity): Promise<ClaimOutcome> {
    this.#ask();
    const known = this.#known.get(runId);
    if (known === undefined || !["waiting", "running"].includes(known.state)) return { kind: "ended" };
    const now = performance.now();
    if (known.state === "running" && known.leaseUntil > now)
      return { kind: "later", why: "held", inMs: known.leaseUntil - now };
    if (known.notBefore > now) return { kind: "later", why: "backoff", inMs: known.notBefore - now };
    known.state = "running";
    known.attempt += 1;
    known.leaseUntil = now + this.#leaseMs;
    return { kind: "claimed", claim: claimOf(known, this.#leaseMs) };
  }

  async heartbeat(claim: RunClaim, beat: Heartbeat): Promise<HeartbeatOutcome> {
    this.#ask();
    this.beats.push(beat);
    const known = this.#heldBy(claim);
    if (known === undefined) return { kind: "lost" };
    known.leaseUntil = performance.now() + this.#leaseMs;
    return known.stop === undefined ? { kind: "held" } : { kind: "stop", reason: known.stop };
  }

  async end(claim: RunClaim, ending: AttemptEnding): Promise<AfterAttempt> {
    this.#ask();
    const known = this.#heldBy(claim);
    if (known === undefined) return { kind: "lost" };
    this.endings.push(ending);
    return settle(known, ending);
  }

  async keepReading(): Promise<void> {
    this.#ask();
  }

  async waitingRuns(): Promise<readonly QueuedRun[]> {
    this.#ask();
    const now = performance.now();
    return [...this.#known.values()]
      .filter(({ state, notBefore, leaseUntil }) =>
        state === "waiting" ? notBefore <= now : state === "running" && leaseUntil <= now,
      )
      .map(({ run }) => run);
  }

  async runsToCome(): Promise<{ readonly backoff: number; readonly held: number }> {
    this.#ask();
    const now = performance.now();
    const known = [...this.#known.values()];
    return {
      backoff: known.filter(({ state, notBefore }) => state === "waiting" && notBefore > now).length,
      held: known.filter(({ state, leaseUntil }) => state === "running" && leaseUntil > now).length,
    };
  }

  async tenantsWaiting(): Promise<readonly { readonly tenant: string; readonly coresRunning: number }[]> {
    const tenants = new Set((await this.waitingRuns()).map(({ tenant }) => tenant));
    return [...tenants].map((tenant) => ({ tenant, coresRunning: 0 }));
  }

  async sweepCampaigns(): Promise<readonly { readonly tenant: string; readonly campaignId: string }[]> {
    this.#ask();
    return [];
  }

  #ask(): void {
    if (this.isAway) throw new AdapterError("unavailable", "the records are away");
  }

  #heldBy(claim: RunClaim): KnownRun | undefined {
    const known = this.#known.get(claim.runId);
    return known?.state === "running" && known.attempt === claim.attempt ? known : undefined;
  }
}

function claimOf({ run, attempt }: KnownRun, leaseMs: number): RunClaim {
  const { tenant, runId, campaignId, reservation } = run;
  return {
    tenant,
    runId,
    campaignId,
    attempt,
    reservation,
    leaseMs,
    sandboxRunId: `${runId}-${attempt}`,
    kind: "test",
    job: "{}",
    cap: { amount: decimal("1"), currency: "USD" },
    orphans: [],
  };
}

function settle(known: KnownRun, ending: AttemptEnding): AfterAttempt {
  const finish = (state: "done" | "dead" | "cancelled"): AfterAttempt => {
    known.state = state;
    return { kind: "ended", state };
  };
  const again = (inMs: number): AfterAttempt => {
    known.state = "waiting";
    known.notBefore = performance.now() + inMs;
    return { kind: "again", inMs };
  };
  switch (ending.kind) {
    case "verdict":
      return finish("done");
    case "stopped":
      return finish("cancelled");
    case "released":
      return again(0);
    case "failed":
      known.failures += 1;
      return ending.mayConverge && known.failures < FAILURES_MAX ? again(BACKOFF_MS) : finish("dead");
  }
}
