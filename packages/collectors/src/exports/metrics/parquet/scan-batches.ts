import { closeSync, openSync, readSync } from "node:fs";
import type { ChunkPlace } from "../../../parquet/footer.ts";
import { NumberColumn } from "../../../parquet/number-column.ts";
import { TextColumn } from "../../../parquet/text-column.ts";
import { EPOCH_MS_MAX, EPOCH_MS_MIN } from "../../timestamp.ts";
import { fillCombinations } from "./combine-codes.ts";
import type { GroupToScan, SampleScan, TimeKind } from "./plan-scan.ts";
import { SeriesSlots, SLOTS } from "./series-slots.ts";
import { TextTimes } from "./text-times.ts";

/** The samples of a batch of row groups, those of a series together and in the order of the file. */
export interface SortedBatch {
  /** Which batch of the file it is. */
  readonly ordinal: number;
  /** The series that it has samples of, by the numbers of the thread that read it. */
  readonly slots: Int32Array;
  /** Where the samples of each of {@link slots} begin, and where the last ones end. */
  readonly starts: Int32Array;
  /** On shared memory, as are the times. */
  readonly values: Float64Array;
  /** Epoch milliseconds; none where they are not asked for. */
  readonly times: Float64Array | undefined;
}

/** A row that cannot be used; rows count from 0. */
export interface UnusableRow {
  readonly record: number;
  readonly problem: string;
  readonly text: string;
}

/** What one thread read. */
export interface ScannedShare {
  /** The texts that name each series, by its number. */
  readonly series: readonly (readonly string[])[];
  readonly batches: readonly SortedBatch[];
  readonly unusable: number;
  /** The first of them in each batch. */
  readonly unusableRows: readonly UnusableRow[];
  /** How many rows that are used name no zone, and the first of them. */
  readonly zoneless: number;
  readonly firstZoneless: number;
}

/** What limits a scan. */
export interface ScanLimits {
  /** Of the resources, the share with this number among as many as the scan has passes. */
  readonly pass: number;
  readonly seriesMax: number;
  readonly unusableRowsMax: number;
}

/** Reads the batches that `next` gives until it gives none. Throws on a file that is not as its footer says, and on too many series. */
export function scanBatches(
  scan: SampleScan,
  limits: ScanLimits,
  next: () => number | undefined,
): ScannedShare {
  const file = openSync(scan.path, "r");
  try {
    const scanner = new BatchScanner(scan, limits, file);
    const batches: SortedBatch[] = [];
    for (let ordinal = next(); ordinal !== undefined; ordinal = next()) {
      const groups = scan.batches[ordinal];
      if (groups === undefined) break;
      batches.push(scanner.sorted(ordinal, groups));
    }
    return { ...scanner.found(), batches };
  } finally {
    closeSync(file);
  }
}

class BatchScanner {
  private readonly scan: SampleScan;
  private readonly limits: ScanLimits;
  private readonly file: number;
  private readonly texts: readonly TextColumn[];
  private readonly time: NumberColumn | TextTimes | undefined;
  private readonly value: NumberColumn;
  private readonly slots: SeriesSlots;
  private chunk = Buffer.alloc(0);
  /** Of a row group: each row's text as a number, by column. */
  private codes: readonly Int32Array[] = [];
  /** Of a batch, as are times and values: the series of each row, or why it has none. */
  private keys = new Int32Array();
  private times = new Float64Array();
  private values = new Float64Array();
  private counts = new Int32Array(1024);
  private zoneless = 0;
  private firstZoneless = Number.POSITIVE_INFINITY;
  private unusable = 0;
  private unusableInBatch = 0;
  private readonly unusableRows: UnusableRow[] = [];

  constructor(scan: SampleScan, limits: ScanLimits, file: number) {
    this.scan = scan;
    this.limits = limits;
    this.file = file;
    this.texts = scan.texts.map(({ type }) => new TextColumn(type));
    this.value = new NumberColumn(scan.value.type);
    this.time = scan.time && timesOf(scan.time);
    this.slots = new SeriesSlots(this.texts, { pass: limits.pass, passes: scan.passes });
  }

