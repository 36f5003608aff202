import type { Diagnostic } from "./diagnostic.ts";
import type { Decimal } from "./decimal.ts";
import type { Money } from "./money.ts";
import type { StopSignal } from "./ports.ts";
import type { CounterReading } from "./sandbox.ts";
import type { VerdictKind } from "./validation.ts";

/** What a run may take at most of the machine that does it, agreed before it starts. */
export interface Reservation {
  /** Cores, fractions included, of everything that may run at a time. */
  readonly cores: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly gpuModel: string | null;
  /** After so long it is stopped. */
  readonly maxSeconds: number;
}

/**
 * A campaign's life: `draft` is quoted and not started; `stopped` was ended before all its runs were; `done` has no run left that
 * could go on.
 */
export type CampaignState = "draft" | "running" | "paused" | "stopped" | "done";

/** Who or what ends a campaign, or a run of it, before its time. `cap`: a run came to more than it was quoted. */
export type StopReason = "cancelled" | "budget" | "deadline" | "cap";

/**
 * A run's life: `waiting` → `running` → one of the others, which are final, or `waiting` again after a failure that can converge.
 * `done` has a verdict; `dead` failed for good and says why; `cancelled` was stopped.
 */
export type RunState = "waiting" | "running" | "done" | "dead" | "cancelled";

/** A run that belongs into a queue. */
export interface QueuedRun {
  readonly tenant: string;
  /** Derived from its inputs: the same inputs of the same tenant are the same run. */
  readonly runId: string;
  readonly campaignId: string;
  /** 1 is first, 10 is last. */
  readonly priority: number;
  readonly reservation: Reservation;
}

/** Who asks for work. */
export interface WorkerIdentity {
  /** Unique for this process: "host/pid/start". */
  readonly id: string;
  readonly host: string;
}

/** One try of a run, held by one worker. Whatever is written for it names its attempt: what an earlier holder still writes is refused. */
export interface RunClaim {
  readonly tenant: string;
  readonly runId: string;
  readonly campaignId: string;
  /** From 1. */
  readonly attempt: number;
  /** What the sandbox knows this attempt as: counters of two attempts are never mixed. */
  readonly sandboxRunId: string;
  /** Which executor does it: "validation". */
  readonly kind: string;
  /** What is to be done, as that executor's JSON. */
  readonly job: string;
  readonly reservation: Reservation;
  /** It is stopped when it has come to more: its quote. */
  readonly cap: Money;
  /** How long the claim holds without a heartbeat. */
  readonly leaseMs: number;
  /** Earlier attempts of a worker that is gone: what is left of them on this host is to be removed, and what they had used kept. */
  readonly orphans: readonly string[];
}

/** What becomes of a worker's wish to do a run. */
export type ClaimOutcome =
  | { readonly kind: "claimed"; readonly claim: RunClaim }
  /** Nothing to do (any more): it has ended, or its campaign has. */
  | { readonly kind: "ended" }
  /** Not now: ask again after so long. */
  | {
      readonly kind: "later";
      readonly inMs: number;
      /** `tenant-limit`: of runs at a time. `month-limit`: what its tier has a month is used up; a run that began this month still goes on. */
      readonly why: "held" | "paused" | "tenant-limit" | "month-limit" | "backoff" | "budget-reserved";
    };

/** Whether a worker still holds its claim. */
export type HeartbeatOutcome =
  | { readonly kind: "held" }
  /** Somebody else has it: end at once, nothing that is written is taken. */
  | { readonly kind: "lost" }
  /** End it and say so. */
  | { readonly kind: "stop"; readonly reason: StopReason };

/** What a worker tells while it works. */
export interface Heartbeat {
  /** What the attempt has used so far; absent before it has started anything. */
  readonly reading?: CounterReading;
  /** One line for people: "replay 7 of 12, p99 31 ms". */
  readonly progress?: string;
}

/** How an attempt ended. */
export type AttemptEnding =
  | {
      readonly kind: "verdict";
      readonly verdict: VerdictKind;
      /** An inconclusive verdict that our machine is to blame for (other load, a late sender) is not charged. */
      readonly isOurFault: boolean;
      /** The whole result as JSON: `apex.validation/v1` of a validation. */
      readonly result: string;
    }
  | { readonly kind: "failed"; readonly message: string; readonly mayConverge: boolean }
  | { readonly kind: "stopped"; readonly reason: StopReason }
  /**
   * The run waits for another worker, and this was no failed attempt: the worker shuts down, or its host cannot do the run and
   * `refusal` says why, in a whole sentence. The worker then leaves that run to others for a while.
   */
  | { readonly kind: "released"; readonly refusal?: string };

/** What a run is after its attempt has ended. */
export type AfterAttempt =
  | { readonly kind: "ended"; readonly state: "done" | "dead" | "cancelled" }
  | { readonly kind: "again"; readonly inMs: number }
  /** The claim was lost before: nothing was changed. */
  | { readonly kind: "lost" };

/**
 * What queues and workers ask of the database, which alone decides what is done: queues deliver, perhaps twice, perhaps never, and
 * need not remember. All times are the database's. Every method throws an AdapterError (`unavailable`) when the database is away.
 */
