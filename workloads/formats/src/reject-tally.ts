import type { RejectedLine, RejectReason } from "@apex/core";
import { lineShape } from "./line-shape.ts";

/** Rejected lines shown for each reason. */
const SAMPLE_PER_REASON = 5;

/** Counts rejected lines and keeps the first few of each reason, masked. */
export class RejectTally {
  private readonly byReason = new Map<RejectReason, number>();
  private readonly sample: RejectedLine[] = [];

  add(file: string, line: number, reason: RejectReason, text: string): void {
    const count = (this.byReason.get(reason) ?? 0) + 1;
    this.byReason.set(reason, count);
    if (count <= SAMPLE_PER_REASON) this.sample.push({ file, line, reason, shape: lineShape(text) });
  }

  get facts(): {
    readonly rejected: number;
    readonly rejectedByReason: Readonly<Partial<Record<RejectReason, number>>>;
    readonly rejectedSample: readonly RejectedLine[];
  } {
    const rejected = [...this.byReason.values()].reduce((sum, count) => sum + count, 0);
    return {
      rejected,
      rejectedByReason: Object.fromEntries(this.byReason),
      rejectedSample: [...this.sample],
    };
  }
}
