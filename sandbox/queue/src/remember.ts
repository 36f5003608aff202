/** So many runs are remembered. */
const REMEMBERED_MAX = 10_000;

/** Notes something of a run by its key; before it would be of too many, all that was noted is forgotten. */
export function remember<Value>(known: Map<string, Value>, key: string, value: Value): void {
  if (known.size >= REMEMBERED_MAX) known.clear();
  known.set(key, value);
}