  /** What was found besides the batches. */
  found(): Omit<ScannedShare, "batches"> {
    const { unusable, unusableRows, zoneless, firstZoneless } = this;
    return { series: this.slots.names(), unusable, unusableRows, zoneless, firstZoneless };
  }

  /** Reads the row groups of a batch and sorts their samples by series. */
  sorted(ordinal: number, groups: readonly GroupToScan[]): SortedBatch {
    const rows = groups.reduce((sum, group) => sum + group.rows, 0);
    const groupRows = groups.reduce((most, group) => Math.max(most, group.rows), 0);
    this.reserve(rows, groupRows);
    this.counts.fill(0);
    this.unusableInBatch = 0;
    let at = 0;
    for (const group of groups) {
      this.readGroup(group, at);
      at += group.rows;
    }
    return this.sort(ordinal, rows);
  }

  private reserve(rows: number, groupRows: number): void {
    if (this.keys.length < rows) {
      this.keys = new Int32Array(rows);
      this.values = new Float64Array(rows);
      if (this.time !== undefined) this.times = new Float64Array(rows);
    }
    if ((this.codes[0]?.length ?? 0) < groupRows)
      this.codes = this.texts.map(() => new Int32Array(groupRows));
  }

  private readGroup(group: GroupToScan, at: number): void {
    const { scan } = this;
    for (const [index, column] of this.texts.entries()) {
      const place = group.texts[index];
      const codes = this.codes[index];
      if (place === undefined || codes === undefined) throw new Error("a column without its chunk");
      const { isOptional = true } = scan.texts[index] ?? {};
      column.read(this.chunkAt(place), { rows: group.rows, codec: place.codec, isOptional }, codes, 0);
    }
    const { isOptional } = scan.value;
    const { rows, value, time } = group;
    this.value.read(this.chunkAt(value), { rows, codec: value.codec, isOptional }, this.values, at);
    if (scan.time !== undefined && time !== undefined) {
      const format = { rows, codec: time.codec, isOptional: scan.time.isOptional };
      this.time?.read(this.chunkAt(time), format, this.times, at);
      toEpochMs(this.times.subarray(at, at + rows), scan.time.kind);
    }
    this.assign(group, at);
    if (this.time instanceof TextTimes) this.countZoneless(this.time, group, at);
  }

  private countZoneless(times: TextTimes, { rows, firstRow }: GroupToScan, at: number): void {
    if (!times.hasZoneless) return;
    for (let row = 0; row < rows; row++) {
      if ((this.keys[at + row] ?? -1) < 0 || !times.isZoneless(row)) continue;
      this.zoneless += 1;
      this.firstZoneless = Math.min(this.firstZoneless, firstRow + row);
    }
  }

  private chunkAt({ offset, bytes }: ChunkPlace): Uint8Array {
    if (this.chunk.length < bytes) this.chunk = Buffer.allocUnsafeSlow(bytes);
    const read = readSync(this.file, this.chunk, 0, bytes, offset);
    if (read !== bytes) throw new Error("the file ends early");
    return this.chunk.subarray(0, bytes);
  }

  /** Finds the series of each row of a group. */
  private assign({ rows, firstRow }: GroupToScan, at: number): void {
    const { keys, times, codes } = this;
    const hasTimes = this.time !== undefined;
    const sizes = this.texts.map((column) => column.locals);
    fillCombinations(
      { codes, sizes, rows },
      (row) => this.slots.of(codes, row),
      keys.subarray(at, at + rows),
    );
    if (this.slots.size > this.limits.seriesMax) throw new Error("more series than are read");
    if (this.slots.size > this.counts.length) this.growCounts();
    const { counts } = this;
    for (let index = at; index < at + rows; index++) {
      const key = keys[index] as number;
      const time = hasTimes ? (times[index] as number) : EPOCH_MS_MIN;
      if (key >= 0 && time >= EPOCH_MS_MIN && time <= EPOCH_MS_MAX) counts[key] = (counts[key] as number) + 1;
      else {
        keys[index] = SLOTS.unusable;
        this.notUsed(key, time, firstRow + index - at);
      }
    }
  }

