import type { Cancellation, Collected, SampleStatistic, TimeWindow } from "@apex/core";
import { MetricNotes } from "../exports/metrics/metric-notes.ts";
import { type Labels, partOf, pushSamples } from "../exports/metrics/prometheus-labels.ts";
import { PrometheusSeries } from "../exports/metrics/schema.ts";
import { SeriesCollection } from "../exports/metrics/series-collection.ts";
import type { PrometheusApi } from "./api.ts";
import { askInPieces, type PieceAnswer } from "./ask-in-pieces.ts";
import { machineIdOf, type MachineNames, nameLinks } from "./machine-names.ts";
import { type MetricQuery, PERIOD_MS, type QueryFamily, selector } from "./queries.ts";

/** A server, and how its series are told apart. */
export interface PrometheusSource {
  readonly api: PrometheusApi;
  /** Labels that name the machine, the most deliberate first. */
  readonly labels: readonly string[];
  /** Of every selector. */
  readonly matchers: readonly string[];
  readonly names: MachineNames;
}

interface Reading {
  readonly source: PrometheusSource;
  readonly day: TimeWindow;
  readonly notes: MetricNotes;
  readonly signal: Cancellation;
  readonly queries: readonly MetricQuery[];
  readonly idOf: (labels: Labels) => string | undefined;
  /** Machines that a better source knows. */
  readonly left: ReadonlySet<string | undefined>;
}

interface Asked {
  readonly query: MetricQuery;
  readonly statistic: SampleStatistic;
  readonly into: SeriesCollection;
}

/** Machines in one query: with eight GPUs each, a day of them is 230,000 values. */
const MACHINES_MAX = 100;
/** Machines of one server; more are several servers' worth. */
const MACHINES_LISTED_MAX = 100_000;

/**
 * One family of metrics of one day: machines in batches, each with all its metrics, so that a day of a large fleet need not fit in
 * memory. Nothing where the server has none of the metrics.
 */
export async function* readDay(
  source: PrometheusSource,
  family: QueryFamily,
  day: TimeWindow,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const { api } = source;
  const notes = new MetricNotes(api.name);
  const listed = (name: string) => api.series(`${name}${selector(source)}`, day, signal);
  const present = await presentMetrics(source, family, day, signal);
  const queries = family.queries.filter((query) => present.has(query.source));
  if (queries.length === 0) return;
  const links = nameLinks(await listed("kube_node_info"), await listed("node_uname_info"));
  const idOf = (labels: Labels) => machineIdOf(labels, source.labels, source.names, links);
  const { betterSource } = family;
  const left = new Set(betterSource === undefined ? [] : (await listed(betterSource)).map(idOf));
  const reading: Reading = { source, day, notes, signal, queries, idOf, left };
  const { label, batches } = await batchesOf(reading);
  for (const machines of batches) {
    const into = new SeriesCollection();
    for (const query of queries) await readMetric(reading, { query, into, label, machines });
    if (signal.aborted) return;
    for (const series of into.finished(notes)) yield { kind: "samples", series };
  }
  yield* notes.collected();
}

async function readMetric(
  reading: Reading,
  batch: {
    readonly query: MetricQuery;
    readonly into: SeriesCollection;
    readonly label: string;
    readonly machines: readonly string[] | undefined;
  },
): Promise<void> {
  const { source, day, signal } = reading;
  const { query, into, label, machines } = batch;
  for (const { statistic, write } of query.expressions) {
    const question = {
      label,
      write: (matchers: readonly string[]) =>
        write({ machine: source.labels, matchers: [...source.matchers, ...matchers] }),
    };
    for await (const answer of askInPieces(source.api, { machines, window: day }, question, signal)) {
      keepAll(answer, reading, { query, statistic, into });
    }
  }
}

function keepAll(answer: PieceAnswer, reading: Reading, asked: Asked): void {
  const { notes, source } = reading;
  for (const warning of answer.warnings) {
    notes.remark("warning", "prometheus-warning", `Prometheus at ${source.api.name} says: ${warning}`);
  }
  for (const value of answer.series) keep(value, reading, asked);
}

function keep(value: unknown, { notes, source, idOf, left }: Reading, asked: Asked): void {
  const series = PrometheusSeries.safeParse(value);
  if (!series.success) {
    notes.remark("error", "prometheus-malformed", "A series of Prometheus is malformed and was left out");
    return;
  }
  const { metric, values } = series.data;
  const resourceId = idOf(metric);
  if (resourceId === undefined) {
    notes.remark(
      "warning",
      "resource-unnamed",
      `${asked.query.source} has no label that names a machine and was not read`,
      `One of ${source.labels.join(", ")} is needed; name another with --machine-label.`,
    );
    return;
  }
  if (left.has(resourceId)) return;
  const points = asked.into.pointsOf({
    resourceId,
    rule: asked.query.rule,
    part: partOf(metric),
    statistic: asked.statistic,
    periodMs: PERIOD_MS,
    // What was scraped twice, or under two addresses, is one machine.
    repeats: "largest",
  });
  // Prometheus looks back from the time of a value; a sample of ours stands at the start of its period.
  const unreadable = pushSamples(values, points, -PERIOD_MS);
  if (unreadable > 0) {
    const summary = `${unreadable} samples of ${resourceId} have no readable timestamp`;
    notes.remark("error", "timestamp-unreadable", summary);
  }
}

/** Which of the metrics there are: to ask for the others costs time and says nothing. */
async function presentMetrics(
  source: PrometheusSource,
  { queries }: QueryFamily,
  day: TimeWindow,
  signal: Cancellation,
): Promise<ReadonlySet<string>> {
  return new Set(await source.api.labelValues("__name__", anyOf(source, queries), day, signal));
}

/** All machines by the first label of theirs that there is, in batches; at once where none has a value. */
async function batchesOf({ source, queries, day, notes, signal }: Reading): Promise<{
  readonly label: string;
  readonly batches: readonly (readonly string[] | undefined)[];
}> {
  for (const label of source.labels) {
    const values = await source.api.labelValues(label, anyOf(source, queries), day, signal);
    if (values.length === 0) continue;
    if (values.length > MACHINES_LISTED_MAX) {
      const summary = `${values.length} machines are more than ${MACHINES_LISTED_MAX}; the others were not read`;
      notes.remark("warning", "machines-cut", summary, "Collect them in parts with --match.");
    }
    // What lacks the label is asked for too: the empty value.
    const all = [...values.slice(0, MACHINES_LISTED_MAX).toSorted(), ""];
    const count = Math.ceil(all.length / MACHINES_MAX);
    const batches = Array.from({ length: count }, (_, index) =>
      all.slice(index * MACHINES_MAX, (index + 1) * MACHINES_MAX),
    );
    return { label, batches };
  }
  return { label: "instance", batches: [undefined] };
}

function anyOf({ matchers }: PrometheusSource, queries: readonly MetricQuery[]): string {
  const names = queries.map(({ source }) => source).join("|");
  return selector({ matchers }, `__name__=~${JSON.stringify(names)}`);
}
