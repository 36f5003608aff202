/**
 * A function of an object that never changes, computed once for each object and kept as long as that lives. Only for what is never
 * `undefined`; a computation that throws is done again.
 */
export function oncePer<K extends object, V extends object>(compute: (key: K) => V): (key: K) => V {
  const known = new WeakMap<K, V>();
  return (key) => {
    let value = known.get(key);
    if (value === undefined) known.set(key, (value = compute(key)));
    return value;
  };
}
