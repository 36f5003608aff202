import { assert, type TextEdit } from "@apex/core";
import { applyTextEdits } from "@apex/generators-hcl";
import { type Problem, PROBLEM_CLASSES } from "../diagnostics/problem.ts";
import type {
  ModelFailure,
  ModelFailureKind,
  ModelReply,
  ModelRequest,
  ToolCall,
} from "../model/model-client.ts";
import { MODEL_TOOLS } from "../model/model-tools.ts";
import { runTool, type ToolResult } from "../model/run-tool.ts";
import { rejectionMessage } from "../model/answers.ts";
import { answer, catchUp, converse, framingOf, say, standing } from "./conversation.ts";
import { type Draft, textKey, withTexts } from "./draft.ts";
import { reviewTexts, worldOf } from "./fixer-round.ts";
import type { LoopInput, LoopState, Step } from "./loop-state.ts";
import { estimateRequest, roomFor, withBrokenTurn, withTokens, withTurn } from "./usage.ts";

/** Turns of the model's for each attempt: looking things up, and the proposal itself. */
const TURNS_PER_ATTEMPT = 8;
/** Calls of one reply that are done: more is no looking up any more, and every answer is sent again with each turn. */
const CALLS_MAX = 20;
/** Characters of the answers to one reply, some 12,000 tokens: two long answers leave room for what comes of them. */
const ANSWERS_MAX = 48_000;
/** Replies in a row that call no tool; mini-swe-agent allows as many. */
const MISSHAPEN_MAX = 3;
/** Tries of one turn, the first included; a broken reply is one that was paid for. */
const TRIES_MAX: Partial<Record<ModelFailureKind, number>> = {
  "rate-limited": 5,
  unavailable: 5,
  malformed: 2,
};
/** The wait before the second try where the server names none; doubled for each further one. */
const BACK_OFF_MS = 1_000;
const BACK_OFF_MAX_MS = 60_000;

function listLeft(problems: readonly Problem[]): string {
  const summaries = [...new Set(problems.map(({ diagnostic }) => diagnostic.summary))];
  const more = summaries.length > 5 ? ` and ${summaries.length - 5} more` : "";
  return summaries.slice(0, 5).join("; ") + more;
}

/** Asks the model, unless there is nothing that it could do or nothing left to pay it with. */
export function modelTurn(draft: Draft): Step {
  const { input, problems, used } = draft.state;
  const ours = problems.filter((problem) => PROBLEM_CLASSES[problem.class] === "code");
  if (ours.length === 0) {
    return draft.giveUp(
      "not-code",
      `No edit of the configuration is Apex's to make here: ${listLeft(problems)}`,
    );
  }
  if (used.rounds >= input.budget.roundsMax && input.model === undefined) {
    return draft.giveUp("rounds", `After ${used.rounds} rounds of fixers there is still: ${listLeft(ours)}`);
  }
  if (input.model === undefined) {
    return draft.giveUp("no-model", `No fixer is certain, and no model is set: ${listLeft(ours)}`);
  }
  const { attemptsMax } = input.budget;
  if (used.attempts >= attemptsMax) {
    return draft.giveUp(
      "attempts",
      `The model's ${used.attempts} attempts did not mend it: ${listLeft(ours)}`,
    );
  }
  if (used.turns >= attemptsMax * TURNS_PER_ATTEMPT) {
    const tried = `The model's ${used.turns} turns, ${used.attempts} of them with a change, did not mend it`;
    return draft.giveUp("attempts", `${tried}: ${listLeft(ours)}`);
  }
  catchUp(draft);
  return ask(draft, input.model);
}

function ask(draft: Draft, { outputTokensMax, prices }: NonNullable<LoopInput["model"]>): Step {
  const { conversation, input, used } = draft.state;
  const whole = { messages: conversation?.messages ?? [], tools: MODEL_TOOLS, outputTokensMax };
  const room = roomFor(used, input.budget, { prices, outputTokensMax, inputTokens: estimateRequest(whole) });
  if (room.kind === "exhausted") return draft.giveUp(room.reason, room.sentence);
  const request = { ...whole, outputTokensMax: room.outputTokensMax };
  draft.set({ awaiting: { work: "ask", request } });
  return draft.end({ kind: "ask", request });
}

/** The turn that is asked for, and of whom. */
function turnOf({ awaiting, input }: LoopState): {
  readonly request: ModelRequest;
  readonly model: NonNullable<LoopInput["model"]>;
} {
  assert(awaiting.work !== "check" && input.model !== undefined, "no turn of a model is asked for");
  return { request: awaiting.request, model: input.model };
}

/** What the model replied, and what follows from it. */
export function afterReply(draft: Draft, reply: ModelReply): Step {
  const { request, model } = turnOf(draft.state);
  draft.set({ used: withTurn(draft.state.used, { request, reply, prices: model.prices }) });
  const { text, toolCalls } = reply;
  say(draft, { role: "assistant", text, toolCalls });
  converse(draft, () => ({ failures: 0 }));
  if (reply.ending === "refused") {
    return draft.giveUp("model-gave-up", "The model, or a filter of its server, declined to answer");
  }
  return toolCalls.length === 0 ? misshapen(draft, reply) : runCalls(draft, toolCalls);
}

