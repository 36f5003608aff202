import type { JsonObject } from "@apex/core";

/** How an agent ended that did not fail. */
export type AgentStatus =
  | "success"
  /** It did what the data allowed. */
  | "partial"
  /** It failed, and the run goes on with less. */
  | "fallback"
  /** A budget was used up. */
  | "budget"
  /** A rule or a missing decision keeps it from going on. */
  | "blocked";

/** What happens in a run of agents, by type. */
export interface AgentEventData {
  readonly agent_started: { readonly goal: string; readonly attempt: number };
  /** A summary of what is being weighed, of at most 500 characters. */
  readonly agent_thinking: { readonly text: string; readonly step: number };
  readonly tool_executing: { readonly tool: string; readonly input: JsonObject };
  readonly tool_completed: {
    readonly tool: string;
    readonly ok: boolean;
    readonly ms: number;
    readonly summary: string;
  };
  readonly agent_completed: {
    readonly status: AgentStatus;
    readonly ms: number;
    readonly fallback_used: boolean;
    readonly summary: string;
  };
  readonly agent_error: {
    readonly code: string;
    readonly message: string;
    /** Another attempt follows. */
    readonly retryable: boolean;
    /** The run ends with it. */
    readonly fatal: boolean;
    readonly ms: number;
  };
}

/** The types of events. */
export type AgentEventType = keyof AgentEventData;

/** The envelope of version 1. Names are in snake case: it leaves the process as JSON. */
export type AgentEvent = {
  readonly [Type in AgentEventType]: {
    readonly v: 1;
    /** From 1, without gaps, per run. */
    readonly seq: number;
    /** ISO 8601, UTC. */
    readonly ts: string;
    readonly run_id: string;
    readonly agent: string;
    /** The agent that started it, where one did. */
    readonly parent_agent?: string;
    /** What belongs together: an agent's attempt, a tool's call. Unique in the run. */
    readonly span_id: string;
    readonly type: Type;
    readonly data: AgentEventData[Type];
  };
}[AgentEventType];
