/** The value of a JSON text; `undefined`, which no such text has, for any other. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
