import { epochMsOf, parseTimestamp } from "../timestamp.ts";
import type { MetricNotes } from "./metric-notes.ts";

/** Series share their timestamps, so that most texts have been read before; emptied when it holds this many. */
const CACHE_ENTRIES_MAX = 200_000;

/** Reads the timestamps of JSON samples: ISO text, or a number in seconds or milliseconds. */
export class SampleClock {
  private readonly notes: MetricNotes;
  private readonly texts = new Map<string, number>();
  private zoneAssumed = 0;

  constructor(notes: MetricNotes) {
    this.notes = notes;
  }

  /** Epoch milliseconds; NaN when it is no timestamp. */
  read(value: unknown): number {
    if (typeof value === "number") return epochMsOf(value) ?? Number.NaN;
    if (typeof value !== "string") return Number.NaN;
    const known = this.texts.get(value);
    if (known !== undefined) return known;
    const epochMs = this.parse(value);
    if (this.texts.size >= CACHE_ENTRIES_MAX) this.texts.clear();
    this.texts.set(value, epochMs);
    return epochMs;
  }

  /** Says how many distinct timestamps named no zone. */
  finish(): void {
    this.notes.repair("timestamp-without-zone", this.zoneAssumed);
  }

  private parse(text: string): number {
    const parsed = parseTimestamp(text);
    if (parsed?.zoneAssumed === true) this.zoneAssumed += 1;
    return parsed?.epochMs ?? epochMsOf(Number(text)) ?? Number.NaN;
  }
}
