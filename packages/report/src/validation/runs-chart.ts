import type { MetricComparison, RunMeasurement, Side, Validation } from "@apex/core";
import { type Axis, axisFor } from "./chart-axis.ts";
import type { Chart } from "./chart-frame.ts";
import { label, px, rule, verticalGrid } from "./chart-parts.ts";
import { comparableRuns } from "./side-figures.ts";
import { msText } from "./validation-wording.ts";

const WIDTH = 720;
const LEFT = 128;
const RIGHT = 596;
const TOP = 34;
const ROW_HEIGHT = 22;
/** Above the rows of a metric, for the name of its bound. */
const METRIC_GAP = 20;
const BELOW = 36;
const SIDES: readonly Side[] = ["baseline", "candidate"];
const METRICS = ["p50", "p90", "p95", "p99"] as const;
type LatencyMetric = (typeof METRICS)[number];

const VALUE: Readonly<Record<LatencyMetric, (run: RunMeasurement) => number | null>> = {
  p50: ({ latency }) => latency.p50Ms,
  p90: ({ latency }) => latency.p90Ms,
  p95: ({ latency }) => latency.p95Ms,
  p99: ({ latency }) => latency.p99Ms,
};

interface Group {
  readonly metric: LatencyMetric;
  readonly comparison: MetricComparison;
  readonly values: Readonly<Record<Side, readonly number[]>>;
}

function groupsOf(validation: Validation): readonly Group[] {
  return METRICS.flatMap((metric) => {
    const comparison = validation.verdict.comparisons.find((candidate) => candidate.metric === metric);
    if (comparison === undefined) return [];
    const values = (side: Side) =>
      comparableRuns(validation, side).flatMap((run) => VALUE[metric](run) ?? []);
    return [{ metric, comparison, values: { baseline: values("baseline"), candidate: values("candidate") } }];
  });
}

/** Every run's percentiles as dots, the candidate's interval, and the bound it is held against. One run is one dot. */
export function runsChart(validation: Validation): Chart {
  const groups = groupsOf(validation);
  const all = groups.flatMap(({ values, comparison }) => [
    ...values.baseline,
    ...values.candidate,
    ...(comparison.bound === null ? [] : [comparison.bound.value]),
    ...(comparison.candidateInterval === null ? [] : [comparison.candidateInterval.high]),
  ]);
  const x = axisFor(all, LEFT, RIGHT);
  const bottom = TOP + groups.length * (SIDES.length * ROW_HEIGHT + METRIC_GAP);
  const body = [
    verticalGrid(x, { left: LEFT, right: RIGHT, top: TOP, bottom }),
    ...groups.map((group, index) =>
      drawGroup(group, x, TOP + index * (SIDES.length * ROW_HEIGHT + METRIC_GAP)),
    ),
    label("ms", (LEFT + RIGHT) / 2, bottom + 28, "middle"),
  ].join("\n");
  return {
    title: "Latency of every run, and the bound",
    description:
      groups.length === 0 ? "No latency was compared." : groups.map((group) => sentence(group)).join(" "),
    width: WIDTH,
    height: bottom + BELOW,
    body,
  };
}

function drawGroup({ metric, comparison, values }: Group, x: Axis, top: number): string {
  const { bound, candidateInterval } = comparison;
  const row = (side: Side) => top + METRIC_GAP + (SIDES.indexOf(side) + 0.5) * ROW_HEIGHT;
  const parts = SIDES.flatMap((side) => [
    label(`${metric} ${side}`, LEFT - 10, row(side) + 4, `end ${side}`),
    ...values[side].map(
      (value) => `<circle class="dot ${side}" cx="${px(x.position(value))}" cy="${px(row(side))}" r="4"/>`,
    ),
  ]);
  if (candidateInterval !== null) {
    const y = row("candidate");
    const from = [x.position(candidateInterval.low), y] as const;
    parts.unshift(rule(from, [x.position(candidateInterval.high), y], "line candidate span"));
  }
  if (bound !== null) {
    const at = x.position(bound.value);
    parts.push(rule([at, top + METRIC_GAP - 4], [at, row("candidate") + ROW_HEIGHT / 2], "line bound"));
    parts.push(label(`bound ${msText(bound.value)}`, at, top + METRIC_GAP - 8, "bound middle"));
  }
  return parts.join("");
}

function sentence({ metric, values, comparison }: Group): string {
  const range = (side: Side) => {
    const found = values[side];
    if (found.length === 0) return `no run of the ${side}`;
    return `${side} ${msText(Math.min(...found))} to ${msText(Math.max(...found))} in ${found.length} runs`;
  };
  const bound = comparison.bound === null ? "no bound" : `bound ${msText(comparison.bound.value)}`;
  return `${metric}: ${range("baseline")}, ${range("candidate")}, ${bound}.`;
}
