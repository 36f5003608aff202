import type { JsonObject, StopSignal } from "@apex/core";

/** A tool call as the model wrote it; `arguments` is JSON text that may be cut off or nonsense. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** One message of a conversation. */
export type ModelMessage =
  | { readonly role: "system"; readonly text: string }
  | { readonly role: "user"; readonly text: string }
  | { readonly role: "assistant"; readonly text: string; readonly toolCalls: readonly ToolCall[] }
  | { readonly role: "tool"; readonly callId: string; readonly text: string };

/** A function that the model may call. */
export interface ModelTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema; strict: every property required, no others allowed. */
  readonly parameters: JsonObject;
}

/** One turn that is asked of a model. */
export interface ModelRequest {
  readonly messages: readonly ModelMessage[];
  readonly tools: readonly ModelTool[];
  readonly outputTokensMax: number;
}

/** What a turn took; `null` where the server does not tell: unknown, not zero. */
export interface ModelUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** A model's turn. */
export interface ModelReply {
  readonly text: string;
  readonly toolCalls: readonly ToolCall[];
  /** `length`: cut off at the limit of tokens; `refused`: the model or a filter of its server declined. */
  readonly ending: "stop" | "tool-calls" | "length" | "refused";
  readonly usage: ModelUsage | null;
  /** As the server names it. */
  readonly model: string;
}

/** Why a turn did not come about. The first three may pass. */
export type ModelFailureKind = "rate-limited" | "unavailable" | "malformed" | "denied" | "invalid";

/** A turn that failed. */
export interface ModelFailure {
  readonly kind: ModelFailureKind;
  /** For a person; holds no key. */
  readonly message: string;
  /** How long the server asks to wait. */
  readonly retryAfterMs?: number;
  /** The reply broke off: what it took until then counts, and is not told. */
  readonly hasBegun?: true;
  /** What was used up all the same, where it is known. */
  readonly usage?: ModelUsage;
}

/** How a {@link ModelClient} tells that a turn failed. */
export class ModelError extends Error {
  override readonly name = "ModelError";
  readonly failure: ModelFailure;

  constructor(failure: ModelFailure, options?: { readonly cause?: unknown }) {
    super(failure.message, options);
    this.failure = failure;
  }
}

/** A language model behind a network. It is asked once for each turn: trying again is for who keeps the budget. */
export interface ModelClient {
  /** The name of the model that is asked for. */
  readonly model: string;
  /** Throws a {@link ModelError}, or the signal's reason. `onText` gets the text as it comes. */
  ask(
    request: ModelRequest,
    options: { readonly signal: StopSignal; readonly onText?: (delta: string) => void },
  ): Promise<ModelReply>;
}
