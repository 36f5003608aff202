/** CPU time that a hypervisor gave to other guests, as the kernel counts it: what no test can do anything about. */
import { readFileSync } from "node:fs";

/** Less is measuring noise: a validation itself gives up at 1 % in one replay. */
export const STOLEN_SHARE_MIN = 0.003;

function ticks(): { readonly stolen: number; readonly all: number } {
  const [line = ""] = readFileSync("/proc/stat", "utf8").split("\n");
  // user nice system idle iowait irq softirq steal; what follows is in user and nice already.
  const counts = line.split(/\s+/).slice(1, 9).map(Number);
  return { stolen: counts[7] ?? 0, all: counts.reduce((sum, count) => sum + count, 0) };
}

/** Starts to count; the function that it returns gives the share of all CPU time that was stolen since, from 0 to 1. */
export function countStolen(): () => number {
  const before = ticks();
  return () => {
    const after = ticks();
    return (after.stolen - before.stolen) / Math.max(1, after.all - before.all);
  };
}
