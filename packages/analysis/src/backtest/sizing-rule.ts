import type { RiskLevel } from "@apex/core";
import type { History, RecordedMachine } from "./recorded-machine.ts";

/** What a rule decides for one machine at one time. */
export interface SizingChoice {
  /** Never more than today's: no rule buys more here. */
  readonly vcpu: number;
  /** The rule's own word on how likely the size holds, 0–1; absent where it says nothing. */
  readonly confidence?: number;
  /** The risk that goes with it. */
  readonly risk?: RiskLevel;
}

/** A published way to choose a machine's size from its CPU history; pure. */
export interface SizingRule {
  /** Kebab-case: "compute-optimizer-default". */
  readonly name: string;
  readonly title: string;
  readonly isOurs: boolean;
  /** Where its thresholds are published. */
  readonly source: string;
  /** How it was read where the publication leaves room: "one size down". */
  readonly reading: string;
  /** `machine` is for its identity alone: what comes after `history.nowMs` must not be looked at. */
  choose(history: History, machine: RecordedMachine, sizes: readonly number[]): SizingChoice;
}

/** The smallest size that holds a need of vCPU; today's where none below does. */
export function smallestFor(need: number, history: History, sizes: readonly number[]): SizingChoice {
  const fitting = sizes.filter((size) => size >= need && size < history.vcpu);
  return { vcpu: Math.min(history.vcpu, ...fitting) };
}

/** The next size below today's; today's where there is none. */
export function oneSizeDown(history: History, sizes: readonly number[]): SizingChoice {
  const below = sizes.filter((size) => size < history.vcpu);
  return { vcpu: below.length === 0 ? history.vcpu : Math.max(...below) };
}

/** Today's size. */
export function keep(history: History): SizingChoice {
  return { vcpu: history.vcpu };
}
