/** A block of a `.tf.json` file: the labels below those that were asked for, and its arguments. */
export interface JsonBlock {
  readonly labels: readonly string[];
  readonly body: Readonly<Record<string, unknown>>;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** HCL's JSON syntax takes a list of objects wherever it takes an object. */
function bodies(value: unknown): readonly Readonly<Record<string, unknown>>[] {
  return (Array.isArray(value) ? value : [value]).filter(isRecord);
}

/**
 * The blocks of JSON configuration under a path (`["module"]`, `["data", "terraform_remote_state"]`) that have one
 * label more.
 */
export function labelledBlocks(root: unknown, path: readonly string[]): readonly JsonBlock[] {
  let level = bodies(root);
  for (const name of path) level = level.flatMap((body) => bodies(body[name]));
  return level.flatMap((named) =>
    Object.entries(named).flatMap(([label, value]) =>
      bodies(value).map((body) => ({ labels: [label], body })),
    ),
  );
}
