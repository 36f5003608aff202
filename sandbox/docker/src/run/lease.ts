import { monotonicMs } from "./clock.ts";
import { bootId, UNKNOWN_BOOT } from "./owner.ts";

/** When something may be taken away, by two clocks: the wall clock may be set while the lease runs, the other starts anew at a boot. */
export interface Lease {
  /** Epoch milliseconds. */
  readonly until: number;
  /** "BOOT MONOTONIC"; absent where only the wall clock was noted. */
  readonly onBoot?: string | undefined;
}

/** The monotonic side of a lease that ends at `until`, as labels and records have it. */
export function onBoot(until: number): string {
  return `${bootId()} ${monotonicMs() + until - Date.now()}`;
}

interface BootTime {
  readonly boot: string;
  readonly ms: number;
}

function parseOnBoot(text: string | undefined): BootTime | undefined {
  const [, boot = "", ms = ""] = /^(\S+) (-?[\d.]+)$/.exec(text ?? "") ?? [];
  return boot === "" || boot === UNKNOWN_BOOT ? undefined : { boot, ms: Number(ms) };
}

/** The later of two, where they can be compared; else the second. */
export function laterOnBoot(first: string | undefined, second: string): string {
  const [a, b] = [parseOnBoot(first), parseOnBoot(second)];
  return first !== undefined && a !== undefined && a.boot === b?.boot && a.ms > b.ms ? first : second;
}

/** Whether a lease is over at `now` (epoch milliseconds): on the boot that it began on, however the wall clock was set since. */
export function isLeaseOver(lease: Lease, now: number): boolean {
  const here = parseOnBoot(lease.onBoot);
  if (here === undefined || here.boot !== bootId()) return lease.until <= now;
  return here.ms <= monotonicMs() + (now - Date.now());
}
