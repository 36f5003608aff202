import { formatInstant } from "@apex/core";
import { inLine } from "../model/framed-data.ts";
import type { AgentEvent, AgentEventData, AgentEventType, AgentStatus } from "./agent-event.ts";

/** To whom a run's events go, and what they may hold. */
export interface Audience {
  readonly runId: string;
  /** Gets every event of this run, in order. */
  readonly emit: (event: AgentEvent) => void;
  /** Takes secrets out of what events tell. */
  readonly redact: (text: string) => string;
  readonly clock: { now(): number };
}

/** Who starts the others: its span is open as long as the run is. */
export const SUPERVISOR = "supervisor";

/** Characters of what an agent tells: a line for a person, no log. */
const TEXT_MAX = 500;

/** From the best to the worst. */
const STATUSES: readonly AgentStatus[] = ["success", "partial", "fallback", "budget", "blocked"];

/** What is told in the name of one attempt of one agent. */
export class Span {
  readonly #run: Telling;
  readonly #agent: string;
  readonly #id: string;

  constructor(run: Telling, agent: string, id: string) {
    this.#run = run;
    this.#agent = agent;
    this.#id = id;
  }

  tell<Type extends AgentEventType>(type: Type, data: AgentEventData[Type], id = this.#id): void {
    this.#run.tell(this.#agent, id, { type, data });
  }
}

/** The one place where a run's events get their numbers. */
export class Telling {
  readonly #setting: Audience;
  /** How the agents ended so far: the run did no better. */
  #worst: AgentStatus = "success";
  #seq = 0;
  #spans = 0;

  constructor(setting: Audience) {
    this.#setting = setting;
  }

  get worst(): AgentStatus {
    return this.#worst;
  }

  /** An agent ended. */
  ended(status: AgentStatus): void {
    if (STATUSES.indexOf(status) > STATUSES.indexOf(this.#worst)) this.#worst = status;
  }

  nextSpan(): string {
    this.#spans += 1;
    return `s${this.#spans}`;
  }

  now(): number {
    return this.#setting.clock.now();
  }

  text(text: string): string {
    return inLine(this.#setting.redact(text), TEXT_MAX);
  }

  tell(
    agent: string,
    spanId: string,
    event: { readonly type: AgentEventType; readonly data: AgentEventData[AgentEventType] },
  ): void {
    this.#seq += 1;
    const { runId, clock, emit } = this.#setting;
    const parent = agent === SUPERVISOR ? {} : { parent_agent: SUPERVISOR };
    // The type and its data came together from one generic call.
    emit({
      v: 1,
      seq: this.#seq,
      ts: formatInstant(clock.now()),
      run_id: runId,
      agent,
      ...parent,
      span_id: spanId,
      ...event,
    } as AgentEvent);
  }
}