/** Prose in place of a tool call, or a call that was cut off. */
function misshapen(draft: Draft, reply: ModelReply): Step {
  converse(draft, (conversation) => ({ misshapen: conversation.misshapen + 1 }));
  if ((draft.state.conversation?.misshapen ?? 0) >= MISSHAPEN_MAX) {
    return draft.giveUp("attempts", `The model called no tool ${MISSHAPEN_MAX} times in a row`);
  }
  const text =
    reply.ending === "length"
      ? "Your reply was cut off at the limit of tokens. Make one small tool call."
      : "Answer with a tool call: propose_edit, give_up, or one that looks something up. Prose changes nothing.";
  say(draft, { role: "user", text });
  return modelTurn(draft);
}

/** Every call needs an answer, whatever else happens; one proposal is tried, and answered when Terraform has spoken. */
function runCalls(draft: Draft, calls: readonly ToolCall[]): Step {
  converse(draft, () => ({ misshapen: 0 }));
  let isTried = false;
  const before = answersLength(draft);
  for (const [index, call] of calls.entries()) {
    if (index >= CALLS_MAX) {
      answer(draft, call, `Not done: a reply may have ${CALLS_MAX} calls.`);
      continue;
    }
    if (isTried) {
      answer(draft, call, "Not done: one change at a time. Wait for what becomes of the one before.");
      continue;
    }
    if (answersLength(draft) - before > ANSWERS_MAX) {
      answer(
        draft,
        call,
        "Not done: the answers to this reply are long already. Call again for what you need.",
      );
      continue;
    }
    const earlier = draft.state.conversation?.earlier ?? [];
    const result = runTool(call, { ...framingOf(draft.state), world: worldOf(draft.state), earlier });
    const ok = result.kind !== "answer" || result.ok;
    draft.tell({ kind: "tool", name: call.name, ok, summary: result.summary });
    if (result.kind === "gave-up") return draft.giveUp("model-gave-up", result.reason);
    isTried = isWorthACheck(draft, call, result);
  }
  return isTried ? draft.check() : modelTurn(draft);
}

function answersLength({ state }: Draft): number {
  const messages = state.conversation?.messages ?? [];
  return messages.reduce((sum, message) => sum + (message.role === "tool" ? message.text.length : 0), 0);
}

/** Answers a call, or makes the change that it proposes. */
function isWorthACheck(
  draft: Draft,
  call: ToolCall,
  result: Exclude<ToolResult, { kind: "gave-up" }>,
): boolean {
  if (result.kind === "edits") return propose(draft, call, result);
  // Every change is checked at once: the last check told all that another one would.
  answer(draft, call, result.kind === "answer" ? result.text : standing(draft));
  converse(draft, ({ earlier }) => ({ earlier: [...earlier, call] }));
  return false;
}

function propose(
  draft: Draft,
  call: ToolCall,
  { edits, reason }: { readonly edits: readonly TextEdit[]; readonly reason: string },
): boolean {
  const { current, used, input } = draft.state;
  if (used.attempts >= input.budget.attemptsMax) {
    answer(draft, call, "Not done: there is no attempt left.");
    return false;
  }
  draft.use({ attempts: used.attempts + 1 });
  const next = withTexts(current, applyTextEdits(current.source.files, edits));
  const violations = reviewTexts(draft.state, next);
  if (violations.length > 0) {
    draft.refuse("model", violations);
    answer(draft, call, rejectionMessage(violations, framingOf(draft.state)));
    return false;
  }
  if (draft.state.seen.has(textKey(next))) {
    draft.fail();
    answer(
      draft,
      call,
      "This very text was tried before and did not mend it. Propose another one, or give up.",
    );
    return false;
  }
  draft.tell({ kind: "edited", by: "model", sentence: reason, edits });
  draft.set({ current: next, trial: { by: "model", call, edits, before: current } });
  converse(draft, () => ({ earlier: [] }));
  return true;
}

/** A turn that did not come about: tried again where that may help, after the wait that the server asks for. */
export function afterFailure(draft: Draft, failure: ModelFailure): Step {
  const { input, used } = draft.state;
  const { request, model } = turnOf(draft.state);
  if (failure.usage !== undefined) draft.set({ used: withTokens(used, failure.usage, model.prices) });
  else if (failure.hasBegun === true) draft.set({ used: withBrokenTurn(used, request) });
  converse(draft, ({ failures }) => ({ failures: failures + 1 }));
  const failures = draft.state.conversation?.failures ?? 0;
  const backOffMs = Math.min(BACK_OFF_MS * 2 ** (failures - 1), BACK_OFF_MAX_MS);
  const waitMs = Math.max(backOffMs, failure.retryAfterMs ?? 0);
  const leftMs = input.budget.timeMaxMs - used.ms;
  const isPassing = failures < (TRIES_MAX[failure.kind] ?? 1);
  const isRetried = isPassing && waitMs < leftMs;
  draft.tell({ kind: "model-failed", failure, retryMs: isRetried ? waitMs : null });
  if (isRetried) {
    draft.set({ awaiting: { work: "wait", request } });
    return draft.end({ kind: "wait", ms: waitMs });
  }
  if (leftMs <= 0) return draft.giveUp("time", `The time is used up: ${failure.message}`);
  const seconds = (ms: number): string => `${Math.ceil(ms / 1000)} s`;
  const why = isPassing
    ? `. It is to be asked again in ${seconds(waitMs)}, and ${seconds(leftMs)} are left`
    : "";
  return draft.giveUp("model-unavailable", `The model cannot be asked: ${failure.message}${why}`);
}

/** The turn that failed, once more. */
export function afterWait(draft: Draft): Step {
  return ask(draft, turnOf(draft.state).model);
}
