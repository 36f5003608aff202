/** A published layout of recorded CPU, told by the names of its columns. */
export interface TraceLayout {
  readonly title: string;
  /** Where machines come from: a column, or the file itself. */
  readonly isOneMachine: boolean;
  /**
   * SQL over the text columns c0, c1, …: machine, start of the period in epoch ms, length in ms, percent of the
   * machine or MHz used, vCPU, MHz provisioned. What a layout lacks is NULL.
   */
  readonly selection: readonly string[];
}

/** What the `staged` table of a trace has, in this order. */
const COLUMNS = ["machine", "start_ms", "length_ms", "percent", "mhz", "vcpu", "capacity_mhz"] as const;

type Column = (typeof COLUMNS)[number];

/** Five minutes: the period of every layout here that does not give its own. */
export const TRACE_PERIOD_MS = 300_000;

interface KnownLayout {
  readonly title: string;
  readonly names: readonly string[];
  readonly columns: (column: (name: string) => string) => Readonly<Partial<Record<Column, string>>>;
}

/** 1973 in ms: smaller numbers are seconds. */
const INSTANT_MIN_MS = "1e11";

function instant(text: string): string {
  const number = `try_cast(${text} AS DOUBLE)`;
  return `CASE WHEN ${number} IS NULL THEN epoch_ms(try_cast(${text} AS TIMESTAMPTZ))::DOUBLE
    WHEN ${number} < ${INSTANT_MIN_MS} THEN round(${number} * 1000) ELSE round(${number}) END`;
}

function number(text: string): string {
  return `try_cast(${text} AS DOUBLE)`;
}

const LAYOUTS: readonly KnownLayout[] = [
  {
    title: "OpenDC trace",
    names: ["vm_id", "timestamp_utc", "duration_ms", "cpu_count", "cpu_usage_mhz"],
    columns: (column) => ({
      machine: column("vm_id"),
      // Its timestamps mark the end; equal neighbours are folded into one row.
      start_ms: `${instant(column("timestamp_utc"))} - ${number(column("duration_ms"))}`,
      length_ms: number(column("duration_ms")),
      mhz: number(column("cpu_usage_mhz")),
      vcpu: number(column("cpu_count")),
    }),
  },
  {
    title: "OpenDC machines",
    names: ["vm_id", "cpu_capacity_mhz"],
    columns: (column) => ({
      machine: column("vm_id"),
      capacity_mhz: number(column("cpu_capacity_mhz")),
    }),
  },
  {
    title: "GWA-T-12 (Bitbrains)",
    names: ["timestamp [ms]", "cpu cores", "cpu capacity provisioned [mhz]", "cpu usage [mhz]"],
    columns: (column) => ({
      start_ms: instant(column("timestamp [ms]")),
      mhz: number(column("cpu usage [mhz]")),
      vcpu: number(column("cpu cores")),
      capacity_mhz: number(column("cpu capacity provisioned [mhz]")),
    }),
  },
  {
    title: "PlanetLab",
    names: ["day", "vm", "sample_index_5min", "cpu_percent"],
    columns: (column) => ({
      // One of its machines is another one on another day.
      machine: `${column("vm")} || ' ' || ${column("day")}`,
      start_ms: `epoch_ms(try_strptime(${column("day")}, '%Y%m%d'))::DOUBLE + ${number(column("sample_index_5min"))} * ${TRACE_PERIOD_MS}`,
      percent: number(column("cpu_percent")),
    }),
  },
  {
    title: "timestamp and percent (NAB)",
    names: ["timestamp", "value"],
    columns: (column) => ({
      start_ms: instant(column("timestamp")),
      percent: number(column("value")),
    }),
  },
];

/** The layout of a file with these columns; `undefined` for any other file. */
export function traceLayout(names: readonly string[]): TraceLayout | undefined {
  const lower = names.map((name) => name.trim().toLowerCase());
  const found = LAYOUTS.find(
    (layout) =>
      layout.names.every((name) => lower.includes(name)) &&
      // Two bare columns are of this layout only when there is nothing else: a table of samples has more.
      (layout.names.length > 2 || layout.names[0] === "vm_id" || lower.length === layout.names.length),
  );
  if (found === undefined) return undefined;
  const selected = found.columns((name) => `trim(c${lower.indexOf(name)})`);
  return {
    title: found.title,
    isOneMachine: selected.machine === undefined,
    selection: COLUMNS.map((column) => `${selected[column] ?? "NULL"} AS ${column}`),
  };
}
