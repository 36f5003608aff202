import type { Calibration, HeadroomProbe, PeakProbe, RunEvent, RunMeasurement, Verdict } from "@apex/core";
import type { ValidationPlan } from "./plan-validation.ts";
import type { PlannedReplay } from "./validation-request.ts";

/**
 * Why an environment failed: what the container did, that it could not be made as specified, or that something else went
 * wrong, which says nothing about the service.
 */
export type FailureCause = "out-of-memory" | "exited" | "not-ready" | "not-startable" | "unknown";

/** What happened. `atMs` is monotonic, from the start of the run. */
export type RunInput = { readonly atMs: number } & (
  | { readonly kind: "begin"; readonly at: number }
  | { readonly kind: "provisioned"; readonly name: string }
  /** An environment could not be started, or its replay not be done. */
  | {
      readonly kind: "environment-failed";
      readonly name: string;
      readonly cause: FailureCause;
      readonly message: string;
      /** Whether it left anything to destroy. */
      readonly isUp: boolean;
    }
  | { readonly kind: "replayed"; readonly name: string; readonly measurement: RunMeasurement }
  | { readonly kind: "destroyed"; readonly name: string }
  | { readonly kind: "aborted" }
  /** Something outside of the environments broke: the journal, the host's counters. */
  | { readonly kind: "broken"; readonly message: string }
  | { readonly kind: "closed"; readonly at: number }
);

/** What is to be done, in this order. Only `provision`, `replay` and `destroy` go on beside what follows them. */
export type RunCommand =
  /** Append to the journal; what follows waits for it. */
  | { readonly kind: "record"; readonly event: RunEvent }
  /** Take a reading and append it. */
  | { readonly kind: "read" }
  | { readonly kind: "provision"; readonly replay: PlannedReplay }
  | {
      readonly kind: "replay";
      readonly replay: PlannedReplay;
      readonly ordinal: number;
      readonly workUs: number | null;
    }
  | { readonly kind: "destroy"; readonly name: string }
  /** Stop what is being provisioned or replayed. */
  | { readonly kind: "cancel" }
  /** Take the last reading and remove whatever is left of the run. */
  | { readonly kind: "close" };

/** How far an environment is. */
export type EnvironmentStage = "provisioning" | "ready" | "replaying" | "destroying";

/** How a run ended, or is about to. */
export type RunEnding =
  | { readonly kind: "judged"; readonly verdict: Verdict }
  | { readonly kind: "failed"; readonly message: string }
  | { readonly kind: "aborted" };

/** A run between two events. Plain and serialisable. */
export interface RunState {
  readonly plan: ValidationPlan;
  readonly phase: "calibrating" | "measuring" | "probing" | "closing" | "ended";
  /** What is to be replayed after the current one. */
  readonly queue: readonly PlannedReplay[];
  readonly current: PlannedReplay | null;
  /** Whatever exists or may exist, by name. Empty in an ended run. */
  readonly environments: ReadonlyMap<string, EnvironmentStage>;
  /** CPU work per request that the twin is asked for; `null` with an image. */
  readonly workUs: number | null;
  readonly calibration: Calibration | null;
  /** Replays so far, calibration and probes included: they number the environments. */
  readonly replays: number;
  readonly calibrations: number;
  readonly pairs: number;
  /** Measured replays of both sides, unfit ones included. */
  readonly runs: readonly RunMeasurement[];
  readonly probes: readonly HeadroomProbe[];
  /** `null` until it is known, which is once the replays of pairs have passed. */
  readonly peak: PeakProbe | null;
  readonly repeats: number;
  /** Of each side, in a row. */
  readonly failures: Readonly<Record<"baseline" | "candidate", number>>;
  readonly verdict: Verdict | null;
  readonly ending: RunEnding | null;
}

/** A transition: the next state and what it asks for. */
export interface RunStep {
  readonly state: RunState;
  readonly commands: readonly RunCommand[];
}
