import type { Repair } from "@apex/core";

interface Entry {
  count: number;
  firstRecord: number;
  lastRecord: number;
}

/**
 * Counts the repairs of one file: each kind once per record, with the first record that needed it. Records count from 0;
 * whoever knows the file turns them into lines.
 */
export class RepairLog<Code extends string> {
  private readonly entries = new Map<Code, Entry>();

  /** Notes that this record needed a repair of this kind. */
  note(code: Code, record: number): void {
    const entry = this.entries.get(code);
    if (entry === undefined) this.entries.set(code, { count: 1, firstRecord: record, lastRecord: record });
    else if (entry.lastRecord !== record) {
      entry.count += 1;
      entry.lastRecord = record;
      entry.firstRecord = Math.min(entry.firstRecord, record);
    }
  }

  /** Notes it of `count` other records, which are given no second time; `firstRecord` is the first of them. */
  noteMany(code: Code, count: number, firstRecord: number): void {
    const entry = this.entries.get(code);
    if (entry === undefined) this.entries.set(code, { count, firstRecord, lastRecord: -1 });
    else {
      entry.count += count;
      entry.firstRecord = Math.min(entry.firstRecord, firstRecord);
    }
  }

  /** The records whose lines {@link repairs} will want to know. */
  get firstRecords(): readonly number[] {
    return [...this.entries.values()].map((entry) => entry.firstRecord);
  }

  /** The repairs as values, by code; `lines` maps records to lines as far as they are known. */
  repairs(
    file: string,
    summaries: Readonly<Record<Code, string>>,
    lines: ReadonlyMap<number, number>,
  ): readonly Repair[] {
    return [...this.entries]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, entry]) => {
        const firstLine = lines.get(entry.firstRecord);
        const repair = { file, code, summary: summaries[code], count: entry.count };
        return firstLine === undefined ? repair : { ...repair, firstLine };
      });
  }
}
