import type { Reservation } from "@apex/core";

/** What a host gives to runs. */
export interface Capacity {
  readonly cores: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  /** The model of its GPUs; without it only runs that do not name one fit. */
  readonly gpuModel?: string | null;
}

/** What of a host is taken. Sums are taken anew over what runs, so that fractions of cores never drift. */
export interface Room {
  /** Whether a run would fit on the empty host. */
  couldEverFit(need: Reservation): boolean;
  fits(need: Reservation): boolean;
  /** Whether anything at all may still fit. */
  isFull(): boolean;
  /** Takes room until the returned function is called. */
  take(need: Reservation): () => void;
}

/** Sums of fractions differ in the last digits: 0.1 + 0.2 fits into 0.3. */
const CORE_TOLERANCE = 1e-9;

export function roomOf(capacity: Capacity): Room {
  const taken = new Set<Reservation>();
  const sum = (of: (need: Reservation) => number): number =>
    [...taken].reduce((total, need) => total + of(need), 0);
  const fitsInto = (need: Reservation, cores: number, memoryBytes: number, gpus: number): boolean =>
    need.cores <= cores + CORE_TOLERANCE &&
    need.memoryBytes <= memoryBytes &&
    need.gpus <= gpus &&
    (need.gpus === 0 || need.gpuModel === null || need.gpuModel === (capacity.gpuModel ?? null));
  const free = (): readonly [number, number, number] => [
    capacity.cores - sum((need) => need.cores),
    capacity.memoryBytes - sum((need) => need.memoryBytes),
    capacity.gpus - sum((need) => need.gpus),
  ];
  return {
    couldEverFit: (need) => fitsInto(need, capacity.cores, capacity.memoryBytes, capacity.gpus),
    fits: (need) => fitsInto(need, ...free()),
    isFull() {
      const [cores, memoryBytes] = free();
      return cores <= CORE_TOLERANCE || memoryBytes <= 0;
    },
    take(need) {
      // An object of its own: the same run may be here twice for a moment.
      const entry = { ...need };
      taken.add(entry);
      return () => taken.delete(entry);
    },
  };
}
