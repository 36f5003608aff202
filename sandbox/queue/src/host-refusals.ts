import type { AttemptEnding, QueuedRun } from "@apex/core";
import type { OnEvent } from "./events.ts";
import { remember } from "./remember.ts";
import { runKey } from "./run-key.ts";

/** A run that this host cannot do is left to others for so long, and for longer each time. */
const REST_MS = 60_000;
const REST_MAX_MS = 15 * 60_000;
/** When so many runs in a row were refused for one reason, the next would be too. */
const IN_A_ROW = 3;
/** The worker then takes nothing for so long, and for longer each time. */
const PAUSE_MS = 30_000;
const PAUSE_MAX_MS = 10 * 60_000;
/** The ticket of a run that was refused comes up for others after so long. */
export const REFUSED_MS = 1_000;

type OfRun = Pick<QueuedRun, "tenant" | "runId" | "campaignId">;

/** What this host said it cannot do: its engine, its images or its release are not what a run needs. */
export interface HostRefusals {
  /** Notes how an attempt ended here. */
  ended(run: OfRun, ending: AttemptEnding): void;
  /** Whether this host said so of that run a while ago. */
  isResting(run: Pick<QueuedRun, "tenant" | "runId">): boolean;
  /** Whether it would say so of every run. */
  isPausing(): boolean;
}

export function hostRefusals(onEvent: OnEvent): HostRefusals {
  const resting = new Map<
    string,
    { readonly untilMs: number; readonly restMs: number; readonly why: string }
  >();
  let row = { why: "", count: 0 };
  let pause = { untilMs: 0, ms: 0 };
  const rest = (run: OfRun, why: string): void => {
    const { tenant, runId, campaignId } = run;
    const before = resting.get(runKey(run));
    if (before?.why !== why) onEvent({ kind: "refused", tenant, runId, campaignId, why });
    const restMs = before === undefined ? REST_MS : Math.min(before.restMs * 2, REST_MAX_MS);
    remember(resting, runKey(run), { untilMs: performance.now() + restMs, restMs, why });
  };
  return {
    ended(run, ending) {
      const why = ending.kind === "released" ? ending.refusal : undefined;
      if (why === undefined) {
        // One that the worker gave back as it was told to says nothing of the host.
        if (ending.kind === "released") return;
        resting.delete(runKey(run));
        row = { why: "", count: 0 };
        pause = { untilMs: 0, ms: 0 };
        return;
      }
      rest(run, why);
      row = { why, count: row.why === why ? row.count + 1 : 1 };
      if (row.count < IN_A_ROW) return;
      const ms = pause.ms === 0 ? PAUSE_MS : Math.min(pause.ms * 2, PAUSE_MAX_MS);
      pause = { untilMs: performance.now() + ms, ms };
      const message = `it refused ${row.count} runs in a row and takes nothing for ${ms / 1_000} s: ${why}`;
      onEvent({ kind: "trouble", what: "this host", message });
    },
    isResting(run) {
      return performance.now() < (resting.get(runKey(run))?.untilMs ?? 0);
    },
    isPausing: () => performance.now() < pause.untilMs,
  };
}
