import { add, compareMoney, type Money } from "@apex/core";
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

/** Which bound of the budget forbids to go on; `null` when none does. `next` is what the next turn sends, in tokens. */
export function exhausted(
  used: Used,
  budget: Budget,
  { prices, next }: { readonly prices: ModelPrices | null; readonly next: number },
): GaveUpReason | null {
  if (used.ms >= budget.timeMaxMs) return "time";
  if (tokensOf(used) + next >= budget.tokensMax) return "tokens";
  const { costMax } = budget;
  const cost = costMax === undefined ? null : spent(used, prices);
  if (costMax !== undefined && cost !== null && compareMoney(cost, costMax) >= 0) return "cost";
  return null;
}