  private growCounts(): void {
    const larger = new Int32Array(this.slots.size * 2);
    larger.set(this.counts);
    this.counts = larger;
  }

  /** The first pass tells of all resources. */
  private notUsed(key: number, time: number, record: number): void {
    const isTimely = time >= EPOCH_MS_MIN && time <= EPOCH_MS_MAX;
    if (this.limits.pass > 0 || (key === SLOTS.ofAnotherPass && isTimely)) return;
    this.unusable += 1;
    this.unusableInBatch += 1;
    if (this.unusableInBatch > this.limits.unusableRowsMax) return;
    if (key === SLOTS.withoutResource)
      this.unusableRows.push({ record, problem: "no resource_id", text: "" });
    else if (key === SLOTS.withoutMetric) this.unusableRows.push({ record, problem: "no metric", text: "" });
    else {
      const text = textOfTime(time, this.scan.time?.kind ?? "number");
      this.unusableRows.push({ record, problem: "timestamp is unreadable", text });
    }
  }

  /** A counting sort: it keeps the order of the samples of a series. */
  private sort(ordinal: number, rows: number): SortedBatch {
    const { counts, keys, values, times } = this;
    const size = this.slots.size;
    let series = 0;
    for (let slot = 0; slot < size; slot++) if ((counts[slot] as number) > 0) series++;
    const slots = new Int32Array(series);
    const starts = new Int32Array(series + 1);
    let found = 0;
    let samples = 0;
    for (let slot = 0; slot < size; slot++) {
      const count = counts[slot] as number;
      if (count === 0) continue;
      slots[found] = slot;
      starts[found] = samples;
      // From here on: where its next sample goes.
      counts[slot] = samples;
      samples += count;
      found++;
    }
    starts[series] = samples;
    const sortedValues = sharedDoubles(samples);
    const sortedTimes = this.time === undefined ? undefined : sharedDoubles(samples);
    for (let row = 0; row < rows; row++) {
      const key = keys[row] as number;
      if (key < 0) continue;
      const to = counts[key] as number;
      counts[key] = to + 1;
      sortedValues[to] = values[row] as number;
      if (sortedTimes !== undefined) sortedTimes[to] = times[row] as number;
    }
    return { ordinal, slots, starts, values: sortedValues, times: sortedTimes };
  }
}

function timesOf({ type, kind }: NonNullable<SampleScan["time"]>): NumberColumn | TextTimes {
  if (kind === "text") return new TextTimes();
  return new NumberColumn(type, kind === "nanoseconds" ? "nanoseconds" : "as-is");
}

function sharedDoubles(count: number): Float64Array {
  return new Float64Array(new SharedArrayBuffer(count * 8));
}

/** Nanoseconds and texts are milliseconds already. */
function toEpochMs(times: Float64Array, kind: TimeKind): void {
  if (kind === "microseconds") {
    for (let index = 0; index < times.length; index++) {
      const time = times[index] as number;
      times[index] = (time - (time % 1000)) / 1000;
    }
  } else if (kind === "number") {
    for (let index = 0; index < times.length; index++) {
      const time = times[index] as number;
      times[index] = Math.round(time < EPOCH_MS_MIN ? time * 1000 : time);
    }
  }
}

/** A time that cannot be one, as it was written. */
function textOfTime(time: number, kind: TimeKind): string {
  if (Number.isNaN(time)) return "";
  if (kind === "number") return String(time < EPOCH_MS_MIN ? time / 1000 : time);
  const date = new Date(time);
  return Number.isNaN(date.getTime()) ? String(time) : date.toISOString();
}
