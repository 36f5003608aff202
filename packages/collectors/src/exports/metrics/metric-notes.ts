import type { Collected, Diagnostic } from "@apex/core";

/** What can be repaired in samples, and what is then said about it. Counts are samples. */
export const SAMPLE_REPAIRS = {
  "duplicate-conflicting": "Samples of the same time disagree; the last one counts",
  "duplicate-dropped": "Samples that are there twice are taken once",
  "percent-above-100": "Percentages just above 100, and GPU activity above it, are read as 100",
  "redundant-statistic": "A metric is there both as a sum and as an average; the sum counts",
  "timestamp-without-zone": "Timestamps name no zone and are read as UTC",
  "value-impossible": "Negative values, percentages above 100 and blank values of DCGM are dropped",
  "value-not-a-number": "NaN, infinite and empty values are dropped: no sample is not a zero",
} as const satisfies Readonly<Record<string, string>>;

/** One of {@link SAMPLE_REPAIRS}. */
export type SampleRepairCode = keyof typeof SAMPLE_REPAIRS;

interface Counted {
  count: number;
  firstLine?: number;
}

interface Remark {
  readonly diagnostic: Diagnostic;
  count: number;
}

/** Distinct things said about one file; beyond it only their number is. */
const REMARKS_MAX = 50;

/** What is to be said about one metrics file once it has been read: repairs counted, each remark made once. */
export class MetricNotes {
  readonly file: string;
  private readonly repaired = new Map<SampleRepairCode, Counted>();
  private readonly remarks = new Map<string, Remark>();
  private overflow = 0;

  constructor(file: string) {
    this.file = file;
  }

  /** Counts repaired samples. */
  repair(code: SampleRepairCode, count = 1, firstLine?: number): void {
    if (count === 0) return;
    const entry = this.repaired.get(code);
    if (entry !== undefined) entry.count += count;
    else this.repaired.set(code, firstLine === undefined ? { count } : { count, firstLine });
  }

  /** Says something once per code and subject, however often it occurs. */
  remark(severity: Diagnostic["severity"], code: string, summary: string, detail?: string): void {
    const key = `${code}\n${summary}`;
    const known = this.remarks.get(key);
    if (known !== undefined) known.count += 1;
    else if (this.remarks.size >= REMARKS_MAX) this.overflow += 1;
    else {
      const source = { file: this.file };
      const diagnostic = { severity, code, summary, source };
      this.remarks.set(key, {
        diagnostic: detail === undefined ? diagnostic : { ...diagnostic, detail },
        count: 1,
      });
    }
  }

  /** A metric that Apex does not use: said once, so that it is not lost silently. */
  unknownMetric(name: string): void {
    this.remark("info", "metric-unknown", `Metric ${name} is not used by Apex and was not read`);
  }

  /** Everything noted, repairs first. */
  *collected(): Generator<Collected> {
    for (const [code, { count, firstLine }] of [...this.repaired].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
      const repair = { file: this.file, code, summary: SAMPLE_REPAIRS[code], count };
      yield { kind: "repair", repair: firstLine === undefined ? repair : { ...repair, firstLine } };
    }
    for (const { diagnostic, count } of this.remarks.values()) {
      const summary = count === 1 ? diagnostic.summary : `${diagnostic.summary} (${count} times)`;
      yield { kind: "diagnostic", diagnostic: { ...diagnostic, summary } };
    }
    if (this.overflow > 0) {
      yield {
        kind: "diagnostic",
        diagnostic: {
          severity: "warning",
          code: "remarks-cut",
          summary: `${this.overflow} more remarks on ${this.file} are not shown`,
          source: { file: this.file },
        },
      };
    }
  }
}
