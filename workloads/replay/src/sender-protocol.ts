import type {
  AdapterErrorKind,
  ReplayOptions,
  ReplayProgress,
  ReplayResult,
  ReplaySchedule,
} from "@apex/core";

/** What crosses the border of the sender's thread. `offsetsMs` of the schedule lies in shared memory. */
export interface SenderOrder {
  readonly schedule: ReplaySchedule;
  readonly options: Omit<ReplayOptions, "onProgress" | "signal">;
}

/** What the sender's thread says. */
export type SenderReport =
  | { readonly kind: "progress"; readonly progress: ReplayProgress }
  | { readonly kind: "result"; readonly result: ReplayResult }
  | { readonly kind: "failed"; readonly errorKind: AdapterErrorKind; readonly message: string };
