import { classifyDiagnostics } from "../diagnostics/classify.ts";
import { afterCheck } from "./after-check.ts";
import { Draft } from "./draft.ts";
import { byFingerprint } from "./fingerprint.ts";
import type { LoopEvent } from "./loop-messages.ts";
import type { Awaiting, LoopInput, LoopState, Step } from "./loop-state.ts";
import { afterFailure, afterReply, afterWait } from "./model-turn.ts";
import { NOTHING_USED } from "./usage.ts";

/** What each event answers. */
const ANSWERED: Readonly<Record<LoopEvent["kind"], Awaiting["work"]>> = {
  checked: "check",
  replied: "ask",
  "model-failed": "ask",
  waited: "wait",
};

/** Begins a repair: the first command has the configuration checked as it is. */
export function startLoop(input: LoopInput, atMs: number): Step {
  const reported = classifyDiagnostics(input.reported ?? [], input.configuration);
  const draft = new Draft({
    input,
    startedAtMs: atMs,
    used: NOTHING_USED,
    current: input.configuration,
    problems: [],
    met: byFingerprint(reported),
    trial: { by: "nobody" },
    reported,
    baseline: input.baseline ?? null,
    seen: new Set(),
    banned: new Set(),
    unsure: new Map(),
    oneByOne: false,
    rejected: { violations: [], otherwise: 0 },
    tried: [],
    conversation: null,
    awaiting: { work: "check" },
    ended: false,
  });
  return draft.check();
}

/**
 * What follows from an event. The same state and event always give the same step: a run is the fold of its events, so one that
 * was killed goes on from its transcript. After the end nothing follows any more, and nothing from what was not asked for: a
 * transcript that lost a line is not another run.
 */
export function stepLoop(state: LoopState, event: LoopEvent): Step {
  if (state.ended || ANSWERED[event.kind] !== state.awaiting.work) return { state, commands: [] };
  const draft = new Draft(state);
  draft.use({ ms: Math.max(state.used.ms, event.atMs - state.startedAtMs) });
  switch (event.kind) {
    case "checked":
      return afterCheck(draft, event);
    case "replied":
      return afterReply(draft, event.reply);
    case "model-failed":
      return afterFailure(draft, event.failure);
    case "waited":
      return afterWait(draft);
  }
}
