import type { ReplayInterval, Side, Validation } from "@apex/core";
import { type Axis, axisFor, linearAxisFor } from "./chart-axis.ts";
import type { Chart } from "./chart-frame.ts";
import {
  horizontalGrid,
  label,
  type Panel,
  polyline,
  type SideLabel,
  sideLabels,
  verticalGrid,
} from "./chart-parts.ts";
import { comparableRuns, median } from "./side-figures.ts";
import { figure, msText } from "./validation-wording.ts";

const WIDTH = 720;
const HEIGHT = 330;
const LATENCY: Panel = { left: 60, right: 596, top: 42, bottom: 158 };
const IN_FLIGHT: Panel = { left: 60, right: 596, top: 196, bottom: 292 };
const SIDES: readonly Side[] = ["baseline", "candidate"];
/** More steps than this cannot be told apart on the drawing. */
const STEPS_MAX = 60;

/** A step of a replay: the worst 99th percentile and the most requests in flight in it. */
export interface TimeStep {
  /** Middle of the step, seconds from the start of the replay. */
  readonly seconds: number;
  readonly p99Ms: number | null;
  readonly inFlight: number;
}

function stepsOf(intervals: readonly ReplayInterval[], intervalMs: number): readonly TimeStep[] {
  const each = Math.max(1, Math.ceil(intervals.length / STEPS_MAX));
  return Array.from({ length: Math.ceil(intervals.length / each) }, (_, index) => {
    const part = intervals.slice(index * each, (index + 1) * each);
    const known = part.flatMap(({ p99Ms }) => (p99Ms === null ? [] : [p99Ms]));
    return {
      seconds: ((part[0]?.startMs ?? 0) + (intervalMs * part.length) / 2) / 1000,
      p99Ms: known.length === 0 ? null : Math.max(...known),
      inFlight: Math.max(...part.map(({ inFlight }) => inFlight)),
    };
  });
}

/** The steps of each comparable run of a side, and the medians over these runs. */
export function timeSteps(
  validation: Validation,
  side: Side,
): { readonly runs: readonly (readonly TimeStep[])[]; readonly middle: readonly TimeStep[] } {
  const runs = comparableRuns(validation, side).map((run) => stepsOf(run.intervals, run.intervalMs));
  const length = Math.max(0, ...runs.map((steps) => steps.length));
  const middle = Array.from({ length }, (_, index) => {
    const steps = runs.flatMap((run) => run[index] ?? []);
    return {
      seconds: steps[0]?.seconds ?? 0,
      p99Ms: median(steps.map(({ p99Ms }) => p99Ms)),
      inFlight: median(steps.map(({ inFlight }) => inFlight)) ?? 0,
    };
  });
  return { runs, middle };
}

/** The 99th percentile and the requests in flight over the time of a replay: every run thin, their medians thick. */
export function timeChart(validation: Validation): Chart {
  const sides = SIDES.map((side) => ({ side, ...timeSteps(validation, side) }));
  const all = sides.flatMap(({ runs }) => runs.flat());
  const x = axisFor([Math.max(1, ...all.map(({ seconds }) => seconds))], LATENCY.left, LATENCY.right);
  const latency = axisFor(
    all.flatMap(({ p99Ms }) => p99Ms ?? []),
    LATENCY.bottom,
    LATENCY.top,
  );
  const inFlight = linearAxisFor(
    all.map((step) => step.inFlight),
    IN_FLIGHT.bottom,
    IN_FLIGHT.top,
  );
  const draw = (panel: Panel, axis: Axis, of: (step: TimeStep) => number | null) => {
    const place = (step: TimeStep) => {
      const value = of(step);
      return value === null ? null : ([x.position(step.seconds), axis.position(value)] as const);
    };
    const lines = sides.flatMap(({ side, runs, middle }) => [
      ...runs.map((steps) => polyline(steps.map(place), `line thin ${side}`)),
      polyline(middle.map(place), `line ${side}`),
    ]);
    return [verticalGrid(x, panel), horizontalGrid(axis, panel), ...lines].join("\n");
  };
  const ends = (
    axis: Axis,
    text: (step: TimeStep) => string,
    of: (step: TimeStep) => number | null,
  ): SideLabel[] =>
    sides.flatMap(({ side, middle }) => {
      const last = middle.findLast((step) => of(step) !== null);
      const value = last === undefined ? null : of(last);
      return last === undefined || value === null
        ? []
        : [{ text: `${side} ${text(last)}`, y: axis.position(value), className: side }];
    });
  const body = [
    label("p99, ms", LATENCY.left - 6, LATENCY.top - 8, "end"),
    draw(LATENCY, latency, ({ p99Ms }) => p99Ms),
    sideLabels(
      ends(
        latency,
        ({ p99Ms }) => msText(p99Ms),
        ({ p99Ms }) => p99Ms,
      ),
      LATENCY.right + 8,
      LATENCY,
    ),
    label("in flight", IN_FLIGHT.left - 6, IN_FLIGHT.top - 8, "end"),
    draw(IN_FLIGHT, inFlight, (step) => step.inFlight),
    sideLabels(
      ends(
        inFlight,
        (step) => figure(step.inFlight),
        (step) => step.inFlight,
      ),
      IN_FLIGHT.right + 8,
      IN_FLIGHT,
    ),
    label("seconds from the start of the replay", (LATENCY.left + LATENCY.right) / 2, HEIGHT - 8, "middle"),
  ].join("\n");
  return {
    title: "99th percentile and requests in flight over the replay",
    description: sides.map(({ side, middle }) => sentence(side, middle)).join(" "),
    width: WIDTH,
    height: HEIGHT,
    body,
  };
}

function sentence(side: Side, steps: readonly TimeStep[]): string {
  const first = steps[0];
  const last = steps.at(-1);
  if (first === undefined || last === undefined) return `No faithful run of the ${side}.`;
  const most = Math.max(...steps.map(({ inFlight }) => inFlight));
  return `${side}: at most ${figure(most)} in flight, ${figure(last.inFlight)} at the end; 99th percentile from ${msText(first.p99Ms)} to ${msText(last.p99Ms)}.`;
}
