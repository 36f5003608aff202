import {
  type AnswerCounts,
  answerCounts,
  type RunMeasurement,
  type Side,
  turnedAwayShare,
  type Verdict,
  type VerdictReason,
  type Workload,
} from "@apex/core";
import { sideRuns } from "../judge/signals.ts";
import { formatPercent } from "../judge/wording.ts";

/** Points by which answers outside of 2xx and 304 may exceed the log's share: paths differ a little from stretch to stretch. */
const SHARE_ABOVE_LOG_MAX = 0.05;

/** Usable replays of the baseline that settle it: the share hardly moves from one to the next. */
const BASELINE_RUNS_MIN = 2;

/** The recorded answers by class; empty where no request of the log has a status. */
export function recordedAnswers(workload: Pick<Workload, "statuses">): AnswerCounts {
  const counts = new Map<number, number>();
  for (const status of workload.statuses) counts.set(status, (counts.get(status) ?? 0) + 1);
  return answerCounts([...counts].map(([status, count]) => [String(status), count] as const));
}

/** The answers of one side's faithful replays, by class. */
function answersOf(runs: readonly RunMeasurement[], side: Side): AnswerCounts {
  const { faithful } = sideRuns(runs, side);
  return answerCounts(faithful.flatMap(({ statuses = {} }) => Object.entries(statuses)));
}

function mixText(counts: AnswerCounts): string {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${formatPercent(count / total)}`)
    .join(", ");
}

function differing(runs: readonly RunMeasurement[], side: Side, log: AnswerCounts): VerdictReason | null {
  const answers = answersOf(runs, side);
  const [share, recorded] = [turnedAwayShare(answers), turnedAwayShare(log)];
  if (share === null || share <= (recorded ?? 0) + SHARE_ABOVE_LOG_MAX) return null;
  const beside =
    recorded === null
      ? "the log does not tell its statuses, so that none are expected"
      : `${formatPercent(recorded)} of those in the log were`;
  return {
    code: "answers-differ",
    kind: "inconclusive",
    summary: `${formatPercent(share)} of the answers of the ${side} were neither 2xx nor 304 (${mixText(answers)}), and ${beside}: what was measured is not the work that was recorded. Replays carry no credentials, not the original Host header and bodies of filler: let the image answer without them, or leave --image out.`,
  };
}

/** Whether the baseline's replays so far leave no doubt that no verdict will stand: more of them would cost time for nothing. */
export function isAnotherService(runs: readonly RunMeasurement[], log: AnswerCounts): boolean {
  const { faithful } = sideRuns(runs, "baseline");
  return faithful.length >= BASELINE_RUNS_MIN && differing(runs, "baseline", log) !== null;
}

/**
 * No verdict on a service that turns requests away which the recorded one served: that costs it little. Where the baseline does, neither
 * a pass nor a fail stands; where the candidate alone does, no pass.
 */
export function withAnswersDoubt(
  verdict: Verdict,
  runs: readonly RunMeasurement[],
  log: AnswerCounts,
): Verdict {
  const reason =
    differing(runs, "baseline", log) ?? (verdict.kind === "pass" ? differing(runs, "candidate", log) : null);
  if (reason === null) return verdict;
  return { ...verdict, kind: "inconclusive", reasons: [reason, ...verdict.reasons] };
}
