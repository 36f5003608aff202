const CALIBRATIONS = 50;

/**
 * What to add to this thread's `performance.now()` for the machine's monotonic clock. Each thread has its own zero, and the
 * pacer, the sender and the server stamps of the bench must agree; `process.hrtime.bigint()` itself allocates on each call.
 */
function threadOriginMs(): number {
  let shortestMs = Number.POSITIVE_INFINITY;
  let originMs = 0;
  for (let round = 0; round < CALIBRATIONS; round++) {
    const before = performance.now();
    const machineMs = Number(process.hrtime.bigint()) / 1e6;
    const after = performance.now();
    if (after - before < shortestMs) {
      shortestMs = after - before;
      originMs = machineMs - (before + after) / 2;
    }
  }
  return originMs;
}

const originMs = threadOriginMs();

/** The machine's monotonic clock in milliseconds, the same in every thread and process, good to about a microsecond. */
export function monotonicMs(): number {
  return performance.now() + originMs;
}