export interface RunRecords {
  /** Takes a run for a worker, when it, its campaign's budget and its tenant's limits allow. */
  claim(run: Pick<QueuedRun, "tenant" | "runId">, worker: WorkerIdentity): Promise<ClaimOutcome>;
  /** Prolongs a claim; keeps the reading. */
  heartbeat(claim: RunClaim, beat: Heartbeat): Promise<HeartbeatOutcome>;
  /** Ends an attempt and settles what it costs, at once or not at all. Twice is once. */
  end(claim: RunClaim, ending: AttemptEnding, reading?: CounterReading): Promise<AfterAttempt>;
  /**
   * A reading of an attempt whose worker died: kept, and not charged, since such an attempt is not. Should the worker be alive after all,
   * it is a reading like its own: the counters are the attempt's, and its end charges the last one.
   */
  keepReading(sandboxRunId: string, reading: CounterReading): Promise<void>;
  /** Runs of running campaigns, or of one, that no queue need know of any more: for putting back what a queue has lost. Up to 10,000 of each tenant. */
  waitingRuns(of?: { readonly tenant: string; readonly campaignId: string }): Promise<readonly QueuedRun[]>;
  /**
   * How many runs of running campaigns nobody can take yet, and somebody may soon: those in backoff wait for their next attempt after a
   * failure, those that are held are with a worker, which may die.
   */
  runsToCome(): Promise<{ readonly backoff: number; readonly held: number }>;
  /** Tenants that have runs waiting, with how much each has running now, in cores: the fair order starts with the least. */
  tenantsWaiting(): Promise<readonly { readonly tenant: string; readonly coresRunning: number }[]>;
  /**
   * Ends campaigns that have nothing left to do, or whose deadline is over, and has runs wait again whose worker was lost a while ago.
   * Returns the campaigns that ended now.
   */
  sweepCampaigns(): Promise<readonly { readonly tenant: string; readonly campaignId: string }[]>;
}

/** One change that a campaign validates. */
export interface CampaignMember {
  readonly runId: string;
  /** The Terraform address of the service: "aws_instance.web". */
  readonly target: string;
  /** "m5.xlarge → m5.large" */
  readonly change: string;
  readonly monthlySavings: { readonly list: Decimal; readonly net: Decimal | null };
  readonly kind: string;
  readonly job: string;
  readonly reservation: Reservation;
}

/** A campaign as it is created. */
export interface CampaignDraft {
  readonly tenant: string;
  readonly name: string;
  readonly priority: number;
  /** The most that it may cost; `null`: its quote. */
  readonly budget: Decimal | null;
  /** ISO 8601. */
  readonly deadline: string | null;
  readonly members: readonly CampaignMember[];
  /** What was left out, and why. */
  readonly diagnostics: readonly Diagnostic[];
}

/** A campaign as it stands. Amounts are in the currency of its rate card. */
export interface Campaign extends Omit<CampaignDraft, "members"> {
  readonly id: string;
  readonly state: CampaignState;
  readonly stopReason: StopReason | null;
  readonly rateCard: string;
  readonly currency: string;
  /** The most that all its runs can come to that are not known already. */
  readonly quote: Decimal;
  /** What was charged for its runs so far, exactly. */
  readonly charged: Decimal;
  /** Set aside for those that run now. */
  readonly reserved: Decimal;
  readonly createdAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  readonly counts: Readonly<Record<RunState, number>>;
}

/** A run of a campaign as it stands. */
export interface CampaignRun {
  readonly runId: string;
  readonly position: number;
  readonly target: string;
  readonly change: string;
  readonly monthlySavings: { readonly list: Decimal; readonly net: Decimal | null };
  readonly state: RunState;
  readonly attempts: number;
  /** Known before the campaign began: neither done nor charged again. */
  readonly isReused: boolean;
  readonly verdict: VerdictKind | null;
  /** Of a run that failed for good, or was stopped: a whole sentence. */
  readonly reason: string | null;
  /** The newest line of its worker. */
  readonly progress: string | null;
  readonly worker: string | null;
  readonly cap: Decimal;
  /** What it was charged, exactly; `null` while it is open. */
  readonly charged: Decimal | null;
  /** Why a run that has ended was free, where it was. */
  readonly freeReason: string | null;
  /** JSON of a verdict's result. */
  readonly result: string | null;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
}

/** What a run's executor may touch of its worker. */
export interface ExecutionContext {
  /** Aborted when the run is to end: with the reason of {@link HeartbeatOutcome} or the worker's end. */
  readonly signal: StopSignal;
  /** What the attempt has used so far: asked at each heartbeat. */
  meterWith(read: () => Promise<CounterReading>): void;
  progress(line: string): void;
}

/**
 * Does runs of one kind. `execute` returns how the attempt ended and its last reading, and leaves nothing behind; what it throws counts as a failure, which may converge where it is an
 * AdapterError that is `unavailable` or `throttled`.
 */
export interface RunExecutor {
  readonly kind: string;
  execute(
    claim: RunClaim,
    context: ExecutionContext,
  ): Promise<{ readonly ending: AttemptEnding; readonly reading?: CounterReading }>;
}
