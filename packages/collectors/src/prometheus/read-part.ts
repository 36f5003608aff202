import type { Cancellation, Collected, SampleStatistic, TimeWindow } from "@apex/core";
import { MetricNotes } from "../exports/metrics/metric-notes.ts";
import { type Labels, partOf, pushSamples } from "../exports/metrics/prometheus-labels.ts";
import { PrometheusSeries } from "../exports/metrics/schema.ts";
import { SeriesCollection } from "../exports/metrics/series-collection.ts";
import type { PrometheusApi } from "./api.ts";
import { askInPieces, type PieceAnswer } from "./ask-in-pieces.ts";
import { machineIdOf, type MachineNames, nameLinks, type NameLinks } from "./machine-names.ts";
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

/** What is read at once: machines that one label tells apart, a family of metrics, a day or less. */
export interface MetricBatch {
  readonly family: QueryFamily;
  readonly label: string;
  /** Values of the label; the empty one stands for series without it. */
  readonly machines: readonly string[];
  readonly window: TimeWindow;
}

interface Reading {
  readonly source: PrometheusSource;
  readonly batch: MetricBatch;
  readonly notes: MetricNotes;
  readonly signal: Cancellation;
  readonly idOf: (labels: Labels) => string | undefined;
  /** Machines that a better source knows. */
  readonly left: ReadonlySet<string | undefined>;
}

interface Asked {
  readonly query: MetricQuery;
  readonly statistic: SampleStatistic;
  readonly into: SeriesCollection;
}

/** Yields nothing where the server has none of the metrics. */
export async function* readPart(
  source: PrometheusSource,
  batch: MetricBatch,
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const { api, names } = source;
  const { family, window } = batch;
  const notes = new MetricNotes(api.name);
  const links = await linksOf(source, window, signal);
  const idOf = (labels: Labels) => machineIdOf(labels, source.labels, names, links);
  const machines = batch.machines.filter(
    (name) => name === "" || names.isEmpty || names.has(idOf({ [batch.label]: name })),
  );
  if (!machines.some((name) => name !== "") && batch.machines.some((name) => name !== "")) return;
  const present = await presentMetrics(source, family.queries, window, signal);
  const queries = family.queries.filter((query) => present.has(query.source));
  const left = new Set(
    family.betterSource === undefined || queries.length === 0
      ? []
      : (await listed(source, family.betterSource, window, signal)).map(idOf),
  );
  const reading: Reading = { source, batch: { ...batch, machines }, notes, signal, idOf, left };
  const into = new SeriesCollection();
  for (const query of queries) await readMetric(reading, query, into);
  if (signal.aborted) return;
  for (const series of into.finished(notes)) yield { kind: "samples", series };
  yield* notes.collected();
}

/**
 * Says when no machine of a family is in the inventory: then the label is another one, and all would be missing without a word.
 */
export async function* checkNames(
  source: PrometheusSource,
  batches: readonly MetricBatch[],
  signal: Cancellation,
): AsyncGenerator<Collected> {
  const { names, api } = source;
  const [first] = batches;
  if (names.isEmpty || first === undefined) return;
  const links = await linksOf(source, first.window, signal);
  const machines = batches.flatMap(({ label, machines }) =>
    machines.filter((name) => name !== "").map((name) => ({ [label]: name })),
  );
  if (machines.length === 0) return;
  if (machines.some((labels) => names.has(machineIdOf(labels, source.labels, names, links)))) return;
  const some = machines.slice(0, 3).map((labels) => Object.entries(labels).flat().join("="));
  yield {
    kind: "diagnostic",
    diagnostic: {
      severity: "warning",
      code: "machines-unknown",
      summary: `None of the ${machines.length} machines in ${first.family.title} of Prometheus at ${api.name} is in the inventory: ${some.join(", ")}`,
      detail:
        "Name the label that holds an instance id, a private address or host name with --machine-label, or collect the inventory first.",
    },
  };
}

/** Which of the metrics there are: to ask for the others costs time and says nothing. */
export async function presentMetrics(
  { api, matchers }: PrometheusSource,
  queries: readonly MetricQuery[],
  window: TimeWindow,
  signal: Cancellation,
): Promise<ReadonlySet<string>> {
  return new Set(await api.labelValues("__name__", anyOf(matchers, queries), window, signal));
}

/** The selector of all series that the queries are asked of. */
export function anyOf(matchers: readonly string[], queries: readonly MetricQuery[]): string {
  const names = queries.map(({ source }) => source).join("|");
  return selector({ matchers }, `__name__=~${JSON.stringify(names)}`);
}

function listed({ api, matchers }: PrometheusSource, name: string, window: TimeWindow, signal: Cancellation) {
  return api.series(`${name}${selector({ matchers })}`, window, signal);
}

/** By server and window: all batches of a day need the same. */
const linksKnown = new WeakMap<PrometheusSource, Map<string, Promise<NameLinks>>>();
/** Parts run in the order of days, a few at a time. */
const LINKS_KEPT_MAX = 4;

function linksOf(source: PrometheusSource, window: TimeWindow, signal: Cancellation): Promise<NameLinks> {
  const known = linksKnown.get(source) ?? new Map<string, Promise<NameLinks>>();
  linksKnown.set(source, known);
  const key = `${window.startMs}-${window.endMs}`;
  const found = known.get(key);
  if (found !== undefined) return found;
  const links = (async () =>
    nameLinks(
      await listed(source, "kube_node_info", window, signal),
      await listed(source, "node_uname_info", window, signal),
    ))();
  known.set(key, links);
  // What failed is asked again by the next part.
  links.catch(() => known.delete(key));
  const [oldest] = known.keys();
  if (known.size > LINKS_KEPT_MAX && oldest !== undefined) known.delete(oldest);
  return links;
}

async function readMetric(reading: Reading, query: MetricQuery, into: SeriesCollection): Promise<void> {
  const { source, batch, signal } = reading;
  for (const { statistic, write } of query.expressions) {
    const question = {
      label: batch.label,
      write: (matchers: readonly string[]) =>
        write({
          machine: source.labels,
          matchers: [...source.matchers, ...matchers],
          common: source.matchers,
        }),
    };
    for await (const answer of askInPieces(source.api, batch, question, signal)) {
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
