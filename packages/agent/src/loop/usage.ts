import { add, compareMoney, formatMoney, type Money } from "@apex/core";
import { costOf } from "../model/cost.ts";
import { estimateTokens } from "../model/framed-data.ts";
import type { ModelReply, ModelRequest, ModelUsage } from "../model/model-client.ts";
import type { Budget, GaveUpReason, ModelPrices, Used } from "./loop-messages.ts";

export const NOTHING_USED: Used = {
  rounds: 0,
  attempts: 0,
  checks: 0,
  turns: 0,
  tokens: { inputTokens: 0, outputTokens: 0 },
  turnsWithoutUsage: 0,
  estimatedTokens: 0,
  cost: null,
  ms: 0,
};

/** What a request sends, in tokens, about. */
export function estimateRequest({ messages, tools }: ModelRequest): number {
  return estimateTokens(JSON.stringify([messages, tools]));
}

/** One more turn of the model's, with what it took. */
export function withTurn(
  used: Used,
  { request, reply, prices }: { request: ModelRequest; reply: ModelReply; prices: ModelPrices | null },
): Used {
  const turns = used.turns + 1;
  if (reply.usage !== null) return { ...withTokens(used, reply.usage, prices), turns };
  return {
    ...used,
    turns,
    turnsWithoutUsage: used.turnsWithoutUsage + 1,
    estimatedTokens:
      used.estimatedTokens +
      estimateRequest(request) +
      estimateTokens(JSON.stringify([reply.text, reply.toolCalls])),
  };
}

/** A turn that broke off within its reply: it counts on the server, which did not come to tell what it took. */
export function withBrokenTurn(used: Used, request: ModelRequest): Used {
  return {
    ...used,
    turnsWithoutUsage: used.turnsWithoutUsage + 1,
    estimatedTokens: used.estimatedTokens + estimateRequest(request),
  };
}

/** What a turn took that did not come about. */
export function withTokens(used: Used, usage: ModelUsage, prices: ModelPrices | null): Used {
  const cost = prices === null ? null : plus(used.cost, costOf(usage, prices));
  return {
    ...used,
    tokens: {
      inputTokens: used.tokens.inputTokens + usage.inputTokens,
      outputTokens: used.tokens.outputTokens + usage.outputTokens,
    },
    cost,
  };
}

function plus(sum: Money | null, cost: Money): Money {
  return sum === null ? cost : add(sum, cost);
}

function tokensOf({ tokens, estimatedTokens }: Used): number {
  return tokens.inputTokens + tokens.outputTokens + estimatedTokens;
}

/** What was spent, about: turns of unknown length at the dearer price. `null` where no price is known. */
function spent({ cost, estimatedTokens }: Used, prices: ModelPrices | null): Money | null {
  if (prices === null || estimatedTokens === 0) return cost;
  const asInput = { inputTokens: estimatedTokens, outputTokens: 0 };
  const asOutput = { inputTokens: 0, outputTokens: estimatedTokens };
  const estimates = [costOf(asInput, prices), costOf(asOutput, prices)] as const;
  return plus(cost, compareMoney(...estimates) > 0 ? estimates[0] : estimates[1]);
}

/** What the next turn may write, or which bound of the budget forbids it, in a sentence. */
export type Room =
  | { readonly kind: "room"; readonly outputTokensMax: number }
  | { readonly kind: "exhausted"; readonly reason: GaveUpReason; readonly sentence: string };

/** Less holds no edit with its reason. */
const OUTPUT_TOKENS_MIN = 256;

/** The most tokens that can be written for an amount: exact, where prices are decimals without end. */
function affordable(max: number, isAffordable: (tokens: number) => boolean): number {
  let [some, more] = [0, max + 1];
  while (more - some > 1) {
    const middle = Math.floor((some + more) / 2);
    if (isAffordable(middle)) some = middle;
    else more = middle;
  }
  return some;
}

/** How much of the budget is left for a turn. `next` is what it sends, in tokens, about; what it writes counts before it is written. */
export function roomFor(
  used: Used,
  budget: Budget,
  next: {
    readonly inputTokens: number;
    readonly outputTokensMax: number;
    readonly prices: ModelPrices | null;
  },
): Room {
  const { inputTokens, prices } = next;
  const { tokensMax, timeMaxMs, costMax } = budget;
  const sent = `the next turn sends some ${inputTokens} tokens`;
  const exhausted = (reason: GaveUpReason, sentence: string): Room => ({
    kind: "exhausted",
    reason,
    sentence,
  });
  if (used.ms >= timeMaxMs) return exhausted("time", `The ${Math.round(timeMaxMs / 1000)} s are used up`);
  const least = Math.min(OUTPUT_TOKENS_MIN, next.outputTokensMax);
  const left = Math.min(next.outputTokensMax, tokensMax - tokensOf(used) - inputTokens);
  if (left < least) {
    const told = `The budget of ${tokensMax} tokens is too small to go on: ${tokensOf(used)} are used, and ${sent}`;
    return exhausted("tokens", told);
  }
  if (costMax === undefined || prices === null) return { kind: "room", outputTokensMax: left };
  const before = spent(used, prices);
  const paid = affordable(left, (outputTokens) => {
    const sum = plus(before, costOf({ inputTokens, outputTokens }, prices));
    return compareMoney(sum, costMax) <= 0;
  });
  if (paid >= least) return { kind: "room", outputTokensMax: paid };
  const told = `The budget of ${formatMoney(costMax)} is too small to go on: ${before === null ? "nothing" : `some ${formatMoney(before)}`} is spent, and ${sent}`;
  return exhausted("cost", told);
}
