import { GCE_MACHINES, METABASE } from "../fleet/gcp.ts";
import { type Signal, samplesOf } from "../signal.ts";
import { SAMPLES, timeOf } from "../time-grid.ts";

interface Column {
  readonly resourceId: string;
  readonly metric: string;
  readonly unit: string;
  readonly signal: Signal;
}

const COLUMNS: readonly Column[] = [
  ...GCE_MACHINES.flatMap((machine): Column[] => [
    { resourceId: machine.name, metric: "CPUUtilization", unit: "Percent", signal: machine.load.cpu },
    ...(machine.load.memory === undefined
      ? []
      : [
          {
            resourceId: machine.name,
            metric: "mem_used_percent",
            unit: "Percent",
            signal: machine.load.memory,
          },
        ]),
    {
      resourceId: machine.name,
      metric: "network_in_bytes_per_second",
      unit: "Bytes/Second",
      signal: machine.load.networkIn,
    },
    {
      resourceId: machine.name,
      metric: "network_out_bytes_per_second",
      unit: "Bytes/Second",
      signal: machine.load.networkOut,
    },
  ]),
  { resourceId: METABASE.name, metric: "CPUUtilization", unit: "Percent", signal: METABASE.cpu },
  { resourceId: METABASE.name, metric: "mem_used_percent", unit: "Percent", signal: METABASE.memory },
];

/** What the analytics team's notebook wrote out of Cloud Monitoring: one row a sample, sorted by series. */
export function renderGcpMetrics(): string {
  const lines = ["resource_id,metric,timestamp,value,statistic,unit"];
  for (const { resourceId, metric, unit, signal } of COLUMNS) {
    const samples = samplesOf({ ...signal, ceiling: signal.ceiling ?? 1e12 }, `${resourceId} ${metric}`);
    for (let k = 0; k < SAMPLES; k += 1) {
      const time = new Date(timeOf(k)).toISOString().replace(".000Z", "Z");
      lines.push(`${resourceId},${metric},${time},${samples[k] ?? 0},Average,${unit}`);
    }
  }
  return `${lines.join("\n")}\n`;
}
