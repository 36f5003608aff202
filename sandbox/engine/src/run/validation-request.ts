import type {
  ComputeService,
  Fit,
  Replayer,
  ReplayProgress,
  RunEvent,
  RunJournal,
  SandboxHost,
  Side,
  StopSignal,
  UtilizationProfile,
  Workload,
} from "@apex/core";
import type { WrittenObjectives } from "../judge/parse-objectives.ts";

/** What runs in the containers: the twin, or the user's own image. */
export type ServiceImage =
  | {
      readonly kind: "twin";
      /** Reference of the twin's image. */
      readonly image: string;
      /** Whether requests also wait, without CPU, for what their recorded duration exceeds their CPU time. */
      readonly hasWaits?: boolean;
    }
  | {
      readonly kind: "image";
      readonly image: string;
      readonly command?: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
      readonly port: number;
      /** Answers 2xx once the service is ready; absent: it is when it accepts connections. */
      readonly readyPath?: string;
    };

/** What is to be validated, and for how long. */
export interface ValidationRequest {
  /** Kebab-case, derived from the inputs by the caller: "val-3f9a…". */
  readonly runId: string;
  /** The Terraform address of both services. */
  readonly target: string;
  readonly baseline: ComputeService;
  readonly candidate: ComputeService;
  /** The window that was selected; not thinned. */
  readonly workload: Workload;
  /**
   * Requests that reached the target for each one in the workload: 1 when the log is the target's own and complete, 100 for a log
   * that keeps every hundredth, 0.25 for the log of a balancer before four equal machines of which the target is one. 1 when absent.
   */
  readonly arrivalFactor?: number;
  /**
   * What was measured of the target around the window: one profile for a machine or a group, or one for each machine of a group.
   * Empty: the twin cannot be calibrated.
   */
  readonly utilization: readonly UtilizationProfile[];
  readonly service: ServiceImage;
  /** The user's; what they do not name is derived from the record and the measured baseline. */
  readonly objectives?: WrittenObjectives;
  /** How long the whole may take. */
  readonly minutes: number;
  /** The user's own scale; absent: the largest that fits the host. */
  readonly scale?: number;
  readonly seed: number;
  /** Named digests of whatever the run was made from, for its journal. */
  readonly inputs: Readonly<Record<string, string>>;
}

/** A clock: the wall's for labels, a monotonic one for durations. */
export interface RunClock {
  /** Epoch milliseconds. */
  now(): number;
  monotonicMs(): number;
}

/** What a validation touches the world through. */
export interface ValidationPorts {
  readonly host: SandboxHost;
  readonly replayer: Replayer;
  readonly journal: RunJournal;
  readonly clock: RunClock;
  /** Ends the validation early; everything is taken away first. */
  readonly signal: StopSignal;
}

/** What a replay is for. */
export type ReplayPurpose = "calibration" | "measurement" | "peak" | "headroom";

/** One replay that is to be done. */
export interface PlannedReplay {
  readonly side: Side;
  readonly purpose: ReplayPurpose;
  /** Also the name of its environment: "candidate-3". */
  readonly name: string;
  /** Times the recorded load. */
  readonly loadFactor: number;
  readonly durationMs: number;
  /** Which pair it belongs to, from 0: each pair gets a stretch of the window of its own, both its sides the same. 0 when absent. */
  readonly pair?: number;
}

/** How long a validation takes and what it does with the time, known before it starts. */
export interface ValidationQuote {
  readonly replaySeconds: number;
  /** Measured replays a side at first; more are added when they cannot decide and time is left. */
  readonly pairs: number;
  /** Whether the candidate is also sent the busiest stretch of the record, once, before it passes. */
  readonly hasPeak: boolean;
  /** Load factors at which the candidate is tried when it holds the recorded load. */
  readonly probes: readonly number[];
  /** The estimate for all of it, and at most how long when replays have to be repeated or added. */
  readonly expectedSeconds: number;
  readonly maxSeconds: number;
}

/** What an onlooker is told, as it happens. */
export type ValidationProgress =
  | { readonly kind: "quoted"; readonly quote: ValidationQuote; readonly fit: Fit }
  /** The same events that the journal keeps. */
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "replaying"; readonly replay: PlannedReplay; readonly progress: ReplayProgress };
