import { DAY_MS, formatInstant } from "@apex/core";
import type { DimensionChart, HourPoint } from "./hourly-maxima.ts";
import { escapeHtml } from "./html-text.ts";

const WIDTH = 720;
const HEIGHT = 150;
const LEFT = 8;
const RIGHT = 96;
const TOP = 20;
const BOTTOM = 22;
/** A gap longer than this is drawn as a gap: nothing was measured there. */
const GAP_MS = 2 * 3_600_000;
/** Day labels that fit side by side. */
const LABELS_MAX = 8;
const LABEL_HEIGHT = 12;

interface Scale {
  readonly x: (ms: number) => number;
  readonly y: (value: number) => number;
}

function scaleOf({ points, evidence }: DimensionChart): Scale {
  const first = points[0]?.startMs ?? 0;
  const last = points.at(-1)?.startMs ?? first;
  const top = Math.max(
    evidence.capacityNow ?? 0,
    evidence.capacityAfter ?? 0,
    evidence.need,
    ...points.map(({ maximum }) => maximum),
    Number.MIN_VALUE,
  );
  const span = Math.max(1, last - first);
  return {
    x: (ms) => LEFT + ((ms - first) / span) * (WIDTH - LEFT - RIGHT),
    y: (value) => HEIGHT - BOTTOM - (value / top) * (HEIGHT - TOP - BOTTOM),
  };
}

const rounded = (value: number) => String(Math.round(value * 10) / 10);

function linePath(points: readonly HourPoint[], scale: Scale): string {
  let previous: HourPoint | undefined;
  return points
    .map((point) => {
      const isGap = previous === undefined || point.startMs - previous.startMs > GAP_MS;
      previous = point;
      return `${isGap ? "M" : "L"}${rounded(scale.x(point.startMs))} ${rounded(scale.y(point.maximum))}`;
    })
    .join("");
}

function dayLabels(points: readonly HourPoint[], scale: Scale): string {
  const days = points.filter(({ startMs }) => startMs % DAY_MS === 0);
  const step = Math.max(1, Math.ceil(days.length / LABELS_MAX));
  return days
    .filter((_, index) => index % step === 0)
    .map(({ startMs }) => {
      const x = rounded(scale.x(startMs));
      const label = formatInstant(startMs).slice(5, 10);
      return `<line class="day" x1="${x}" x2="${x}" y1="${TOP}" y2="${HEIGHT - BOTTOM}"/><text x="${x}" y="${HEIGHT - 8}">${label}</text>`;
    })
    .join("");
}

interface Level {
  readonly className: string;
  readonly label: string;
  readonly value: number;
}

/** Labels at the right edge, moved apart where their lines are close. */
function levelLines(levels: readonly Level[], scale: Scale): string {
  let lowest = Number.NEGATIVE_INFINITY;
  return levels
    .toSorted((a, b) => b.value - a.value)
    .map(({ className, label, value }) => {
      const y = scale.y(value);
      lowest = Math.max(y, lowest + LABEL_HEIGHT);
      const line = `<line class="${className}" x1="${LEFT}" x2="${WIDTH - RIGHT}" y1="${rounded(y)}" y2="${rounded(y)}"/>`;
      return `${line}<text class="${className}" x="${WIDTH - RIGHT + 6}" y="${rounded(lowest + 4)}">${escapeHtml(label)}</text>`;
    })
    .join("");
}

const figure = (value: number) => String(Number(value.toPrecision(3)));

/**
 * A dimension's demand over the look-back as SVG: the highest sample of each hour, the need with headroom, and the capacity
 * before and after. Colours come from the page's classes, so that it reads on light and dark.
 */
export function evidenceChart(chart: DimensionChart): string {
  const { evidence, points } = chart;
  const scale = scaleOf(chart);
  const levels: Level[] = [
    { className: "need", label: `need ${figure(evidence.need)}`, value: evidence.need },
  ];
  if (evidence.capacityNow !== null) {
    levels.push({
      className: "now",
      label: `now ${figure(evidence.capacityNow)}`,
      value: evidence.capacityNow,
    });
  }
  if (evidence.capacityAfter !== null && evidence.capacityAfter !== evidence.capacityNow) {
    const value = evidence.capacityAfter;
    levels.push({ className: "after", label: `after ${figure(value)}`, value });
  }
  const title = `${evidence.dimension}, ${evidence.unit}: highest sample of each hour; need is ${evidence.percentile} with ${Math.round(evidence.headroom * 100)} % headroom`;
  return [
    `<svg class="chart" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(title)}">`,
    `<text class="title" x="${LEFT}" y="12">${escapeHtml(title)}</text>`,
    dayLabels(points, scale),
    `<path class="demand" d="${linePath(points, scale)}"/>`,
    levelLines(levels, scale),
    "</svg>",
  ].join("");
}
