import {
  type InternedColumn,
  type TimeWindow,
  type Workload,
  WORKLOAD_NUMBERS,
  type WorkloadNumberColumn,
  type WorkloadOrigin,
} from "@apex/core";
import { GrowingColumn, orderByTime } from "./growing-column.ts";
import type { LoggedRequest } from "./log-parser.ts";
import type { Redactor } from "./redactor.ts";
import { textHash } from "./text-hash.ts";

/** What stands for all further paths. */
const FOLDED_PATH = "/{more}";

const COLUMNS = Object.keys(WORKLOAD_NUMBERS) as WorkloadNumberColumn[];

const float64 = (length: number) => new Float64Array(length);
const uint32 = (length: number) => new Uint32Array(length);
const uint16 = (length: number) => new Uint16Array(length);

/** The counts of {@link WorkloadOrigin} that the builder itself makes. */
export type BuilderCounts = Pick<
  WorkloadOrigin,
  | "duplicatesDropped"
  | "repeatedLines"
  | "outOfOrder"
  | "zoneAssumed"
  | "leapSeconds"
  | "valuesUnreadable"
  | "pathsFolded"
>;

/** Collects requests of all files into columns, then sorts them and drops duplicates. */
export class WorkloadBuilder {
  private readonly redactor: Redactor;
  private readonly pathsMax: number;
  private readonly times = new GrowingColumn(float64);
  private readonly methods = new Interner();
  private readonly paths = new Interner();
  private readonly statuses = new GrowingColumn(uint16);
  private readonly files = new GrowingColumn(uint16);
  /** Hash of the identity, or of the line negated where it has none. */
  private readonly hashes = new GrowingColumn(float64);
  private readonly numbers = new Map<WorkloadNumberColumn, GrowingColumn<Float64Array>>();
  private readonly previousByFile = new Map<number, number>();
  private readonly counts: { -readonly [Key in keyof BuilderCounts]: number } = {
    duplicatesDropped: 0,
    repeatedLines: 0,
    outOfOrder: 0,
    zoneAssumed: 0,
    leapSeconds: 0,
    valuesUnreadable: 0,
    pathsFolded: 0,
  };

  constructor(redactor: Redactor, pathsMax: number) {
    this.redactor = redactor;
    this.pathsMax = pathsMax;
  }

  get rows(): number {
    return this.times.length;
  }

  /** Takes a request of a file; `line` is its text as logged, of which only a hash is kept. */
  add(request: LoggedRequest, file: number, line: string): void {
    const { stamp, identity } = request;
    const timeMs = stamp.epochMs - (request.arrivedBeforeMs ?? 0);
    this.noteTime(request, file, timeMs);
    for (const column of COLUMNS) this.addNumber(column, request[WORKLOAD_NUMBERS[column]]);
    this.times.push(timeMs);
    this.methods.push(request.method);
    this.pushPath(request.target);
    this.statuses.push(this.readable(request.status) ?? 0);
    this.files.push(file);
    this.hashes.push(identity === undefined ? -textHash(line) : textHash(identity));
  }

  /** The columns by time, and what was counted. `resolutionMs` of a file is how long its last stamp lasts. */
  finish(
    resolutionMs: (file: number) => number,
  ): Omit<Workload, "origin"> & { readonly counts: BuilderCounts } {
    const sorted = orderByTime(this.rows, (row) => this.times.at(row));
    const order = this.withoutDuplicates(sorted);
    const timesMs = this.times.gathered(order);
    const files = this.files.gathered(order);
    const numbers: Partial<Record<WorkloadNumberColumn, Float64Array>> = {};
    for (const [column, values] of this.numbers) numbers[column] = values.gathered(order);
    return {
      window: windowOf(timesMs, (row) => resolutionMs(files[row] ?? 0)),
      timesMs,
      methods: this.methods.gathered(order),
      paths: this.paths.gathered(order),
      statuses: this.statuses.gathered(order),
      files,
      ...numbers,
      counts: this.counts,
    };
  }

  private noteTime(request: LoggedRequest, file: number, timeMs: number): void {
    if (timeMs < (this.previousByFile.get(file) ?? timeMs)) this.counts.outOfOrder += 1;
    this.previousByFile.set(file, timeMs);
    if (request.stamp.isZoneAssumed) this.counts.zoneAssumed += 1;
    if (request.stamp.isLeapSecond) this.counts.leapSeconds += 1;
  }

  private addNumber(name: WorkloadNumberColumn, value: number | undefined): void {
    const known = this.readable(value);
    let column = this.numbers.get(name);
    if (column === undefined) {
      if (known === undefined) return;
      column = new GrowingColumn(float64);
      for (let row = 0; row < this.rows; row += 1) column.push(Number.NaN);
      this.numbers.set(name, column);
    }
    column.push(known ?? Number.NaN);
  }

  private readable(value: number | undefined): number | undefined {
    if (value === undefined || !Number.isNaN(value)) return value;
    this.counts.valuesUnreadable += 1;
    return undefined;
  }

  private pushPath(target: string): void {
    const path = this.redactor.path(target);
    const isFolded = this.paths.size >= this.pathsMax && !this.paths.has(path);
    if (isFolded) this.counts.pathsFolded += 1;
    this.paths.push(isFolded ? FOLDED_PATH : path);
  }

  /** Duplicates have the same time, so that only rows of one instant are compared. */
  private withoutDuplicates(order: Uint32Array): Uint32Array {
    const kept = new Uint32Array(order.length);
    let length = 0;
    let seen: Set<number> | undefined;
    for (let index = 0; index < order.length; index += 1) {
      const row = order[index] ?? 0;
      const time = this.times.at(row);
      const isSameAsBefore = index > 0 && time === this.times.at(order[index - 1] ?? 0);
      const isSameAsNext = index + 1 < order.length && time === this.times.at(order[index + 1] ?? 0);
      if (!isSameAsBefore) seen = isSameAsNext ? new Set() : undefined;
      const hash = this.hashes.at(row);
      const isSeen = seen?.has(hash) === true;
      seen?.add(hash);
      if (isSeen && hash < 0) this.counts.repeatedLines += 1;
      if (isSeen && hash >= 0) this.counts.duplicatesDropped += 1;
      else {
        kept[length] = row;
        length += 1;
      }
    }
    return kept.slice(0, length);
  }
}

function windowOf(timesMs: Float64Array, resolutionMs: (row: number) => number): TimeWindow {
  const last = timesMs.length - 1;
  return { startMs: timesMs[0] ?? 0, endMs: (timesMs[last] ?? 0) + (last < 0 ? 0 : resolutionMs(last)) };
}

/** Texts stored once, with a code each row. */
class Interner {
  private readonly codeOf = new Map<string, number>();
  private readonly codes = new GrowingColumn(uint32);

  get size(): number {
    return this.codeOf.size;
  }

  has(text: string): boolean {
    return this.codeOf.has(text);
  }

  push(text: string): void {
    let code = this.codeOf.get(text);
    if (code === undefined) {
      code = this.codeOf.size;
      this.codeOf.set(text, code);
    }
    this.codes.push(code);
  }

  gathered(order: Uint32Array): InternedColumn {
    return { values: [...this.codeOf.keys()], codes: this.codes.gathered(order) };
  }
}
