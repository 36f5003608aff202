/** Whether every run was done, once, and ended as it was meant to. Each check returns whole sentences; none when all is right. */
import type { Books } from "./books.ts";
import type { Execution } from "./execution-log.ts";
import type { ProbePlan } from "./probe-executor.ts";
import { attemptKey, runKey } from "./run-key.ts";

/** What was ordered. */
export interface OrderedRun {
  readonly tenant: string;
  readonly runId: string;
  readonly plan: ProbePlan;
}

/** What a check looks at. */
export interface Evidence {
  readonly books: Books;
  readonly executions: readonly Execution[];
  readonly ordered: readonly OrderedRun[];
}

const FINAL = new Set(["done", "dead", "cancelled"]);
const FINAL_CAMPAIGN = new Set(["done", "stopped"]);

/** Every run that was ordered has one final state, no run is open, and no campaign is. */
export function lostRuns({ books, ordered }: Evidence): readonly string[] {
  const known = new Map(books.runs.map((run) => [runKey(run.tenant, run.id), run]));
  return [
    ...ordered
      .filter(({ tenant, runId }) => !known.has(runKey(tenant, runId)))
      .map(({ tenant, runId }) => `The run ${runId} of ${tenant} is not in the database.`),
    ...books.runs
      .filter(({ state }) => !FINAL.has(state))
      .map(({ tenant, id, state }) => `The run ${id} of ${tenant} is still ${state}.`),
    ...books.campaigns
      .filter(({ state }) => !FINAL_CAMPAIGN.has(state))
      .map(({ tenant, id, state }) => `The campaign ${id} of ${tenant} is still ${state}.`),
    ...books.attempts
      .filter(({ ending }) => ending === undefined)
      .map(
        ({ tenant, run_id, attempt }) => `Attempt ${attempt} of the run ${run_id} of ${tenant} never ended.`,
      ),
  ];
}

/** Attempts that ended as one of `endings`, by run, or by what else `keyOf` tells apart. */
function attemptsThat(
  books: Books,
  endings: readonly string[],
  keyOf: (attempt: Books["attempts"][number]) => string,
): ReadonlyMap<string, readonly Books["attempts"][number][]> {
  return Map.groupBy(
    books.attempts.filter(({ ending = "" }) => endings.includes(ending)),
    keyOf,
  );
}

/**
 * No attempt was done by two workers, no run has two verdicts or was begun again after one, and none settled twice for a campaign: what
 * one campaign had stopped another may have done, and pays for itself.
 */
export function doubledRuns({ books, executions }: Evidence): readonly string[] {
  const began = executions.filter(({ event }) => event === "began");
  const byAttempt = Map.groupBy(began, ({ sandboxRunId }) => sandboxRunId);
  const verdicts = attemptsThat(books, ["verdict"], ({ tenant, run_id }) => runKey(tenant, run_id));
  const settled = attemptsThat(
    books,
    ["verdict", "stopped"],
    ({ tenant, run_id, campaign_id }) => `${runKey(tenant, run_id)} for ${campaign_id}`,
  );
  return [
    ...[...byAttempt.values()]
      .filter((begins) => begins.length > 1)
      .map(([first, ...more]) => `${first?.sandboxRunId} was begun ${more.length + 1} times.`),
    ...[...verdicts, ...settled]
      .filter(([, attempts]) => attempts.length > 1)
      .map(([key, attempts]) => `The run ${key} ended ${attempts.length} times.`),
    ...began.flatMap(({ tenant, runId, attempt }) => {
      const verdict = verdicts.get(runKey(tenant, runId))?.[0];
      return verdict !== undefined && attempt > Number(verdict.attempt)
        ? [`The run ${runId} of ${tenant} was begun again (attempt ${attempt}) after its verdict.`]
        : [];
    }),
  ];
}

/** What the database says was done, the workers say too: every verdict is of an attempt that its worker finished. */
export function inventedRuns({ books, executions }: Evidence): readonly string[] {
  const finished = new Set(
    executions
      .filter(({ event, ending }) => event === "finished" && ending === "verdict")
      .map(({ sandboxRunId }) => sandboxRunId),
  );
  return books.attempts
    .filter(({ ending, sandbox_run_id }) => ending === "verdict" && !finished.has(sandbox_run_id))
    .map(({ sandbox_run_id }) => `${sandbox_run_id} has a verdict that no worker gave.`);
}

const VERDICTS: Readonly<Record<Exclude<ProbePlan, "hopeless">, string>> = {
  pass: "pass",
  fail: "fail",
  "our-fault": "inconclusive",
  converges: "pass",
};

