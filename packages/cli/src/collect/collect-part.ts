import {
  AdapterError,
  type CollectionPart,
  type CostBatch,
  type CostStore,
  type MetricSeries,
} from "@apex/core";
import type { CollectionRound, PartFailure } from "@apex/store";

/** What a part brought, apart from what lies in its file. */
export interface CollectedPart {
  readonly series: readonly MetricSeries[];
  readonly costRows: number;
}

/**
 * Collects one part into its file, and its bills into their store. Samples are returned: they are written together with those of
 * other parts. A part that fails leaves what it yielded in an earlier round. Throws the part's AdapterError.
 */
export async function collectPart(
  part: CollectionPart,
  writer: ReturnType<CollectionRound["part"]>,
  costs: CostStore,
  signal: AbortSignal,
): Promise<CollectedPart> {
  const series: MetricSeries[] = [];
  let costRows = 0;
  async function* billed(): AsyncGenerator<CostBatch> {
    for await (const item of part.collect(signal)) {
      signal.throwIfAborted();
      if (item.kind === "samples") series.push(item.series);
      else if (item.kind === "cost") {
        costRows += item.rows.length;
        yield item.rows;
      } else if (item.kind === "cost-table") {
        costRows += item.table.rowCount;
        yield item.table;
      } else await writer.add(item);
    }
  }
  const rows = billed();
  try {
    const first = await rows.next();
    // Few parts have bills: without a row the store is not touched.
    if (first.done !== true) await costs.replacePeriods(withFirst(first.value, rows));
    signal.throwIfAborted();
    await writer.commit();
    return { series, costRows };
  } finally {
    // A store that fails before it reads leaves the part waiting, with its place in the account's region.
    await rows.return(undefined);
    await writer.discard();
  }
}

async function* withFirst<T>(first: T, rest: AsyncIterable<T>): AsyncGenerator<T> {
  yield first;
  yield* rest;
}

/** Why a part is missing; `undefined` for what is no failure of the world outside. */
export function failureOf(part: CollectionPart, error: unknown): PartFailure | undefined {
  if (!(error instanceof AdapterError)) return undefined;
  const isPassing = error.kind === "throttled" || error.kind === "unavailable";
  return { key: part.key, title: part.title, reason: error.message, isPassing };
}
