import type { AgentEvent } from "./agent-event.ts";

/** Takes events as they happen. What it throws is not the run's concern. */
export type EventListener = (event: AgentEvent) => void;

/** Events of a run that are kept for who connects again. A run of the pipeline has some hundred. */
const KEPT_MAX = 10_000;

interface Channel {
  readonly kept: AgentEvent[];
  readonly listeners: Set<EventListener>;
}

function tell(event: AgentEvent, listener: EventListener, listeners: Set<EventListener>): void {
  try {
    listener(event);
  } catch {
    listeners.delete(listener);
  }
}

/**
 * Routes the events of many runs, each to those who listen to that run and to nobody else. Listeners are called in order and at
 * once; one that throws is dropped, and neither the run nor the others notice.
 */
export class EventHub {
  readonly #channels = new Map<string, Channel>();

  /**
   * Listens to one run, first to what happened after `afterSeq`, as far as it is kept: whoever reconnects misses nothing. Gives
   * the way to stop. A listener that throws already of what is past hears no more, either.
   */
  listen(runId: string, listener: EventListener, afterSeq = Number.POSITIVE_INFINITY): () => void {
    const { kept, listeners } = this.#channel(runId);
    listeners.add(listener);
    for (const event of kept) {
      if (event.seq > afterSeq && listeners.has(listener)) tell(event, listener, listeners);
    }
    return () => void listeners.delete(listener);
  }

  emit(event: AgentEvent): void {
    const { kept, listeners } = this.#channel(event.run_id);
    kept.push(event);
    if (kept.length > KEPT_MAX) kept.shift();
    for (const listener of listeners) tell(event, listener, listeners);
  }

  /** Lets a run's events go, once nobody will ask for them. */
  forget(runId: string): void {
    this.#channels.delete(runId);
  }

  #channel(runId: string): Channel {
    const known = this.#channels.get(runId);
    if (known !== undefined) return known;
    const channel = { kept: [], listeners: new Set<EventListener>() };
    this.#channels.set(runId, channel);
    return channel;
  }
}
