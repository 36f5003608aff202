import type { Problem } from "../diagnostics/problem.ts";
import type { Violation } from "../guards/guard.ts";
import { firstMessages } from "../model/first-messages.ts";
import { framed, type Framing } from "../model/framed-data.ts";
import type { ModelMessage, ToolCall } from "../model/model-client.ts";
import { rejectionMessage, stillBroken } from "../model/answers.ts";
import type { Draft } from "./draft.ts";
import { worldOf } from "./fixer-round.ts";
import type { Conversation, LoopState } from "./loop-state.ts";

/** What became of a change that the model proposed. */
export type AfterTrial =
  | { readonly kind: "refused"; readonly violations: readonly Violation[] }
  | { readonly kind: "still-broken"; readonly problems: readonly Problem[]; readonly isKept: boolean };

export function framingOf({ input }: LoopState): Framing {
  return { nonce: input.nonce, redact: input.redact };
}

function conversationOf(draft: Draft): Conversation {
  const { conversation } = draft.state;
  if (conversation !== null) return conversation;
  const { problems, unsure, tried } = draft.state;
  const messages = firstMessages({
    ...framingOf(draft.state),
    problems,
    world: worldOf(draft.state),
    unsure: [...unsure.values()],
    tried,
  });
  return { messages, earlier: [], misshapen: 0, failures: 0, knowsOf: draft.state.tried.length };
}

/** Changes the conversation, which begins with the first use. */
export function converse(
  draft: Draft,
  change: (conversation: Conversation) => Partial<Conversation> = () => ({}),
): void {
  const conversation = conversationOf(draft);
  draft.set({ conversation: { ...conversation, ...change(conversation) } });
}

/** Adds messages to the conversation. */
export function say(draft: Draft, ...added: readonly ModelMessage[]): void {
  converse(draft, ({ messages }) => ({ messages: [...messages, ...added] }));
}

/** Answers a tool call. */
export function answer(draft: Draft, { id: callId }: ToolCall, text: string): void {
  say(draft, { role: "tool", callId, text });
}

/** Answers the proposal that was tried. */
export function answerTrial(draft: Draft, call: ToolCall, after: AfterTrial): void {
  const framing = framingOf(draft.state);
  if (after.kind === "refused") {
    answer(draft, call, rejectionMessage(after.violations, framing));
    return;
  }
  const { problems, isKept } = after;
  answer(draft, call, stillBroken(problems, { ...framing, world: worldOf(draft.state), isKept }));
}

/** What is broken in the texts as they are now. */
export function standing(draft: Draft): string {
  const { state } = draft;
  return stillBroken(state.problems, { ...framingOf(state), world: worldOf(state), isKept: true });
}

/** Tells the model what was changed without it since it was last asked. */
export function catchUp(draft: Draft): void {
  converse(draft);
  const { conversation, tried } = draft.state;
  if (conversation === null || conversation.knowsOf === tried.length) return;
  const done = tried.slice(conversation.knowsOf).map((sentence) => `- ${sentence}`);
  const told = framed("done", done.join("\n"), framingOf(draft.state));
  say(draft, { role: "user", text: `Meanwhile this was done:\n${told}\n${standing(draft)}` });
  converse(draft, () => ({ knowsOf: tried.length, earlier: [] }));
}
