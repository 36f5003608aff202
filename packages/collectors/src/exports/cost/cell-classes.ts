import type { CellKind } from "./cell-kinds.ts";

/** How a cell looks to a decoder; of a code it sees the text itself. The numbers have room in three bits. */
export const CELL_CLASSES = {
  none: 0,
  /** The bare word NULL. */
  literalNull: 1,
  text: 2,
  /** A number or instant that is none, or is written in a way that only the row-wise reader knows. */
  unusual: 2,
  /** A usage type of the spot market. */
  spot: 3,
  zero: 3,
  positive: 4,
  negative: 5,
  scientific: 6,
  negativeScientific: 7,
  zoned: 3,
  zoneless: 4,
  /** As rows have instants: "2026-11-01T00:00:00Z". */
  plainInstant: 5,
} as const;

/** A longer code is none, whatever it says. */
const CODE_BYTES_MAX = 64;

/** Stands for a code that is too long to be one. */
export const OVERLONG_CODE = "\u0001";

// At most 18 places and 15 digits before the point: what parseDecimal reads to the same number, and DECIMAL(38,18) holds.
const PLAIN = "-?(0|[1-9][0-9]{0,14})([.][0-9]{1,18})?";
/** As DuckDB and Java print doubles: "4.2e-07", "9.0E-6", "1.25E7". */
const SCIENTIFIC = "-?[1-9]([.][0-9]{1,17})?[eE]([+]?0?[1-9]|[+]?1[0-4]|-0?[1-9]|-[12][0-9])";
const INSTANT = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}[T ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]([.]000)?Z?";

function isLiteralNull(cell: string): string {
  return `strlen(${cell}) = 4 AND upper(${cell}) = 'NULL'`;
}

function isInstant(cell: string): string {
  return `(regexp_full_match(${cell}, '${INSTANT}') AND TRY_CAST(${cell}[:10] AS DATE) IS NOT NULL)`;
}

/** The SQL of a cell's class, for all kinds but codes. */
export function classSql(kind: CellKind, cell: string): string {
  const { none, literalNull, text, spot, unusual } = CELL_CLASSES;
  const start = `CASE WHEN ${cell} IS NULL OR ${cell} = '' THEN ${none} WHEN ${isLiteralNull(cell)} THEN ${literalNull}`;
  switch (kind) {
    case "number":
      return `${start} WHEN regexp_full_match(${cell}, '${PLAIN}') THEN ${signSql(cell)}
        WHEN regexp_full_match(${cell}, '${SCIENTIFIC}') THEN ${scientificSql(cell)} ELSE ${unusual} END`;
    case "instant":
      return `${start} WHEN ${isInstant(cell)} THEN ${zoneSql(cell)} ELSE ${unusual} END`;
    case "usage-type":
      return `${start} WHEN contains(${cell}, 'SpotUsage') THEN ${spot} ELSE ${text} END`;
    default:
      return `${start} ELSE ${text} END`;
  }
}

function signSql(cell: string): string {
  const { zero, positive, negative } = CELL_CLASSES;
  return `CASE WHEN starts_with(${cell}, '-') THEN CASE WHEN regexp_full_match(${cell}, '-0([.]0+)?') THEN ${zero} ELSE ${negative} END
    WHEN starts_with(${cell}, '0') AND regexp_full_match(${cell}, '0([.]0+)?') THEN ${zero} ELSE ${positive} END`;
}

function scientificSql(cell: string): string {
  const { scientific, negativeScientific } = CELL_CLASSES;
  return `CASE WHEN starts_with(${cell}, '-') THEN ${negativeScientific} ELSE ${scientific} END`;
}

function zoneSql(cell: string): string {
  const { zoned, zoneless, plainInstant } = CELL_CLASSES;
  return `CASE WHEN NOT ends_with(${cell}, 'Z') THEN ${zoneless} WHEN strlen(${cell}) = 20 AND ${cell}[11] = 'T' THEN ${plainInstant}
    ELSE ${zoned} END`;
}

/** The SQL of a code as rows are told apart by it; never NULL. */
export function codeSql(cell: string): string {
  return `CASE WHEN ${cell} IS NULL THEN '' WHEN strlen(${cell}) <= ${CODE_BYTES_MAX} THEN ${cell} ELSE chr(1) END`;
}

/**
 * The SQL of what a cell holds as a {@link CostRow} has it, NULL for nothing; only for cells whose class is not `unusual`. With the
 * classes, or codes, that occur, it does no more than those need: a column that is as rows have it is copied as it is.
 */
export function valueSql(kind: CellKind, cell: string, seen?: ReadonlySet<number | string>): string {
  const { none, literalNull, zoned, zoneless, scientific, negativeScientific } = CELL_CLASSES;
  const has = (...classes: readonly (number | string)[]): boolean =>
    seen === undefined || classes.some((one) => seen.has(one));
  const hasNull = has(literalNull) || [...(seen ?? [])].some((one) => String(one).toUpperCase() === "NULL");
  const cases = [
    ...(has(none, "") ? [`WHEN ${cell} = '' THEN NULL`] : []),
    ...(hasNull ? [`WHEN ${isLiteralNull(cell)} THEN NULL`] : []),
    ...(kind === "number" && has(scientific, negativeScientific)
      ? [`WHEN contains(${cell}, 'e') OR contains(${cell}, 'E') THEN ${plainSql(cell)}`]
      : []),
  ];
  const value =
    kind === "instant" && has(zoned, zoneless) ? `concat(${cell}[:10], 'T', ${cell}[12:19], 'Z')` : cell;
  return cases.length === 0 ? value : `CASE ${cases.join(" ")} ELSE ${value} END`;
}

/** A scientific number with its digits moved to their places. */
function plainSql(cell: string): string {
  const lower = `lower(${cell})`;
  const places = `CAST(ltrim(split_part(${lower}, 'e', 2), '+-') AS INTEGER)`;
  const mantissa = `ltrim(split_part(${lower}, 'e', 1), '-')`;
  const fraction = `split_part(${mantissa}, '.', 2)`;
  const digits = `rtrim(replace(${mantissa}, '.', ''), '0')`;
  const large = `CASE WHEN strlen(${fraction}) <= ${places}
    THEN concat(replace(${mantissa}, '.', ''), repeat('0', ${places} - strlen(${fraction})))
    ELSE concat(${mantissa}[1], ${fraction}[:${places}], '.', ${fraction}[${places} + 1:]) END`;
  const small = `concat('0.', repeat('0', ${places} - 1), ${digits})`;
  return `concat(CASE WHEN starts_with(${cell}, '-') THEN '-' ELSE '' END,
    CASE WHEN contains(${lower}, 'e-') THEN ${small} ELSE ${large} END)`;
}
