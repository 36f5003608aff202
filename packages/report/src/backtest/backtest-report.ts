import type { Diagnostic } from "@apex/core";

export const BACKTEST_SCHEMA = "apex.backtest/v1";

/** How one rule fared; shares are 0–1. */
export interface BacktestedRule {
  readonly name: string;
  readonly title: string;
  readonly isOurs: boolean;
  readonly source: string;
  readonly reading: string;
  readonly decisions: number;
  readonly changed: number;
  /** Share of all vCPU that the rule takes away. */
  readonly removedShare: number;
  /** Mean share of later samples above the chosen size. */
  readonly shortShare: number;
  /** Share of the later work above the chosen size. */
  readonly workAboveShare: number;
  /** Decisions short in more than 0.5 % of the later samples, and the machines that have one. */
  readonly tooSmall: number;
  readonly machinesTooSmall: number;
  readonly worstShortShare: number;
  /** Where 95 % of fleets drawn anew from the machines lie; `null` with too few machines to tell. */
  readonly interval95: {
    readonly removedShare: readonly [low: number, high: number];
    readonly shortShare: readonly [low: number, high: number];
  } | null;
  /** Rules that saved at least as much at no more shortage; `support` is in which share of fleets drawn anew, 0–1. */
  readonly dominatedBy: readonly { readonly rule: string; readonly support: number }[];
}

/** What the stated confidence of a rule was worth. */
export interface BacktestCalibration {
  readonly rule: string;
  readonly decisions: number;
  readonly machines: number;
  readonly heldShare: number;
  readonly meanConfidence: number;
  readonly brier: number;
  readonly brierOfBaseRate: number;
  readonly calibrationError: number;
  readonly bins: readonly {
    readonly from: number;
    readonly to: number;
    readonly decisions: number;
    readonly meanConfidence: number;
    readonly heldShare: number;
  }[];
}

/** Rules replayed on recorded machines: what each would have saved and how often the later time would have run short. */
export interface BacktestReport {
  readonly schema: typeof BACKTEST_SCHEMA;
  readonly apexVersion: string;
  readonly generatedAt: string;
  readonly trace: {
    readonly files: readonly string[];
    readonly machines: number;
    /** How many were left out, and which and why. */
    readonly incomplete: number;
    readonly unused: readonly { readonly machine: string; readonly reason: string }[];
    /** vCPU that each machine was taken to have; `null` where the trace's own counted. */
    readonly asVcpu: number | null;
  };
  readonly plan: {
    readonly seenDays: number;
    readonly laterDays: number;
    readonly everyDays: number;
    readonly sizes: readonly number[];
    /** Whether our policies decided without their minimum of history. */
    readonly isShortHistory: boolean;
  };
  /** From which support on a dominance counts, 0–1. */
  readonly supportMin: number;
  /** With fewer machines than these no dominance counts. */
  readonly machinesMin: number;
  readonly rules: readonly BacktestedRule[];
  readonly calibrations: readonly BacktestCalibration[];
  readonly diagnostics: readonly Diagnostic[];
}
