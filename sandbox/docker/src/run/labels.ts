import { isLeaseOver, onBoot } from "./lease.ts";
import { currentOwner, formatOwner, ownerFate, parseOwner } from "./owner.ts";

/** What everything that the sandbox makes carries, so that whoever finds it knows whose it is and for how long. */
export const LABELS = {
  /** The run's id. */
  run: "apex.run",
  /** Epoch milliseconds after which anybody may remove it. */
  lease: "apex.lease",
  /** The same by the monotonic clock: see lease.ts. */
  leaseOnBoot: "apex.lease-on-boot",
  /** Who made it, as formatOwner has it. */
  owner: "apex.owner",
  /** Name of the environment within the run. */
  environment: "apex.environment",
  /** Name of the container within the environment. */
  container: "apex.container",
  /** Both clocks when it was made: see clock.ts. */
  clock: "apex.clock",
} as const;

/** Labels of something that this process makes for a run. */
export function ownLabels(runId: string, leaseMs: number): Record<string, string> {
  const until = Date.now() + leaseMs;
  return {
    [LABELS.run]: runId,
    [LABELS.lease]: String(until),
    [LABELS.leaseOnBoot]: onBoot(until),
    [LABELS.owner]: formatOwner(currentOwner()),
  };
}

/**
 * Whether something with these labels may be removed at `now` (epoch milliseconds): its lease is over or its owner is dead.
 * What carries no run is not ours, and what has an unreadable lease and no dead owner stays.
 */
export function isAbandoned(labels: Readonly<Record<string, string>>, now: number): boolean {
  if (labels[LABELS.run] === undefined) return false;
  const until = Number(labels[LABELS.lease] ?? Number.NaN);
  if (isLeaseOver({ until, onBoot: labels[LABELS.leaseOnBoot] }, now)) return true;
  const owner = parseOwner(labels[LABELS.owner]);
  return owner !== undefined && ownerFate(owner) === "dead";
}
