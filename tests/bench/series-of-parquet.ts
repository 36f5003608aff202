import { METRIC_NAMES, type MetricSeries } from "@apex/core";
import type { DuckDBConnection } from "@duckdb/node-api";

/** Series of five minutes from Parquet in the order of its series: how the benches fill a store with what peers read. */
export async function* seriesOfParquet(
  connection: DuckDBConnection,
  file: string,
): AsyncGenerator<MetricSeries> {
  const stream = await connection.stream(
    `SELECT resource, metric, CAST(time_ms AS DOUBLE), value FROM read_parquet('${file}')`,
  );
  let resourceId: string | undefined;
  let metric: string | undefined;
  let times: number[] = [];
  let values: number[] = [];
  const made = (): MetricSeries | undefined => {
    const name = METRIC_NAMES.find((one) => one === metric);
    if (resourceId === undefined || name === undefined) return undefined;
    return {
      resourceId,
      metric: name,
      statistic: "maximum",
      periodMs: 300_000,
      timestampsMs: Float64Array.from(times),
      values: Float64Array.from(values),
    };
  };
  for (;;) {
    const chunk = await stream.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const [resources, metrics, at, value] = [0, 1, 2, 3].map((column) => chunk.getColumnVector(column));
    const { rowCount } = chunk;
    for (let row = 0; row < rowCount; row++) {
      const id = String(resources?.getItem(row));
      const name = String(metrics?.getItem(row));
      if (id !== resourceId || name !== metric) {
        const series = made();
        if (series !== undefined) yield series;
        [resourceId, metric, times, values] = [id, name, [], []];
      }
      times.push(Number(at?.getItem(row)));
      values.push(Number(value?.getItem(row)));
    }
  }
  const series = made();
  if (series !== undefined) yield series;
}
