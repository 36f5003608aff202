import { setTimeout as sleep } from "node:timers/promises";
import {
  AdapterError,
  type AfterAttempt,
  type AttemptEnding,
  type CounterReading,
  type RunClaim,
  type RunExecutor,
  type RunRecords,
  unreachable,
} from "@apex/core";
import { isAway, messageOf } from "./errors.ts";
import type { OnEvent } from "./events.ts";
import type { Health } from "./health.ts";
import { type BeatEnd, type BeatSource, heartbeats } from "./heartbeats.ts";
import { REFUSED_MS } from "./host-refusals.ts";
import type { Ticket } from "./taking.ts";

/** An ending that the records could not be told is tried for so long: the work is done, and nobody may have taken the run yet. */
const TELL_END_MS = 10 * 60_000;
const TELL_PAUSE_MAX_MS = 5_000;

/** Why an attempt ends before its executor is ready. */
type Abort = BeatEnd | { readonly kind: "release" };

/** What the records made of an ending, or why they did not hear it. */
type After = Exclude<AfterAttempt, { readonly kind: "lost" }> | Extract<BeatEnd, { readonly kind: "lost" }>;

/** What was told at last, and what came of it. */
interface Told {
  readonly ending: AttemptEnding;
  readonly after: After;
}

const UNANSWERED: After = { kind: "lost", why: "unanswered" };

type Executed = Awaited<ReturnType<RunExecutor["execute"]>>;

export interface AttemptOptions {
  readonly claim: RunClaim;
  readonly ticket: Ticket;
  readonly executor: RunExecutor | undefined;
  readonly records: RunRecords;
  readonly health: Health;
  readonly onEvent: OnEvent;
  /** The worker stops. */
  readonly stop: AbortSignal;
}

/** Does one attempt to its end, and puts its ticket where it then belongs. Returns how it ended. Never throws. */
export async function attempt(options: AttemptOptions): Promise<AttemptEnding> {
  const { claim, ticket, onEvent } = options;
  const { tenant, runId, campaignId } = claim;
  const letGo = ticket.hold();
  try {
    onEvent({ kind: "claimed", tenant, runId, campaignId, attempt: claim.attempt });
    const { executed, abort } = await execute(options);
    const wanted = endingOf(executed.ending, abort);
    const { ending, after } =
      abort?.kind === "lost"
        ? { ending: wanted, after: abort }
        : await tellEnd(options, wanted, executed.reading);
    letGo();
    await putTicket(options, ending, after);
    return ending;
  } finally {
    letGo();
  }
}

async function execute(
  options: AttemptOptions,
): Promise<{ readonly executed: Executed; readonly abort: Abort | undefined }> {
  const { claim, executor, records, health, onEvent, stop } = options;
  const { tenant, runId, campaignId } = claim;
  const controller = new AbortController();
  const source: BeatSource = { read: undefined, line: undefined };
  let abort: Abort | undefined;
  const end = (why: Abort): void => {
    abort ??= why;
    controller.abort(why.kind === "stop" ? why.reason : why.kind);
  };
  const release = (): void => end({ kind: "release" });
  const beats = heartbeats({ claim, records, source, health, onEnd: end });
  stop.addEventListener("abort", release, { once: true });
  if (stop.aborted) release();
  try {
    if (executor === undefined) return { executed: { ending: unknownKind(claim) }, abort };
    const executed = await executor.execute(claim, {
      signal: controller.signal,
      meterWith(read) {
        source.read = read;
      },
      progress(line) {
        source.line = line;
        onEvent({ kind: "progress", tenant, runId, campaignId, line });
      },
    });
    return { executed, abort };
  } catch (cause) {
    return { executed: { ending: failureOf(cause) }, abort };
  } finally {
    stop.removeEventListener("abort", release);
    await beats.close();
  }
}

function unknownKind({ kind }: RunClaim): AttemptEnding {
  const refusal = `This worker has no executor for runs of kind ${JSON.stringify(kind)}: start one of the release that made the campaign.`;
  return { kind: "released", refusal };
}

function failureOf(cause: unknown): AttemptEnding {
  const mayConverge =
    cause instanceof AdapterError && (cause.kind === "unavailable" || cause.kind === "throttled");
  return { kind: "failed", message: messageOf(cause), mayConverge };
}

/** What was asked of an executor counts for more than how it put its end, but a verdict that is there is there. */
function endingOf(ending: AttemptEnding, abort: Abort | undefined): AttemptEnding {
  if (ending.kind === "verdict" || abort === undefined) return ending;
  return abort.kind === "stop" ? { kind: "stopped", reason: abort.reason } : { kind: "released" };
}

/** Tells how it ended until it is heard. What the records cannot take is told as a failure instead, once. */
async function tellEnd(
  options: AttemptOptions,
  wanted: AttemptEnding,
  reading: CounterReading | undefined,
): Promise<Told> {
  const { onEvent, claim } = options;
  try {
    return { ending: wanted, after: await heardEnd(options, wanted, reading) };
  } catch (cause) {
    const message = `Its end could not be kept: ${messageOf(cause)}`;
    onEvent({ kind: "trouble", what: `run ${claim.runId} of ${claim.tenant}`, message });
    const ending: AttemptEnding = { kind: "failed", message, mayConverge: false };
    const after = await heardEnd(options, ending, undefined).catch(() => UNANSWERED);
    return { ending, after };
  }
}

/** Waits for records that are away. Throws what they say of this very ending. */
async function heardEnd(
  { claim, records, health, stop }: AttemptOptions,
  ending: AttemptEnding,
  reading: CounterReading | undefined,
): Promise<After> {
  const startedAt = performance.now();
  for (;;) {
    try {
      const after = await records.end(claim, ending, reading);
      health.fine();
      return after.kind === "lost" ? { kind: "lost", why: "taken" } : after;
    } catch (cause) {
      if (!isAway(cause)) throw cause;
      health.failed(cause);
      const patienceMs = stop.aborted ? claim.leaseMs : TELL_END_MS;
      if (performance.now() - startedAt > patienceMs) return UNANSWERED;
      await sleep(Math.min(health.pauseMs, TELL_PAUSE_MAX_MS));
    }
  }
}

function whyOf(ending: AttemptEnding): string {
  switch (ending.kind) {
    case "failed":
      return ending.message;
    case "verdict":
      return ending.verdict;
    case "stopped":
      return ending.reason;
    case "released":
      return ending.kind;
    default:
      return unreachable(ending);
  }
}

function isRefusal(ending: AttemptEnding): boolean {
  return ending.kind === "released" && ending.refusal !== undefined;
}

async function putTicket(
  { claim, ticket, onEvent }: AttemptOptions,
  ending: AttemptEnding,
  after: After,
): Promise<void> {
  const { tenant, runId, campaignId } = claim;
  const why = whyOf(ending);
  switch (after.kind) {
    case "ended":
      await (after.state === "dead" ? ticket.dead(why) : ticket.done());
      return onEvent({ kind: "ended", tenant, runId, campaignId, state: after.state, why });
    case "again":
      // A run that was refused is to be seen by others first.
      await (after.inMs === 0 && !isRefusal(ending)
        ? ticket.giveBack()
        : ticket.later(after.inMs || REFUSED_MS));
      return onEvent({ kind: "again", tenant, runId, campaignId, inMs: after.inMs, why });
    case "lost":
      await ticket.later(claim.leaseMs);
      return onEvent({ kind: "lost", tenant, runId, campaignId, why: after.why });
  }
}