/** Of a run that is not tried again after so many attempts, for whatever reasons. */
const GIVEN_UP = /^It failed \d+ times/;

/** The reason of a run that lost or failed too many attempts though it could have come to its end. */
function giveUpReason({ books }: Evidence, { tenant, runId, plan }: OrderedRun): string | undefined {
  const run = books.runs.find((each) => each.tenant === tenant && each.id === runId);
  const isGivenUp = plan !== "hopeless" && run?.state === "dead" && GIVEN_UP.test(run.reason ?? "");
  return isGivenUp ? run.reason : undefined;
}

/**
 * Every run has the end that it was made for. Those of a campaign that was stopped may be cancelled instead, and one that was hit again
 * and again may be given up: see {@link runsGivenUp}.
 */
export function wrongEnds(evidence: Evidence): readonly string[] {
  const { books, ordered } = evidence;
  const known = new Map(books.runs.map((run) => [runKey(run.tenant, run.id), run]));
  const stopped = new Set(
    books.campaigns.filter(({ state }) => state === "stopped").map(({ tenant, id }) => runKey(tenant, id)),
  );
  return ordered.flatMap((order) => {
    const { tenant, runId, plan } = order;
    const run = known.get(runKey(tenant, runId));
    if (run === undefined) return [];
    const expected = plan === "hopeless" ? "dead" : `done, ${VERDICTS[plan]}`;
    const found = run.verdict === undefined ? run.state : `${run.state}, ${run.verdict}`;
    const mayBeStopped = stopped.has(runKey(tenant, run.campaign_id)) && found === "cancelled";
    return found === expected || mayBeStopped || giveUpReason(evidence, order) !== undefined
      ? []
      : [`The run ${runId} of ${tenant} is ${found} and was to be ${expected}: ${run.reason ?? "no reason"}`];
  });
}

const GIVEN_UP_SHARE_MAX = 0.04;

/** A run may be so unlucky that it is given up, but hardly any may. */
export function runsGivenUp(evidence: Evidence): readonly string[] {
  const reasons = evidence.ordered.flatMap((order) => {
    const reason = giveUpReason(evidence, order);
    return reason === undefined ? [] : [`The run ${order.runId} of ${order.tenant} was given up: ${reason}`];
  });
  return reasons.length <= Math.max(1, evidence.ordered.length * GIVEN_UP_SHARE_MAX) ? [] : reasons;
}

const COUNTERS = [
  "monotonic_ms",
  "cpu_ns",
  "memory_reserved_byte_ms",
  "gpu_ms",
  "network_bytes",
  "block_bytes",
] as const;

/** Readings of one attempt never go back. */
export function readingsThatGoBack({ books }: Evidence): readonly string[] {
  const byAttempt = Map.groupBy(books.readings, ({ tenant, run_id, attempt }) =>
    attemptKey(tenant, run_id, attempt),
  );
  return [...byAttempt].flatMap(([key, readings]) =>
    readings.slice(1).flatMap((reading, index) => {
      const before = readings[index];
      if (before === undefined || before.boot_id !== reading.boot_id)
        return [`${key} has readings of two boots.`];
      return COUNTERS.filter((counter) => Number(reading[counter]) < Number(before[counter])).map(
        (counter) => `${key}: ${counter} went from ${before[counter]} to ${reading[counter]}.`,
      );
    }),
  );
}

/**
 * What a container used is known, whatever became of its worker. Only between the end of a run's container and the answer of the
 * database a worker has it for itself: what is killed in this moment had no verdict, and is free.
 */
export function lostReadings({ books, executions }: Evidence): readonly string[] {
  const finished = new Set(
    executions.filter(({ event }) => event === "finished").map(({ sandboxRunId }) => sandboxRunId),
  );
  const keyOf = ({ tenant, run_id, attempt }: Books["readings"][number] | Books["attempts"][number]) =>
    attemptKey(tenant, run_id, attempt);
  const attempts = new Map(books.attempts.map((attempt) => [attempt.sandbox_run_id, attempt]));
  const read = new Set(books.readings.map(keyOf));
  return executions.flatMap(({ event, sandboxRunId }) => {
    const attempt = attempts.get(sandboxRunId);
    if (event !== "provisioned" || attempt === undefined || read.has(keyOf(attempt))) return [];
    return attempt.ending === "crashed" && finished.has(sandboxRunId)
      ? []
      : [`${sandboxRunId} had a container, and nobody knows what it used.`];
  });
}
