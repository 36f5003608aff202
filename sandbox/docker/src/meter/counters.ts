import type { ContainerUsage } from "@apex/core";

/** What control groups know of a container. */
export type CgroupCounters = Pick<
  ContainerUsage,
  | "cpuNs"
  | "periods"
  | "throttledPeriods"
  | "throttledNs"
  | "memoryBytes"
  | "memoryPeakBytes"
  | "memoryLimitBytes"
  | "majorFaults"
  | "oomKills"
  | "blockReadBytes"
  | "blockWrittenBytes"
>;

/** Files of a control group by name; one that the kernel does not have is absent. */
export type CgroupFiles = Readonly<Record<string, string | undefined>>;

/** "name value" lines, as in `cpu.stat`. */
export function keyedNumbers(text: string | undefined): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (const line of (text ?? "").split("\n")) {
    const [name, value] = line.split(" ");
    if (name !== undefined && value !== undefined) numbers.set(name, Number(value));
  }
  return numbers;
}

/** A file with one number, `null` when it is absent, empty or "max". */
export function singleNumber(text: string | undefined): number | null {
  const value = Number.parseInt(text ?? "", 10);
  return Number.isNaN(value) ? null : value;
}
