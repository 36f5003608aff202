import { figure } from "./validation-wording.ts";

/** Where values lie between two ends of a drawing, and what is written along it. */
export interface Axis {
  readonly position: (value: number) => number;
  readonly ticks: readonly { readonly position: number; readonly label: string }[];
}

/** From this ratio of largest to smallest value on, the small ones would be flat on a linear axis. */
const LOG_RATIO_MIN = 25;
const TICKS_MAX = 6;
const TICK_STEPS = [1, 2, 5] as const;
/** A nanosecond, in milliseconds: nothing that is drawn is smaller, but for zero. */
const VALUE_MIN = 1e-6;
const VALUE_MAX = 1e15;

/** An axis from 0 for values that are not negative: of what grows as long as it lasts, twice as much is twice as high. */
export function linearAxisFor(values: readonly number[], from: number, to: number): Axis {
  const drawable = values.filter((value) => value >= VALUE_MIN && value <= VALUE_MAX);
  return linearAxis(drawable.length === 0 ? 1 : Math.max(...drawable), from, to);
}

/** An axis for values that are not negative, from 0 or, where they span more than an order, logarithmic. */
export function axisFor(values: readonly number[], from: number, to: number): Axis {
  const positive = values.filter((value) => value >= VALUE_MIN && value <= VALUE_MAX);
  if (positive.length === 0) return linearAxis(1, from, to);
  const [smallest, largest] = [Math.min(...positive), Math.max(...positive)];
  return largest / smallest > LOG_RATIO_MIN
    ? logarithmicAxis(smallest, largest, from, to)
    : linearAxis(largest, from, to);
}

function linearAxis(largest: number, from: number, to: number): Axis {
  const step = tickStep(largest / (TICKS_MAX - 1));
  const top = Math.ceil(largest / step) * step;
  const position = (value: number) => from + (Math.min(Math.max(value, 0), top) / top) * (to - from);
  const count = Math.round(top / step);
  const ticks = Array.from({ length: count + 1 }, (_, index) => index * step);
  return { position, ticks: ticks.map((value) => ({ position: position(value), label: figure(value) })) };
}

/** The smallest of 1, 2 and 5 times a power of ten that is not below `least`. */
function tickStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return (TICK_STEPS.find((step) => step * power >= least) ?? 10) * power;
}

function logarithmicAxis(smallest: number, largest: number, from: number, to: number): Axis {
  const first = Math.floor(Math.log10(smallest));
  const last = Math.ceil(Math.log10(largest));
  const all = Array.from({ length: last - first + 1 }, (_, index) =>
    TICK_STEPS.map((step) => step * 10 ** (first + index)),
  ).flat();
  const below = all.findLast((value) => value <= smallest) ?? smallest;
  const above = all.find((value) => value >= largest) ?? largest;
  const span = Math.log10(above / below);
  const position = (value: number) => {
    const inside = Math.min(Math.max(value, below), above);
    return from + (Math.log10(inside / below) / span) * (to - from);
  };
  const inRange = all.filter((value) => value >= below && value <= above);
  const every = Math.ceil(inRange.length / TICKS_MAX);
  return {
    position,
    ticks: inRange
      .filter((_, index) => index % every === 0)
      .map((value) => ({ position: position(value), label: figure(value) })),
  };
}
