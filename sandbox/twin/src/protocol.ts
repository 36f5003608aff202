/**
 * What the sandbox and the twin agree on. The twin runs alone, outside of the workspace, so it holds a copy of
 * `TWIN_PROTOCOL` in the core package; a test keeps the two equal.
 */
export const PROTOCOL = {
  workHeader: "x-twin-work-us",
  waitHeader: "x-twin-wait-us",
  readyPath: "/-/twin/ready",
  statsPath: "/-/twin/stats",
  port: 8080,
  environment: {
    slots: "TWIN_SLOTS",
    slotCores: "TWIN_SLOT_CORES",
    residentBytes: "TWIN_RESIDENT_BYTES",
    port: "TWIN_PORT",
  },
} as const;
