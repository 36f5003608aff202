import type { ModelReply, ModelUsage, ToolCall } from "../model/model-client.ts";
import type { Completion, MessagePart, ToolCallPart } from "./schema.ts";

/** A tool call in the making. */
interface OpenCall {
  index: number;
  id: string;
  name: string;
  arguments: string;
}

/** Calls of one reply that are kept: the loop does one change at a time. Ours. */
const CALLS_MAX = 32;
/** Names that a server may give a call, so that they can be sent back. Source: OpenAI refuses names that are longer. */
const ID_PATTERN = /^[\w.:-]{1,64}$/;

function argumentsText(value: unknown): string {
  if (typeof value === "string") return value;
  return value === undefined || value === null ? "" : JSON.stringify(value);
}

function tokensOf(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

/** Puts a reply together from the pieces of a stream; a whole completion is one piece. */
export class ReplyAssembler {
  text = "";
  #refusal = "";
  #finishReason: string | null = null;
  #isAnyChoice = false;
  #model: string | null = null;
  usage: ModelUsage | null = null;
  readonly #calls: OpenCall[] = [];

  /** Whether the server said why the reply ends. */
  get isFinished(): boolean {
    return this.#finishReason !== null;
  }

  /** Whether any choice came: without one there is no reply. */
  get isAnyChoice(): boolean {
    return this.#isAnyChoice;
  }

  /** Takes a piece; gives the text that it adds. */
  add({ model, choices, usage }: Completion): string {
    if (model != null && model !== "") this.#model ??= model.slice(0, 200);
    this.#addUsage(usage);
    // Other choices are not asked for.
    const choice = (choices ?? []).find(({ index }) => (index ?? 0) === 0);
    if (choice === undefined) return "";
    this.#isAnyChoice = true;
    if (choice.finish_reason != null && choice.finish_reason !== "") {
      this.#finishReason = choice.finish_reason;
    }
    const part = choice.delta ?? choice.message;
    return part == null ? "" : this.#addPart(part);
  }

  /** Servers that count as they go send sums: the last one holds. */
  #addUsage(usage: Completion["usage"]): void {
    const inputTokens = tokensOf(usage?.prompt_tokens);
    const outputTokens = tokensOf(usage?.completion_tokens);
    if (inputTokens !== null && outputTokens !== null) this.usage = { inputTokens, outputTokens };
  }

  #addPart({ content, refusal, tool_calls, function_call }: MessagePart): string {
    const parts = typeof content === "string" ? [{ text: content }] : (content ?? []);
    const added = parts.map((part) => part.text ?? "").join("");
    this.text += added;
    this.#refusal +=
      (refusal ?? "") + parts.map((part) => ("refusal" in part ? (part.refusal ?? "") : "")).join("");
    for (const call of tool_calls ?? []) this.#addCall(call);
    if (function_call != null) this.#addCall({ index: 0, function: function_call });
    return added;
  }

  #addCall(part: ToolCallPart): void {
    const open = this.#openCall(part);
    if (open === undefined) {
      if (this.#calls.length >= CALLS_MAX) return;
      this.#calls.push({
        index: part.index ?? this.#calls.length,
        id: part.id ?? "",
        name: part.function?.name ?? "",
        arguments: argumentsText(part.function?.arguments),
      });
      return;
    }
    if (open.id === "") open.id = part.id ?? "";
    const name = part.function?.name ?? "";
    // Some servers say the name with every piece.
    if (name !== open.name) open.name += name;
    open.arguments += argumentsText(part.function?.arguments);
  }

  /**
   * The call that a piece belongs to. Pieces are told apart by `index`; servers that send whole calls leave it out or count none, and
   * then another id, or a name where there is one already, begins another call.
   */
  #openCall({ index, id, function: called }: ToolCallPart): OpenCall | undefined {
    const hasName = called?.name != null && called.name !== "";
    const open =
      index == null
        ? id != null && id !== ""
          ? this.#calls.findLast((call) => call.id === id)
          : this.#calls.at(-1)
        : this.#calls.findLast((call) => call.index === index);
    if (open === undefined || !hasName) return open;
    const isOther = id != null && id !== "" && open.id !== "" && open.id !== id;
    return isOther || (index == null && (id == null || id === "")) ? undefined : open;
  }

  /** The reply. `asked`: the model that was asked for; `turn` makes the ids of calls that have none differ between turns. */
  reply({ asked, turn }: { readonly asked: string; readonly turn: number }): ModelReply {
    const calls = this.#calls.toSorted((a, b) => a.index - b.index);
    const toolCalls: ToolCall[] = [];
    for (const [place, { id, name, arguments: text }] of calls.entries()) {
      const isUsable = ID_PATTERN.test(id) && !toolCalls.some((other) => other.id === id);
      toolCalls.push({ id: isUsable ? id : `call_${turn}_${place}`, name, arguments: text });
    }
    return {
      text: this.text === "" ? this.#refusal : this.text,
      toolCalls,
      ending: this.#ending(toolCalls.length > 0),
      usage: this.usage,
      model: this.#model ?? asked,
    };
  }

  #ending(isCalling: boolean): ModelReply["ending"] {
    if (this.#refusal !== "" || this.#finishReason === "content_filter") return "refused";
    if (this.#finishReason === "length") return "length";
    // Servers disagree on whether calls end with "tool_calls", "function_call" or "stop": the calls tell.
    return isCalling ? "tool-calls" : "stop";
  }
}
