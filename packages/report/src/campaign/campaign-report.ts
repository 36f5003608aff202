import type {
  Campaign,
  Currency,
  Decimal,
  Diagnostic,
  MetricComparison,
  RunState,
  StopReason,
  VerdictKind,
} from "@apex/core";

/** The name and version of the format. It may gain fields; a change that breaks a reader gets a new number. */
export const CAMPAIGN_SCHEMA = "apex.campaign/v1";

/** What became of a run, each run being one of them; the first three have a verdict. */
export const RUN_OUTCOMES = [
  "passed",
  "failed",
  "inconclusive",
  "dead",
  "cancelled",
  "running",
  "not-run",
] as const;

/** One of {@link RUN_OUTCOMES}. `dead` failed for good without a verdict; `cancelled` was stopped. */
export type RunOutcome = (typeof RUN_OUTCOMES)[number];

/** A sum of monthly savings, at list prices and after commitments. */
export interface SavingsSum {
  readonly list: Decimal;
  /** `null` unless it is known for every change of the sum. */
  readonly net: Decimal | null;
  /** The sum of those that are known, and how many are not. */
  readonly netKnown: Decimal;
  readonly netUnknown: number;
}

/** Runs that cost nothing, for one reason. */
export interface FreeRuns {
  readonly reason: string;
  readonly runs: number;
}

/** What a campaign came to. */
export interface CampaignSummary {
  readonly runs: {
    readonly total: number;
    /** Adds up to `total`. */
    readonly byOutcome: Readonly<Record<RunOutcome, number>>;
    /** Of the total: known before the campaign began, neither done nor charged again. */
    readonly reused: number;
  };
  /** Each target once: a change that rules out another of the same target is not added to it. */
  readonly savings: {
    /** Of changes that carry their recorded load. */
    readonly proven: SavingsSum;
    /** Of `proven`, what runs of this campaign proved. */
    readonly provenHere: SavingsSum;
    /** Of changes that do not. */
    readonly refuted: SavingsSum;
    /** Of all others. */
    readonly unproven: SavingsSum;
  };
  readonly cost: {
    readonly charged: Decimal;
    readonly reserved: Decimal;
    readonly quote: Decimal;
    /** `null`: the quote is the budget. */
    readonly budget: Decimal | null;
    /** The most frequent reason first. */
    readonly free: readonly FreeRuns[];
  };
  /** Monthly savings that this campaign proved for each unit of currency charged; `null` when nothing was charged, or net is unknown. */
  readonly return: { readonly list: Decimal | null; readonly net: Decimal | null };
}

/** The p99 of one run: medians over its faithful replays, milliseconds. */
export interface RunLatency {
  readonly baselineMs: number | null;
  readonly candidateMs: number | null;
  /** candidate ÷ baseline with its interval; `null` when unknown. */
  readonly ratio: MetricComparison["ratio"];
  /** The most that was allowed. */
  readonly boundMs: number | null;
}

/** One run of a campaign, as its report tells it. */
export interface CampaignReportRun {
  readonly runId: string;
  readonly target: string;
  readonly change: string;
  readonly outcome: RunOutcome;
  readonly isReused: boolean;
  /** Whether its saving is in the sums: of several runs of a target, one is. */
  readonly isCounted: boolean;
  /** What decided: the verdict's first reason, or why there is none. A whole sentence; `null` where there is nothing to say yet. */
  readonly reason: string | null;
  /** `null` without a result that can be read. */
  readonly p99: RunLatency | null;
  /** The largest load factor that held; `null` when none was probed or none held. */
  readonly headroomFactor: number | null;
  readonly monthlySavings: { readonly list: Decimal; readonly net: Decimal | null };
  /** The most that it may cost. */
  readonly cap: Decimal;
  /** `null` while it is open. */
  readonly charged: Decimal | null;
  readonly freeReason: string | null;
  readonly attempts: number;
  /** ISO 8601. */
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Why a result that there is says nothing here, as a whole sentence. */
  readonly resultProblem: string | null;
  /** Where its own report is. */
  readonly link: string | null;
}

/** The one report that a campaign ends in, `apex.campaign/v1`. Amounts are in `campaign.currency`. */
export interface CampaignReport {
  readonly schema: typeof CAMPAIGN_SCHEMA;
  readonly apexVersion: string;
  /** ISO 8601. */
  readonly generatedAt: string;
  readonly campaign: Pick<
    Campaign,
    "id" | "tenant" | "name" | "state" | "rateCard" | "createdAt" | "startedAt" | "endedAt" | "deadline"
  > & { readonly stopReason: StopReason | null; readonly currency: Currency };
  readonly summary: CampaignSummary;
  /** In the campaign's order. */
  readonly runs: readonly CampaignReportRun[];
  /** What was left out, and why. */
  readonly diagnostics: readonly Diagnostic[];
}

const BY_VERDICT: Readonly<Record<VerdictKind, RunOutcome>> = {
  pass: "passed",
  fail: "failed",
  inconclusive: "inconclusive",
};

const BY_STATE: Readonly<Record<RunState, RunOutcome>> = {
  waiting: "not-run",
  running: "running",
  // Done without a verdict is nothing that anybody could rely on.
  done: "inconclusive",
  dead: "dead",
  cancelled: "cancelled",
};

/** What became of a run. Only a finished run's verdict counts. */
export function outcomeOf(run: {
  readonly state: RunState;
  readonly verdict: VerdictKind | null;
}): RunOutcome {
  return run.state === "done" && run.verdict !== null ? BY_VERDICT[run.verdict] : BY_STATE[run.state];
}
