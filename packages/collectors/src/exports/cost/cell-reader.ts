import { type Decimal, formatInstant, parseDecimal } from "@apex/core";
import type { RepairLog } from "../repair-log.ts";
import { type ParsedTimestamp, parseTimestamp } from "../timestamp.ts";
import type { CostRepairCode } from "./cost-repair.ts";

/** Values repeat from row to row; each cache is emptied when it holds this many. */
const CACHE_ENTRIES_MAX = 20_000;

/** A bounded memory of a pure function of text: bills repeat the same few thousand values over millions of rows. */
function remember<T>(compute: (text: string) => T): (text: string) => T {
  const cache = new Map<string, { readonly value: T }>();
  return (text) => {
    const hit = cache.get(text);
    if (hit !== undefined) return hit.value;
    if (cache.size >= CACHE_ENTRIES_MAX) cache.clear();
    const value = compute(text);
    cache.set(text, { value });
    return value;
  };
}

/** Where a reader notes what it had to repair: a {@link RepairLog}, or who asks of one row alone. */
export type RepairNotes = Pick<RepairLog<CostRepairCode>, "note">;

/** An instant as CostRow writes it. */
export interface RowInstant extends ParsedTimestamp {
  readonly text: string;
}

/**
 * Reads the cells of one row by column, noting what it had to repair. One reader serves all rows of a file: move it
 * with {@link CellReader.at}.
 */
export class CellReader {
  private readonly repairs: RepairNotes;
  private readonly positions: ReadonlyMap<string, number>;
  private cells: readonly (string | null)[] = [];
  private record = 0;
  private readonly decimalOf = remember(parseDecimal);
  private readonly instantOf = remember((text): RowInstant | undefined => {
    const parsed = parseTimestamp(text);
    return parsed === undefined ? undefined : { ...parsed, text: formatInstant(parsed.epochMs) };
  });
  private readonly tagsOf = remember(parseTags);

  /** `positions`: where each column name lies in the rows that {@link at} gives. */
  constructor(positions: ReadonlyMap<string, number>, repairs: RepairNotes) {
    this.positions = positions;
    this.repairs = repairs;
  }

  /** Moves to a row; `record` is its number in the file, from 0. */
  at(cells: readonly (string | null)[], record: number): void {
    this.cells = cells;
    this.record = record;
  }

  /** Notes a repair of the present row. */
  note(code: CostRepairCode): void {
    this.repairs.note(code, this.record);
  }

  /** The cell's text; `null` when the column is missing, or the cell empty, or the bare word NULL. */
  text(name: string): string | null {
    const position = this.positions.get(name);
    if (position === undefined) return null;
    const value = this.cells[position];
    if (value === undefined || value === null || value === "") return null;
    if (value.length === 4 && value.toUpperCase() === "NULL") {
      this.note("literal-null");
      return null;
    }
    return value;
  }

  /** The cell as an exact number, `null` when it is missing, `"unreadable"` when it is no number. */
  number(name: string): Decimal | null | "unreadable" {
    const text = this.text(name);
    return text === null ? null : (this.decimalOf(text) ?? "unreadable");
  }

  /** Like {@link number}, for columns that a row can do without: what cannot be read is noted and unknown. */
  optionalNumber(name: string): Decimal | null {
    const value = this.number(name);
    if (value !== "unreadable") return value;
    this.note("number-unreadable");
    return null;
  }

  /** The cell as an instant; `null` when it is missing or none. */
  instant(name: string): RowInstant | null {
    const text = this.text(name);
    if (text === null) return null;
    const instant = this.instantOf(text);
    if (instant?.zoneAssumed === true) this.note("timestamp-without-zone");
    return instant ?? null;
  }

  /** The cell as a map of text, from JSON; empty when missing or unreadable. */
  map(name: string): Readonly<Record<string, string>> {
    const text = this.text(name);
    if (text === null) return NO_TAGS;
    const tags = this.tagsOf(text);
    if (tags === undefined) this.note("tags-unreadable");
    return tags ?? NO_TAGS;
  }
}

const NO_TAGS: Readonly<Record<string, string>> = Object.freeze({});

function parseTags(text: string): Readonly<Record<string, string>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
    return Object.freeze(
      Object.fromEntries(
        Object.entries(value).map(([key, tag]: [string, unknown]) => [
          key,
          typeof tag === "string" ? tag : tag == null ? "" : JSON.stringify(tag),
        ]),
      ),
    );
  } catch {
    return undefined;
  }
}
