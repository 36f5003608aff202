import { isJsonObject, type JsonObject, type JsonValue, type StopSignal } from "@apex/core";
import type { AgentContext } from "./agent.ts";
import type { AgentStatus } from "./agent-event.ts";
import type { Span, Telling } from "./telling.ts";

/** Elements of a list in a tool's input that are told. */
const ITEMS_MAX = 20;

/** A tool's input for events: every text in it without secrets and bounded. */
function shownInput(input: JsonObject, text: (text: string) => string): JsonObject {
  const shown = (value: JsonValue): JsonValue => {
    if (typeof value === "string") return text(value);
    if (Array.isArray(value)) return (value as JsonValue[]).slice(0, ITEMS_MAX).map(shown);
    if (!isJsonObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, shown(item)]));
  };
  return shown(input) as JsonObject;
}

/** What one attempt of an agent may do, and a way to wait for the tools that it left running. */
export function contextOf(
  span: Span,
  {
    running: { telling, runId, signal },
    attempt,
    ending,
  }: {
    readonly running: { readonly telling: Telling; readonly runId: string; readonly signal: StopSignal };
    readonly attempt: number;
    /** What the agent tells of its end. */
    readonly ending: { status: AgentStatus; summary: string };
  },
): AgentContext & { readonly allEnded: () => Promise<void> } {
  let thoughts = 0;
  const open = new Set<Promise<unknown>>();
  async function tool<Value>(
    name: string,
    input: JsonObject,
    work: () => Promise<Value>,
    summary?: (value: Value) => string,
  ): Promise<Value> {
    const id = telling.nextSpan();
    const startedMs = telling.now();
    const done = (ok: boolean, text: string): void =>
      span.tell(
        "tool_completed",
        { tool: name, ok, ms: telling.now() - startedMs, summary: telling.text(text) },
        id,
      );
    span.tell("tool_executing", { tool: name, input: shownInput(input, (text) => telling.text(text)) }, id);
    try {
      const value = await work();
      done(true, summary?.(value) ?? "");
      return value;
    } catch (error) {
      done(false, error instanceof Error ? error.message : String(error));
      throw error;
    }
  }
  return {
    runId,
    signal,
    attempt,
    think(text) {
      thoughts += 1;
      span.tell("agent_thinking", { text: telling.text(text), step: thoughts });
    },
    ends(status, summary = "") {
      Object.assign(ending, { status, summary });
    },
    tool(...given) {
      const running = tool(...given);
      const ended = running.then(
        () => undefined,
        () => undefined,
      );
      open.add(ended);
      void ended.then(() => open.delete(ended));
      return running;
    },
    async allEnded() {
      while (open.size > 0) await Promise.all(open);
    },
  };
}
