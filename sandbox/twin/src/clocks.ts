/** Monotonic time in microseconds, the same in all threads of this process. */
export function monotonicUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + nanoseconds / 1e3;
}

/**
 * CPU time that this thread has used, in microseconds.
 *
 * Linux brings a thread's counter up to date only at scheduling events: read by itself it advances in steps of one timer
 * tick, 1 to 10 ms. Asking for the process's counter first settles that of the calling thread, after which the thread's
 * own is exact to the microsecond. Measured on 6.18 with 250 ticks a second: steps of 4 ms alone, of 1 µs like this.
 */
export function threadCpuUs(): number {
  process.cpuUsage();
  const { user, system } = process.threadCpuUsage();
  return user + system;
}

/** CPU time that all threads of this process have used, in microseconds: exact for the calling one, within a tick for others. */
export function processCpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
