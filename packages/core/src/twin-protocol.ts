/** CPU or wait, microseconds, beyond which the twin refuses a request: ten minutes, more than any replay waits for an answer. */
export const TWIN_DEMAND_US_MAX = 600_000_000;

/**
 * How the sandbox talks to the twin, the small server that stands for a service without an image. The twin runs outside of
 * the workspace and holds the same names; a test of its own keeps the two equal.
 */
export const TWIN_PROTOCOL = {
  /** Request header: microseconds of CPU that this request costs in all: what handling it costs the twin is taken off what it burns. */
  workHeader: "x-twin-work-us",
  /** Request header: microseconds that this request waits without CPU before it burns. */
  waitHeader: "x-twin-wait-us",
  /** Answers 204 once memory is filled and the code is warm. */
  readyPath: "/-/twin/ready",
  /** Answers JSON: what it has burned and how long its queue is. */
  statsPath: "/-/twin/stats",
  port: 8080,
  environment: {
    /** Requests that are worked on at once: the machine's vCPUs. The others queue. */
    slots: "TWIN_SLOTS",
    /** Cores that one slot may burn at most, 0–1: the scale. A request takes at least work ÷ this. */
    slotCores: "TWIN_SLOT_CORES",
    /** Memory to hold, bytes, beside the program's own. */
    residentBytes: "TWIN_RESIDENT_BYTES",
    port: "TWIN_PORT",
  },
} as const;
