import { InvariantError, type StopSignal } from "@apex/core";
import { ModelError, type ModelReply, type ModelRequest } from "../model/model-client.ts";
import type { LoopCommand, LoopEvent, LoopNews, LoopOutcome } from "./loop-messages.ts";
import type { LoopInput, Step } from "./loop-state.ts";
import { startLoop, stepLoop } from "./step-loop.ts";

type Checked = Extract<LoopEvent, { kind: "checked" }>;

/** What carries out a repair's commands. All of them may throw: that ends the drive, and the run can be gone on with. */
export interface LoopPorts {
  /** Validates and plans with these texts in place of the files of that name. */
  check(overlay: ReadonlyMap<string, string>): Promise<Omit<Checked, "kind" | "atMs">>;
  /** Throws a {@link ModelError} when the turn failed. */
  ask(request: ModelRequest): Promise<ModelReply>;
  wait(ms: number): Promise<void>;
  /** Epoch milliseconds. */
  now(): number;
  /** Keeps an event before anything follows from it: what is kept is never asked for twice. */
  record(event: LoopEvent): Promise<void>;
  tell(news: LoopNews): void;
  readonly signal: StopSignal;
}

type Work = Exclude<LoopCommand, { kind: "tell" | "finish" }>;

/**
 * Runs a repair to its end, from its start or from where `past` leads: the events of a run that was killed, in their order. What
 * those events told is told again. Throws what the ports throw, and the signal's reason.
 */
export async function driveLoop(
  input: LoopInput,
  ports: LoopPorts,
  past: { readonly startedAtMs: number; readonly events: readonly LoopEvent[] } = {
    startedAtMs: ports.now(),
    events: [],
  },
): Promise<LoopOutcome> {
  let step = startLoop(input, past.startedAtMs);
  const earlier = [...past.events];
  for (;;) {
    const next = told(step, ports);
    if (next.kind === "finish") return next.outcome;
    const known = earlier.shift();
    const event = known ?? (await carriedOut(next, ports));
    if (known === undefined) await ports.record(event);
    step = stepLoop(step.state, event);
  }
}

/** Passes the news on, and gives the one command that is to be carried out. */
function told({ commands }: Step, ports: LoopPorts): Work | Extract<LoopCommand, { kind: "finish" }> {
  let work: Work | Extract<LoopCommand, { kind: "finish" }> | undefined;
  for (const command of commands) {
    if (command.kind === "tell") ports.tell(command.news);
    else work = command;
  }
  if (work === undefined) throw new InvariantError("the events of this run are not those of its inputs");
  return work;
}

async function carriedOut(command: Work, ports: LoopPorts): Promise<LoopEvent> {
  if (ports.signal.aborted) throw ports.signal.reason;
  switch (command.kind) {
    case "check":
      return { kind: "checked", ...(await ports.check(command.overlay)), atMs: ports.now() };
    case "ask":
      return asked(command.request, ports);
    case "wait":
      await ports.wait(command.ms);
      return { kind: "waited", atMs: ports.now() };
  }
}

async function asked(request: ModelRequest, ports: LoopPorts): Promise<LoopEvent> {
  try {
    const reply = await ports.ask(request);
    return { kind: "replied", reply, atMs: ports.now() };
  } catch (error) {
    if (!(error instanceof ModelError)) throw error;
    return { kind: "model-failed", failure: error.failure, atMs: ports.now() };
  }
}
