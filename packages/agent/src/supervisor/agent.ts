import type { JsonObject, StopSignal } from "@apex/core";
import type { AgentStatus } from "./agent-event.ts";

/** What an agent may do besides its work. */
export interface AgentContext {
  readonly runId: string;
  readonly signal: StopSignal;
  /** From 1. */
  readonly attempt: number;
  /** Tells what is being weighed. */
  think(text: string): void;
  /** Does one piece of work as a tool: its begin and its end are told, whatever happens. */
  tool<Value>(
    name: string,
    input: JsonObject,
    work: () => Promise<Value>,
    summary?: (value: Value) => string,
  ): Promise<Value>;
  /** How it will have ended when it returns; `success` unless told. */
  ends(status: AgentStatus, summary?: string): void;
}

/** When an agent that failed is tried again. */
export interface RetryRule {
  /** The first one included. */
  readonly attemptsMax: number;
  isRetryable(error: unknown): boolean;
  /** Before attempt 2, 3 … */
  waitMs(attempt: number): number;
}

/** One of those that share a run: it reads the state that the others left and gives what it adds. */
export interface Agent<State> {
  readonly kind: "agent";
  readonly name: string;
  /** One sentence. */
  readonly goal: string;
  run(state: State, context: AgentContext): Promise<Partial<State>>;
  readonly retry?: RetryRule;
  /** What the run goes on with when the agent failed for good; absent or `null`: the failure ends the run. */
  fallback?(state: State, error: unknown): Partial<State> | null;
}

/** In which order agents work. */
export type Course<State> =
  | Agent<State>
  | { readonly kind: "sequence"; readonly steps: readonly Course<State>[] }
  /** All at once on the same state; no two may give the same key. */
  | { readonly kind: "parallel"; readonly branches: readonly Course<State>[] }
  | {
      readonly kind: "when";
      condition(state: State): boolean;
      readonly chosen: Course<State>;
      readonly otherwise?: Course<State>;
    };

/**
 * What is done around every agent. What `before` and `after` throw counts as the agent's own failure; where `onRetry` throws there is no
 * other attempt; what `onError` throws is not heard.
 */
export interface AgentHooks<State> {
  before?(agent: string, state: State): void | Promise<void>;
  after?(agent: string, state: State): void | Promise<void>;
  onError?(agent: string, error: unknown): void | Promise<void>;
  onRetry?(agent: string, attempt: number, error: unknown): void | Promise<void>;
}
