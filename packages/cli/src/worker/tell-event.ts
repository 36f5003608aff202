import { unreachable } from "@apex/core";
import type { WorkerEvent } from "@apex/sandbox-queue";
import type { Io } from "../io.ts";
import { printable } from "../printable.ts";
import { openThrottle } from "./throttle.ts";

/** How a worker speaks. */
export interface TellingOptions {
  readonly json?: boolean;
  /** Only what goes wrong. */
  readonly quiet?: boolean;
}

/** Progress of a run is told in a log this often at most. */
const PROGRESS_EVERY_MS = 10_000;

const LATER = {
  held: "another worker holds it",
  paused: "its campaign is paused",
  "tenant-limit": "its tenant's limit is reached",
  "month-limit": "what its tenant's tier has a month is used up",
  backoff: "it has failed and waits for its next attempt",
  "budget-reserved": "what runs now may use up the budget",
  "no-room": "there is no room for it yet",
} as const;

const LOST = {
  taken: "is somebody else's by now",
  unanswered: "could not be kept, because the database did not answer or did not take its end",
} as const;

function heldText(runs: number): string {
  return runs === 1
    ? "nothing to do here now: another worker has 1 run"
    : `nothing to do here now: other workers have ${runs} runs`;
}

function seconds(ms: number): string {
  return `${Math.ceil(ms / 1000)} s`;
}

/** An event in words: a whole line, without its end; `undefined` for one that is nothing to a person. */
function eventText(event: WorkerEvent): string | undefined {
  switch (event.kind) {
    case "claimed":
      return `${event.runId} begins${event.attempt === 1 ? "" : ` (attempt ${event.attempt})`}, of campaign ${event.campaignId}`;
    case "progress":
      return `${event.runId} ${event.line}`;
    case "ended":
      return `${event.runId} ${{ done: "has a verdict", dead: "failed for good", cancelled: "was stopped" }[event.state]}: ${event.why}`;
    case "again":
      if (event.why === "released") return `${event.runId} is given back for another worker`;
      return `${event.runId} is tried again in ${seconds(event.inMs)}: ${event.why}`;
    case "lost":
      return `${event.runId} ${LOST[event.why]}: what was done here counts for nothing`;
    case "later":
      return `${event.runId} waits: ${LATER[event.why]}`;
    case "too-large":
      return `${event.runId} wants ${event.reservation.cores} cores and ${(event.reservation.memoryBytes / 1024 ** 3).toFixed(1)} GiB, more than this worker has: left to others`;
    case "refused":
      return `${event.runId} is left to other workers: ${event.why}`;
    case "campaign-ended":
      return `campaign ${event.campaignId} has ended`;
    case "requeued":
      return `${event.count} waiting run${event.count === 1 ? "" : "s"} of ${event.tenant} put back into the queue`;
    case "away":
      return `the ${event.service === "queue" ? "queue" : "database"} is away: ${event.message}; waiting for it`;
    case "back":
      return `the ${event.service === "queue" ? "queue" : "database"} is back`;
    case "trouble":
      return `${event.what}: ${event.message}; it is tried again`;
    case "idle":
      return event.waiting.held === 0 ? undefined : heldText(event.waiting.held);
    default:
      return unreachable(event);
  }
}

const WRONG: ReadonlySet<WorkerEvent["kind"]> = new Set([
  "again",
  "lost",
  "too-large",
  "refused",
  "away",
  "trouble",
]);

function isWrong(event: WorkerEvent): boolean {
  return WRONG.has(event.kind) || (event.kind === "ended" && event.state === "dead");
}

/** Tells events: as JSON lines for programs, else as lines with their time for people. */
export function eventTeller(
  io: Pick<Io, "out" | "err" | "now">,
  options: TellingOptions,
): (event: WorkerEvent) => void {
  const throttle = openThrottle(PROGRESS_EVERY_MS);
  const isDue = (event: WorkerEvent): boolean =>
    (event.kind !== "progress" && event.kind !== "later") ||
    throttle.isDue(`${event.kind} ${event.tenant}/${event.runId}`, io.now().getTime());
  return (event) => {
    if (event.kind === "ended" || event.kind === "again" || event.kind === "lost") {
      throttle.forget(`progress ${event.tenant}/${event.runId}`);
      throttle.forget(`later ${event.tenant}/${event.runId}`);
    }
    if (!isDue(event) || (options.quiet === true && !isWrong(event))) return;
    const at = io.now().toISOString();
    if (options.json === true) {
      io.out(`${JSON.stringify({ at, ...event })}\n`);
      return;
    }
    const text = eventText(event);
    if (text !== undefined) io.err(`${at.slice(11, 19)} ${printable(text)}\n`);
  };
}
