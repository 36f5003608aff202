import { z } from "zod";
import type { ServicePriceTable } from "../price-book.ts";
import { PRICE_SERVICES, type PriceService } from "../price-service.ts";

/** The form of the files of a synced catalogue; another number is another form. */
const FORMAT = "apex-prices/1";

const DAY = z.string().regex(/^\d{4}-\d\d-\d\d$/);
/** Names, regions and prices stand in lines that spaces divide; nothing else gets in. */
const ROWS = z.string().regex(/^(?:[\w.:+-]+(?: [\w.:+-]+)* \d{1,12}(?:\.\d{1,30})?(?:\n|$))+$/);

const HEADER = z.object({
  format: z.literal(FORMAT),
  provider: z.enum(["aws", "gcp"]),
  /** "AmazonEC2", "AWSComputeSavingsPlan", "spot". */
  list: z.string().regex(/^[A-Za-z0-9-]{1,60}$/),
  region: z.string().regex(/^[a-z0-9-]{1,40}$/),
  /** When the list was published. */
  date: DAY,
  /** Where it was read, for the next sync. */
  source: z.string().max(2000),
  etag: z.string().max(300).optional(),
  syncedAt: z.iso.datetime(),
  tables: z.number().int().nonnegative(),
  prices: z.number().int().nonnegative(),
  ambiguous: z.number().int().nonnegative(),
});

/** What a file of a synced catalogue says of itself in its first line. */
export type PriceFileHeader = z.infer<typeof HEADER>;

const TABLE = z.object({
  service: z.enum(PRICE_SERVICES as readonly [PriceService, ...PriceService[]]),
  region: z.string().regex(/^[a-z0-9-]{1,40}$/),
  variant: z.string().regex(/^[\w ./-]{1,100}$/),
  label: z.string().max(200).exactOptional(),
  origin: z.string().max(200),
  date: DAY,
  licence: z.string().max(200),
  rows: ROWS,
});

/**
 * The text of a price file: a header and one line of JSON for each table. Throws a RangeError that says which line
 * {@link readPriceFile} would refuse.
 */
export function writePriceFile(
  header: Omit<PriceFileHeader, "format" | "tables">,
  tables: readonly ServicePriceTable[],
): string {
  const first: PriceFileHeader = { format: FORMAT, ...header, tables: tables.length };
  const lines = [valid(HEADER, first, 1), ...tables.map((table, index) => valid(TABLE, table, index + 2))];
  return `${lines.map((line) => JSON.stringify(line)).join("\n")}\n`;
}

/** The header alone, without looking at the prices. Throws a RangeError that says what is wrong. */
export function readPriceFileHeader(text: string): PriceFileHeader {
  const end = text.indexOf("\n");
  return checked(HEADER, end < 0 ? text : text.slice(0, end), 1);
}

/** Reads what {@link writePriceFile} wrote. Throws a RangeError that says which line is wrong. */
export function readPriceFile(text: string): {
  readonly header: PriceFileHeader;
  readonly tables: readonly ServicePriceTable[];
} {
  const [first = "", ...rest] = text.split("\n").filter((line) => line !== "");
  const header = checked(HEADER, first, 1);
  const tables = rest.map((line, index) => checked(TABLE, line, index + 2));
  if (tables.length !== header.tables) {
    throw new RangeError(`it holds ${tables.length} of its ${header.tables} tables`);
  }
  return { header, tables };
}

function checked<T>(schema: z.ZodType<T>, line: string, number: number): T {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    throw new RangeError(`line ${number} is not JSON`);
  }
  return valid(schema, json, number);
}

function valid<T>(schema: z.ZodType<T>, json: unknown, number: number): T {
  const parsed = schema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new RangeError(`line ${number}: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not valid"}`);
}
