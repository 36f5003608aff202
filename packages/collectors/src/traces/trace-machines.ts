import path from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Cancellation } from "@apex/core";
import { machineOf } from "./machine-of-rows.ts";
import { pathNames } from "./path-names.ts";
import type { RecordedTrace, UnusedTrace } from "./recorded-trace.ts";
import { samplesOf, type TraceRow } from "./trace-row.ts";

/** More rows than these are a fleet: collect it into a store instead. */
export const ROWS_MAX = 5_000_000;
/** What rows of long periods may make of themselves: 256 MB, and fewer than the 2^24 that a map holds. */
export const SAMPLES_MAX = 16_000_000;

/** The year 5138: what lies beyond is no time of a sample. */
const INSTANT_MAX_MS = 1e14;

/** How much more can be read. */
export interface Room {
  readonly rows: number;
  readonly samples: number;
}

interface Machine {
  readonly folder: string;
  /** In its trace: the id of a column; the file's name otherwise. */
  readonly own: string;
  /** From the folder that holds all files, so that no two machines share it. */
  readonly full: string;
  readonly rows: TraceRow[];
}

/**
 * The machines of traces, as their rows come in. Machines of like names in different folders are different ones, and are told by
 * their paths; files of one folder are parts of one trace.
 */
export class TraceMachines {
  readonly #names: ReadonlyMap<string, string>;
  readonly #machines = new Map<string, Machine>();
  /** MHz by folder, by the machine's own name. */
  readonly #capacities = new Map<string, Map<string, number>>();
  #rows = 0;
  #samples = 0;

  constructor(files: readonly string[]) {
    this.#names = pathNames(files);
  }

  room(): Room {
    return { rows: ROWS_MAX - this.#rows, samples: SAMPLES_MAX - this.#samples };
  }

  /** Takes the rows of a file; returns how many of them say anything. */
  add(file: string, rows: readonly TraceRow[]): number {
    const name = this.#names.get(file) ?? path.basename(file);
    const folder = path.dirname(name);
    let told = 0;
    for (const row of rows) {
      const own = row.machine ?? name;
      if (Math.abs(row.startMs) <= INSTANT_MAX_MS)
        this.#machine(folder, own, row.machine === undefined).rows.push(row);
      else if (row.capacityMhz !== null) this.#tellCapacity(folder, own, row.capacityMhz);
      else continue;
      this.#rows += 1;
      this.#samples += samplesOf(row);
      told += 1;
    }
    return told;
  }

  /** Makes series of all rows. Other work goes on in between; stops soon after `signal` is aborted. */
  async recorded(
    signal: Cancellation,
  ): Promise<{ readonly machines: readonly RecordedTrace[]; readonly unused: readonly UnusedTrace[] }> {
    const machines: RecordedTrace[] = [];
    const unused: UnusedTrace[] = [];
    const all = [...this.#machines.values()];
    const folders = new Map<string, number>();
    for (const { own } of all) folders.set(own, (folders.get(own) ?? 0) + 1);
    for (const { folder, own, full, rows } of all) {
      await setImmediate();
      if (signal.aborted) break;
      const id = folders.get(own) === 1 ? own : full;
      const made = machineOf(id, rows, this.#capacityOf(folder, own));
      if ("series" in made) machines.push(made);
      else unused.push(made);
    }
    return { machines, unused };
  }

  #machine(folder: string, own: string, isFile: boolean): Machine {
    const full = isFile || folder === "." ? own : `${folder}/${own}`;
    const key = `${folder}\0${own}`;
    const machine = this.#machines.get(key) ?? { folder, own, full, rows: [] };
    this.#machines.set(key, machine);
    return machine;
  }

  #tellCapacity(folder: string, own: string, mhz: number): void {
    const byFolder = this.#capacities.get(own) ?? new Map<string, number>();
    this.#capacities.set(own, byFolder.set(folder, mhz));
  }

  /** What lies beside the trace; what lies elsewhere only where it is in one place. */
  #capacityOf(folder: string, own: string): number | undefined {
    const byFolder = this.#capacities.get(own);
    const [elsewhere, another] = new Set(byFolder?.values());
    return byFolder?.get(folder) ?? (another === undefined ? elsewhere : undefined);
  }
}
