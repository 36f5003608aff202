import { AdapterError, type Reservation } from "@apex/core";

/** More than any host has, and so little that the quotes of a whole campaign add up to an amount that can be kept. */
const CORES_MAX = 1_000_000;
/** What the columns have room for. */
const MEMORY_BYTES_MAX = Number.MAX_SAFE_INTEGER;
const SECONDS_MAX = 2 ** 31 - 1;

/** Throws an AdapterError (`invalid`) for more than can be kept. */
export function requireReservation(runId: string, reservation: Reservation): void {
  const { cores, memoryBytes, maxSeconds } = reservation;
  const refuse = (what: string, max: number): never => {
    throw new AdapterError("invalid", `the run ${runId} would reserve ${what}: at most ${max} can be`);
  };
  if (!(cores <= CORES_MAX)) refuse(`${cores} cores`, CORES_MAX);
  if (!(memoryBytes <= MEMORY_BYTES_MAX)) refuse(`${memoryBytes} bytes of memory`, MEMORY_BYTES_MAX);
  if (!(maxSeconds <= SECONDS_MAX)) refuse(`${maxSeconds} seconds`, SECONDS_MAX);
}
