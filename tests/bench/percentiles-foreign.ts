import type { DuckDBConnection } from "@duckdb/node-api";
import { bothOf, type Percentiles, type PercentileSource, withDuckdb } from "./percentiles-readers.ts";

/** Bits of a resource's code, beside six of the metric's: together an INTEGER. */
const RESOURCE_BITS = 25;
const METRICS_MAX = 64;

interface Slot {
  readonly name: string;
  readonly values: Float64Array;
  filled: number;
}

/**
 * Apex from Parquet in any order: DuckDB reads it, with resource and metric as one number, into an array per series; then as from
 * segments. The number is made of the resource's hash, which DuckDB computes once for each entry of a column's dictionary and not for
 * each row, and of bits that tell all resources of the file apart.
 */
export async function fromParquet({ parquet }: PercentileSource): Promise<Percentiles> {
  return withDuckdb(async (connection) => {
    const rows = `read_parquet('${parquet}')`;
    const heads = await connection.runAndReadAll(
      `SELECT resource, metric, count(*) FROM ${rows} GROUP BY ALL ORDER BY ALL`,
    );
    const series = heads.getRows().map(([resource, metric, count]) => ({
      resource: String(resource),
      metric: String(metric),
      slot: {
        name: `${String(resource)} ${String(metric)}`,
        values: new Float64Array(Number(count)),
        filled: 0,
      },
    }));
    const metrics = [...new Set(series.map(({ metric }) => metric))];
    if (metrics.length > METRICS_MAX) throw new Error(`more than ${METRICS_MAX} metrics`);
    const { shift, codes } = await codesOf(connection, [...new Set(series.map(({ resource }) => resource))]);
    const table = new SlotTable(series.length);
    for (const { resource, metric, slot } of series) {
      table.add((codes.get(resource) ?? 0) * METRICS_MAX + metrics.indexOf(metric), slot);
    }
    const stream = await connection.stream(
      `SELECT ${resourceCode("resource", shift)} * ${METRICS_MAX} + list_position(${sqlList(metrics)}, metric)::INTEGER - 1, value
       FROM ${rows}`,
    );
    for (let chunk = await stream.fetchChunk(); chunk !== null && chunk.rowCount > 0; ) {
      const code = chunk.getColumnVector(0);
      const value = chunk.getColumnVector(1);
      // Each look at it is a call into DuckDB.
      const { rowCount } = chunk;
      for (let row = 0; row < rowCount; row++) {
        const slot = table.find(code.getItem(row) as number);
        slot.values[slot.filled++] = value.getItem(row) as number;
      }
      chunk = await stream.fetchChunk();
    }
    return new Map(series.map(({ slot }) => [slot.name, bothOf(slot.values)]));
  });
}

function resourceCode(column: string, shift: number): string {
  return `((hash(${column}) >> ${shift}) % ${2 ** RESOURCE_BITS})::INTEGER`;
}

/** The first bits of the hashes in which no two of the resources are alike. */
async function codesOf(
  connection: DuckDBConnection,
  resources: readonly string[],
): Promise<{ readonly shift: number; readonly codes: ReadonlyMap<string, number> }> {
  for (let shift = 0; shift + RESOURCE_BITS <= 64; shift++) {
    const found = await connection.runAndReadAll(
      `SELECT name, ${resourceCode("name", shift)} FROM (SELECT unnest(${sqlList(resources)}) AS name)`,
    );
    const codes = new Map(found.getRows().map(([name, code]) => [String(name), Number(code)]));
    if (new Set(codes.values()).size === resources.length) return { shift, codes };
  }
  throw new Error("no bits of the hashes tell the resources apart");
}

function sqlList(texts: readonly string[]): string {
  return `[${texts.map((text) => `'${text.replaceAll("'", "''")}'`).join(", ")}]`;
}

/** Finds the series of a code: open addressing, without a Map's object for each large number. */
class SlotTable {
  private readonly mask: number;
  private readonly keys: Int32Array;
  private readonly slots: (Slot | undefined)[];

  constructor(count: number) {
    const size = 2 ** Math.ceil(Math.log2(count * 4 + 1));
    this.mask = size - 1;
    this.keys = new Int32Array(size).fill(-1);
    this.slots = Array.from({ length: size }, () => undefined);
  }

  add(code: number, slot: Slot): void {
    let at = this.start(code);
    while (this.keys[at] !== -1) at = (at + 1) & this.mask;
    this.keys[at] = code;
    this.slots[at] = slot;
  }

  find(code: number): Slot {
    let at = this.start(code);
    while (this.keys[at] !== code && this.keys[at] !== -1) at = (at + 1) & this.mask;
    const slot = this.slots[at];
    if (slot === undefined) throw new Error("a row of a series that was not counted");
    return slot;
  }

  /** Knuth's multiplicative hash: the metrics of a resource have neighbouring codes. */
  private start(code: number): number {
    return (Math.imul(code, 0x9e37_79b1) >>> 7) & this.mask;
  }
}
