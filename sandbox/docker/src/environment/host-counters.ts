import { readFile } from "node:fs/promises";
import { type HostCounters, InvariantError } from "@apex/core";
import { monotonicMs } from "../run/clock.ts";

/** The kernel's unit in /proc/stat: 100 a second on every Linux (USER_HZ is part of its interface). */
const MS_PER_TICK = 10;

/** Reads the first line of /proc/stat. Guest time is in user time already. */
export function parseHostCounters(text: string, atMs: number): HostCounters {
  const line = text.split("\n", 1)[0] ?? "";
  const [user, nice, system, idle, iowait, irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number);
  const busy = [user, nice, system, irq, softirq].reduce(
    (sum: number, ticks) => sum + (ticks ?? Number.NaN),
    0,
  );
  const total = busy + (idle ?? Number.NaN) + (iowait ?? 0) + (steal ?? 0);
  if (!line.startsWith("cpu ") || Number.isNaN(total))
    throw new InvariantError(`/proc/stat begins with "${line}"`);
  return {
    atMs,
    totalMs: total * MS_PER_TICK,
    busyMs: busy * MS_PER_TICK,
    stealMs: (steal ?? 0) * MS_PER_TICK,
  };
}

/** The host's processor time since boot. */
export async function hostCounters(): Promise<HostCounters> {
  return parseHostCounters(await readFile("/proc/stat", "utf8"), monotonicMs());
}
