/** Series of one write: each has a version of its own, so that of a time that is written twice the later one stays. */
export const SERIES_PER_WRITE_MAX = 2 ** 21;

let lastMs = 0;

/**
 * A version above those of all writes before: milliseconds since the epoch, then room for the write's series. 64 bits are
 * enough until the year 2248. Writes of one process never share one; of two machines the clocks decide.
 */
export function nextVersion(): bigint {
  lastMs = Math.max(Date.now(), lastMs + 1);
  return BigInt(lastMs) * BigInt(SERIES_PER_WRITE_MAX);
}
