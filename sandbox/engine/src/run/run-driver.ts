import { AdapterError, assert, type Environment, type Reading, type RunEvent } from "@apex/core";
import { environmentSpec } from "./environment-spec.ts";
import { causeOf, messageOf } from "./failure-cause.ts";
import { performReplay } from "./perform-replay.ts";
import type { ValidationPlan } from "./plan-validation.ts";
import type { RunCommand, RunInput, RunState } from "./run-state.ts";
import { ScheduleCache } from "./schedule-cache.ts";
import { initialState, step } from "./step.ts";
import { StopSource } from "./stop-source.ts";
import type { PlannedReplay, ValidationPorts, ValidationProgress } from "./validation-request.ts";

/** An input before it is stamped. */
type Happening = RunInput extends infer Input
  ? Input extends RunInput
    ? Omit<Input, "atMs">
    : never
  : never;

/** What a driven run ended with. */
export interface DrivenRun {
  readonly state: RunState;
  readonly reading: Reading | null;
  /** What went wrong last, for the cause of an error. */
  readonly error: unknown;
  /** What could not be removed, or read at the end. */
  readonly leftover: unknown;
}

function unlessNothingIsThere(error: unknown): void {
  if (!(error instanceof AdapterError && error.kind === "not-found")) throw error;
}

/** Carries out what {@link step} asks for and tells it what came of it, until the run has ended. */
export class RunDriver {
  readonly #plan: ValidationPlan;
  readonly #ports: ValidationPorts;
  readonly #observe: (progress: ValidationProgress) => void;
  readonly #stop = new StopSource();
  readonly #schedules: ScheduleCache;
  readonly #environments = new Map<string, Environment>();
  readonly #inputs: RunInput[] = [];
  readonly #startedMs: number;
  #wake: () => void = () => {};
  #state: RunState;
  #reading: Reading | null = null;
  #error: unknown;
  #leftover: unknown;
  /** What the run has used was asked for last, and nobody could say. */
  #isUnread = false;

  constructor(plan: ValidationPlan, ports: ValidationPorts, observe: (progress: ValidationProgress) => void) {
    this.#plan = plan;
    this.#ports = ports;
    this.#observe = observe;
    this.#schedules = new ScheduleCache(plan);
    this.#startedMs = ports.clock.monotonicMs();
    this.#state = initialState(plan);
  }

  /** Never rejects: how it went is in the state. */
  async run(): Promise<DrivenRun> {
    const { clock, signal } = this.#ports;
    const onAbort = () => this.#tell({ kind: "aborted" });
    signal.addEventListener("abort", onAbort, { once: true });
    this.#tell({ kind: "begin", at: clock.now() });
    if (signal.aborted) onAbort();
    try {
      while (this.#state.phase !== "ended") await this.#advance(await this.#next());
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
    return {
      state: this.#state,
      reading: this.#reading,
      error: this.#error,
      leftover: this.#leftover,
    };
  }

  #tell(happening: Happening): void {
    this.#inputs.push({ ...happening, atMs: this.#ports.clock.monotonicMs() - this.#startedMs });
    this.#wake();
  }

  async #next(): Promise<RunInput> {
    for (;;) {
      const input = this.#inputs.shift();
      if (input !== undefined) return input;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async #advance(input: RunInput): Promise<void> {
    for (const command of this.#step(input)) {
      try {
        await this.#carryOut(command);
      } catch (error) {
        this.#break(error);
      }
    }
  }

  /** A bug of ours must not leave containers behind either: the state stays as it was, and the run is taken down from there. */
  #step(input: RunInput): readonly RunCommand[] {
    try {
      const { state, commands } = step(this.#state, input);
      this.#state = state;
      return commands;
    } catch (error) {
      if (input.kind === "broken") throw error;
      this.#break(error);
      return [];
    }
  }

  #break(error: unknown): void {
    this.#error = error;
    this.#tell({ kind: "broken", message: messageOf(error) });
  }

  /** Resolves when what follows may begin; environments and replays go on and tell later. */
  async #carryOut(command: RunCommand): Promise<void> {
    switch (command.kind) {
      case "record":
        return await this.#record(command.event);
      case "read":
        return await this.#read();
      case "close":
        return await this.#close();
      case "cancel":
        return this.#stop.stop(
          this.#ports.signal.reason ?? new AdapterError("unavailable", "The run is over."),
        );
      case "provision":
        void this.#provision(command.replay);
        return;
      case "replay":
        void this.#replay(command);
        return;
      case "destroy":
        void this.#destroy(command.name);
    }
  }

  async #record(event: RunEvent): Promise<void> {
    await this.#ports.journal.append(event);
    this.#observe({ kind: "event", event });
  }

  async #read(): Promise<void> {
    const { runId } = this.#plan.request;
    this.#isUnread = true;
    const counters = await this.#ports.host.reading(runId);
    this.#isUnread = false;
    this.#reading = { ...counters, runId, seq: (this.#reading?.seq ?? 0) + 1 };
    await this.#record({ kind: "reading", reading: this.#reading });
  }

  /** With a run go its counters: one that cannot be read now is left to the reaper, which reads before it removes. */
  async #close(): Promise<void> {
    try {
      if (this.#isUnread) await this.#read().catch(unlessNothingIsThere);
      await this.#ports.host.closeRun(this.#plan.request.runId);
    } catch (error) {
      this.#leftover = error;
    }
    this.#tell({ kind: "closed", at: this.#ports.clock.now() });
  }

  #failed(name: string, error: unknown, isUp: boolean): void {
    this.#error = error;
    const [cause, message] = [causeOf(error), messageOf(error)];
    this.#tell({ kind: "environment-failed", name, cause, message, isUp });
  }

  async #provision(replay: PlannedReplay): Promise<void> {
    const { name } = replay;
    try {
      const environment = await this.#ports.host.provision(environmentSpec(this.#plan, replay), this.#stop);
      this.#environments.set(name, environment);
      this.#tell({ kind: "provisioned", name });
    } catch (error) {
      this.#failed(name, error, false);
    }
  }

  async #replay(command: Extract<RunCommand, { readonly kind: "replay" }>): Promise<void> {
    const { replay, ordinal, workUs } = command;
    try {
      const environment = this.#environments.get(replay.name);
      assert(environment !== undefined, `a replay without an environment: ${replay.name}`);
      const measurement = await performReplay({
        plan: this.#plan,
        replay,
        ordinal,
        schedule: this.#schedules.get(replay, workUs),
        environment,
        ports: this.#ports,
        signal: this.#stop,
        onProgress: (progress) => this.#observe({ kind: "replaying", replay, progress }),
      });
      this.#tell({ kind: "replayed", name: replay.name, measurement });
    } catch (error) {
      this.#failed(replay.name, error, true);
    }
  }

  /** What cannot be removed now is left to the end of the run, which removes all of it. */
  async #destroy(name: string): Promise<void> {
    try {
      await this.#environments.get(name)?.destroy();
    } catch (error) {
      this.#error = error;
    }
    this.#environments.delete(name);
    this.#tell({ kind: "destroyed", name });
  }
}
