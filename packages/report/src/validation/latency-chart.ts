import type { RunMeasurement, Side, Validation } from "@apex/core";
import { axisFor } from "./chart-axis.ts";
import type { Chart } from "./chart-frame.ts";
import {
  horizontalGrid,
  label,
  type Panel,
  polyline,
  rule,
  type SideLabel,
  sideLabels,
} from "./chart-parts.ts";
import { comparableRuns } from "./side-figures.ts";
import { msText } from "./validation-wording.ts";

const WIDTH = 720;
const HEIGHT = 260;
const PANEL: Panel = { left: 60, right: 596, top: 40, bottom: 216 };
const SIDES: readonly Side[] = ["baseline", "candidate"];
/** Percentiles that are marked along the axis, as far as the requests reach. */
const MARKS = [0, 0.5, 0.9, 0.99, 0.999, 0.9999, 0.99999] as const;
const BOUNDED = { p50: 0.5, p90: 0.9, p95: 0.95, p99: 0.99 } as const;

/** A point of a distribution: the share of requests that took at most so long. */
export interface QuantilePoint {
  readonly share: number;
  readonly ms: number;
}

/** The requests of several runs as one distribution, slowest last. The last request stands for half of itself: nothing is known beyond it. */
export function pooledQuantiles(runs: readonly RunMeasurement[]): readonly QuantilePoint[] {
  const buckets = runs.flatMap(({ latency }) => latency.buckets).toSorted((a, b) => a[0] - b[0]);
  const total = buckets.reduce((sum, [, count]) => sum + count, 0);
  let seen = 0;
  return buckets
    .filter(([, count]) => count > 0)
    .map(([ms, count]) => {
      seen += count;
      return { share: Math.min(seen, total - 0.5) / total, ms };
    });
}

/** Each halving of what is slower takes the same room: HdrHistogram's percentile axis. */
function depth(share: number): number {
  return -Math.log10(1 - share);
}

/** The distribution of latencies of both sides over percentiles, with the bounds that were judged. */
export function latencyChart(validation: Validation): Chart {
  const curves = SIDES.map((side) => ({ side, points: pooledQuantiles(comparableRuns(validation, side)) }));
  const bounds = validation.verdict.comparisons.flatMap(({ metric, bound }) => {
    const share = BOUNDED[metric as keyof typeof BOUNDED];
    return share === undefined || bound === null ? [] : [{ metric, share, ms: bound.value }];
  });
  const deepest = Math.max(...curves.flatMap(({ points }) => points.map(({ share }) => depth(share))), 1);
  const x = (share: number) => PANEL.left + (depth(share) / deepest) * (PANEL.right - PANEL.left);
  const values = [
    ...curves.flatMap(({ points }) => points.map(({ ms }) => ms)),
    ...bounds.map(({ ms }) => ms),
  ];
  const y = axisFor(values, PANEL.bottom, PANEL.top);
  const marks = MARKS.filter((share) => depth(share) <= deepest);
  const ends: SideLabel[] = curves.flatMap(({ side, points }) => {
    const last = points.at(-1);
    return last === undefined
      ? []
      : [{ text: `${side} ${msText(last.ms)}`, y: y.position(last.ms), className: side }];
  });
  const body = [
    label("ms", PANEL.left - 6, PANEL.top - 10, "end"),
    horizontalGrid(y, PANEL),
    ...marks.map(
      (share) =>
        rule([x(share), PANEL.top], [x(share), PANEL.bottom], "grid") +
        label(markText(share), x(share), PANEL.bottom + 14, "middle"),
    ),
    label(
      "share of requests that took at most so long",
      (PANEL.left + PANEL.right) / 2,
      HEIGHT - 12,
      "middle",
    ),
    ...curves.map(({ side, points }) =>
      polyline(
        points.map(({ share, ms }) => [x(share), y.position(ms)] as const),
        `line ${side}`,
      ),
    ),
    ...bounds.map(({ metric, share, ms }) => {
      const at = y.position(ms);
      const mark = rule([x(share) - 26, at], [x(share) + 26, at], "line bound");
      return mark + label(`${metric} bound ${msText(ms)}`, x(share), at - 5, "bound middle");
    }),
    sideLabels(ends, PANEL.right + 8, PANEL),
  ].join("\n");
  return {
    title: "Latency by percentile, from the intended send time",
    description: curves.map(({ side, points }) => sentence(side, points)).join(" "),
    width: WIDTH,
    height: HEIGHT,
    body,
  };
}

function markText(share: number): string {
  // 99.999 as a binary fraction times 100 has a tail.
  return `${String(Number((share * 100).toFixed(4)))} %`;
}

function sentence(side: Side, points: readonly QuantilePoint[]): string {
  if (points.length === 0) return `No faithful run of the ${side}.`;
  const at = (share: number) =>
    msText(points.find((point) => point.share >= share)?.ms ?? points.at(-1)?.ms ?? null);
  return `${side}: half of the requests within ${at(0.5)}, 95 % within ${at(0.95)}, 99 % within ${at(0.99)}.`;
}
