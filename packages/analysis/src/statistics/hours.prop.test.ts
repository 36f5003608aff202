import fc from "fast-check";
import { expect, test } from "vitest";
import { hourMissingEveryWeek } from "./coverage.ts";
import { HOUR_MS, hourlyMaxima } from "./hourly.ts";
import { autocorrelation } from "./weekly-pattern.ts";

/** Samples some minutes apart with holes, over a few weeks at most. */
const samples = fc
  .tuple(
    fc.nat(500),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 0, max: 100 })), {
      minLength: 1,
      maxLength: 300,
    }),
  )
  .map(([startHour, steps]) => {
    let at = startHour * HOUR_MS;
    return steps.map(([minutes, value]) => {
      at += minutes * 60_000;
      return { at, value };
    });
  });

const times = (all: readonly { readonly at: number }[]): Float64Array =>
  Float64Array.from(all, ({ at }) => at);

test("hourly maxima are the largest of each hour", () => {
  fc.assert(
    fc.property(samples, (all) => {
      const expected = new Map<number, number>();
      for (const { at, value } of all) {
        const hour = Math.floor(at / HOUR_MS);
        expected.set(hour, Math.max(expected.get(hour) ?? 0, value));
      }
      const { hours, values } = hourlyMaxima(
        times(all),
        Float64Array.from(all, ({ value }) => value),
      );
      expect([...hours].map((hour, index) => [hour, values[index]])).toEqual([...expected]);
    }),
  );
});

test("an hour of the week is missing when no week of the window has a sample in it", () => {
  fc.assert(
    fc.property(samples, fc.nat(600), (all, more) => {
      const window = { startMs: all[0]?.at ?? 0, endMs: (all.at(-1)?.at ?? 0) + more * HOUR_MS };
      const seen = new Set(all.map(({ at }) => Math.floor(at / HOUR_MS)));
      const first = Math.ceil(window.startMs / HOUR_MS);
      const end = Math.floor(window.endMs / HOUR_MS);
      const twice = Array.from(
        { length: Math.max(0, Math.min(168, end - 168 - first)) },
        (_, index) => first + index,
      );
      const missing = twice.find((hour) => {
        for (let week = hour; week < end; week += 168) if (seen.has(week)) return false;
        return true;
      });
      expect(hourMissingEveryWeek(times(all), window)).toBe(
        missing === undefined ? undefined : missing % 168,
      );
    }),
  );
});

test("a correlation is taken over all hours whose counterpart was measured", () => {
  const series = fc.uniqueArray(fc.nat(400), { minLength: 100, maxLength: 250 });
  fc.assert(
    fc.property(series, fc.constantFrom(1, 24, 168), (unsorted, lag) => {
      const hours = Float64Array.from(unsorted).sort();
      // What is told by the hour alone correlates with what is a lag earlier, wherever holes are.
      const values = hours.map((hour) => 3 * hour + 1);
      const pairs = unsorted.filter((hour) => unsorted.includes(hour - lag)).length;
      const found = autocorrelation({ hours, values }, lag);
      const isRight = pairs < 48 ? found === undefined : Math.abs((found ?? 0) - 1) < 1e-9;
      expect(isRight, `${found} of ${pairs} pairs`).toBe(true);
    }),
  );
});
