/** Rows in the pieces that one INSERT takes: PostgreSQL allows it 65,535 parameters. */
export function* inBatches<T>(rows: readonly T[], rowsMax = 1_000): Generator<T[]> {
  for (let start = 0; start < rows.length; start += rowsMax) yield rows.slice(start, start + rowsMax);
}
