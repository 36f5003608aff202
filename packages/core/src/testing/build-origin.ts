/** A workload's origin for tests: apart from `index.ts`, which looks for a Docker engine when it is loaded. */
import type { WorkloadOrigin } from "../workload.ts";

/** What one Apache log of so many requests leaves to be told: nothing was rejected, changed or left out. */
export function buildOrigin(requests: number): WorkloadOrigin {
  return {
    files: [
      {
        name: "access.log",
        format: "apache",
        lines: requests,
        requests,
        rejected: 0,
        stampResolutionMs: 1,
      },
    ],
    rejected: 0,
    rejectedByReason: {},
    rejectedSample: [],
    servedFromCache: 0,
    duplicatesDropped: 0,
    repeatedLines: 0,
    outOfOrder: 0,
    zoneAssumed: 0,
    leapSeconds: 0,
    valuesUnreadable: 0,
    pathsFolded: 0,
    isSpread: false,
    share: 1,
  };
}
