/** The columns of a metrics table and where they lie; `undefined` for optional ones that are missing. */
export interface MetricColumns {
  readonly resourceId: number;
  readonly metric: number;
  readonly timestamp: number;
  readonly value: number;
  readonly statistic: number | undefined;
  readonly unit: number | undefined;
  readonly part: number | undefined;
  readonly period: number | undefined;
  readonly ignored: readonly string[];
}

/** What each column may be called, without case and punctuation; where a table has several of them, the first counts. */
const NAMES = {
  resourceId: ["resourceid", "instanceid", "resource"],
  metric: ["metric", "metricname"],
  timestamp: ["timestamp", "time", "timestampms", "timems", "ts"],
  value: ["value"],
  statistic: ["statistic", "stat"],
  unit: ["unit"],
  part: ["part", "gpu"],
  period: ["period", "periodseconds"],
} as const;

/** Finds the columns of a metrics table; the names of the missing ones when it is none. */
export function metricColumns(
  names: readonly string[],
): MetricColumns | { readonly missing: readonly string[] } {
  const plain = names.map((name) => name.toLowerCase().replaceAll(/[^a-z]/g, ""));
  const find = (key: keyof typeof NAMES): number | undefined => {
    const name = NAMES[key].find((one) => plain.includes(one));
    return name === undefined ? undefined : plain.indexOf(name);
  };
  const [resourceId, metric, timestamp, value] = [
    find("resourceId"),
    find("metric"),
    find("timestamp"),
    find("value"),
  ];
  if (resourceId === undefined || metric === undefined || timestamp === undefined || value === undefined) {
    const found = { resource_id: resourceId, metric, timestamp, value };
    return { missing: Object.entries(found).flatMap(([name, index]) => (index === undefined ? [name] : [])) };
  }
  const optional = {
    statistic: find("statistic"),
    unit: find("unit"),
    part: find("part"),
    period: find("period"),
  };
  const used = [resourceId, metric, timestamp, value, ...Object.values(optional)];
  const ignored = names.filter((_, index) => !used.includes(index));
  return { resourceId, metric, timestamp, value, ...optional, ignored };
}
