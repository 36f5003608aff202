import { type Layer, rowsWithin } from "./layer.ts";

/** Places that are looked at for stretches of an ordinary rate. */
const STARTS_TRIED = 256;

/** A stretch whose rate is within so much of the window's stands for it. */
const NEAR_SHARE = 0.03;

/** A place and how far its number of rows is from what is meant. */
interface Start {
  readonly startMs: number;
  readonly distance: number;
}

/** Places in [fromMs, toMs] and how ordinary the stretch of `lengthMs` is that begins there; it wraps around at the window's end. */
function startsIn(
  layer: Layer,
  lengthMs: number,
  [fromMs, toMs]: readonly [number, number],
): readonly Start[] {
  const windowMs = layer.endMs - layer.startMs;
  const ordinary = layer.rowsPerMs * lengthMs;
  const tried = toMs > fromMs ? STARTS_TRIED : 1;
  return Array.from({ length: tried }, (_, index) => {
    const at = fromMs + ((toMs - fromMs) * index) / tried;
    const startMs = layer.startMs + ((at - layer.startMs) % windowMs);
    const count = rowsWithin(layer, startMs, lengthMs).reduce((sum, [first, end]) => sum + end - first, 0);
    return { startMs, distance: Math.abs(count - ordinary) };
  });
}

function mostOrdinary(starts: readonly Start[]): Start | undefined {
  return starts.reduce<Start | undefined>(
    (best, start) => (best === undefined || start.distance < best.distance ? start : best),
    undefined,
  );
}

/** Where in [fromMs, toMs] the stretch begins whose rate is nearest to the whole layer's. */
export function ordinaryStart(layer: Layer, lengthMs: number, range: readonly [number, number]): number {
  return mostOrdinary(startsIn(layer, lengthMs, range))?.startMs ?? layer.startMs;
}

/**
 * Where the stretch number `part` begins: all of them have about the rate of the whole layer, the first most nearly, and each lies as
 * far from those before it as can be, so that they share as few requests as can be. None wraps around. When there are no more of
 * them they come again.
 */
export function excerptStart(layer: Layer, lengthMs: number, part: number): number {
  const starts = startsIn(layer, lengthMs, [layer.startMs, layer.endMs - lengthMs]);
  const best = mostOrdinary(starts);
  if (best === undefined) return layer.startMs;
  const nearest = NEAR_SHARE * layer.rowsPerMs * lengthMs;
  let left = starts.filter((start) => start !== best && start.distance <= nearest);
  const chosen = [best];
  while (chosen.length <= part && left.length > 0) {
    const away = (start: Start) =>
      Math.min(...chosen.map(({ startMs }) => Math.abs(start.startMs - startMs)));
    const next = left.reduce((most, start) => (away(start) > away(most) ? start : most));
    chosen.push(next);
    left = left.filter((start) => start !== next);
  }
  return (chosen[part % chosen.length] ?? best).startMs;
}
