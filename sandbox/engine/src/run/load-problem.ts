import type { Workload } from "@apex/core";
import { recordedRate } from "../calibration/service-demand.ts";
import { planTime, type TimeOutcome, type TimeQuestion } from "./plan-time.ts";

/** Fewer requests in a replay than this are an anecdote. */
const REQUESTS_MIN = 20;

type TooShort = Extract<TimeOutcome, { readonly kind: "too-short" }>;

/** That the time is too short, as a clause. */
export function tooShort(minutes: number, { hasPeak, minutesMin }: TooShort): string {
  return `${minutes} minutes are too short to compare five replays of each side${hasPeak ? " and to send the peak of the log" : ""}: at least ${minutesMin} are needed`;
}

/** What one replay sends. */
interface Replayed {
  /** Per second. */
  readonly rate: number;
  readonly replaySeconds: number;
  /** Whether a small scale is why there are not more. */
  readonly isScaled: boolean;
}

/** That a replay has too few requests for anything to be compared, as a clause without its article; `undefined` when it has enough. */
export function tooSparse({ rate, replaySeconds, isScaled }: Replayed): string | undefined {
  const requests = rate * replaySeconds;
  if (requests >= REQUESTS_MIN) return undefined;
  return `replay of ${replaySeconds} s would hold ${Math.round(requests)} requests${isScaled ? " at this scale" : ""}, too few to compare`;
}

/** A load, and how it is to be replayed, before anything is known of the services. */
export interface LoadQuestion extends TimeQuestion {
  /** The user's own; absent: all of it. */
  readonly scale?: number;
}

/** What keeps a load from being replayed to any purpose on whatever host, as a clause and what to do; `undefined` when nothing does. */
export function loadProblem(
  asked: LoadQuestion,
  workload: Workload,
): { readonly what: string; readonly next: string } | undefined {
  const timed = planTime(asked, workload);
  if (timed.kind === "too-short") {
    return { what: tooShort(asked.minutes, timed), next: `Give at least ${timed.minutesMin} minutes.` };
  }
  const { arrivalFactor = 1, isCalibrated, scale = 1 } = asked;
  // A twin sends whole requests at any scale. No side has more than the whole load.
  const share = isCalibrated ? 1 : scale;
  const rate = recordedRate(workload) * arrivalFactor * share;
  const { replaySeconds } = timed.budget;
  const sparse = tooSparse({ rate, replaySeconds, isScaled: share < 1 });
  return sparse === undefined
    ? undefined
    : { what: `a ${sparse}`, next: "Choose a busier window or more minutes." };
}
